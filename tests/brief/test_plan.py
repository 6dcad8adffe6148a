"""What days could show is said of days that can be foreseen, and of no others."""

from datetime import date
from types import SimpleNamespace

import pytest

from followspot.brief import plan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", [date(2199, 12, 31), None])
def test_days_far_beyond_the_last_work_on_record_are_not_counted_out(team, ada, monkeypatch, day):
    learned = SimpleNamespace(setting=SimpleNamespace(days=SimpleNamespace(last=date(2026, 11, 20))))
    monkeypatch.setattr(plan, "flow_of", lambda *a, **k: "landed")
    monkeypatch.setattr(plan.readings, "once", lambda *a: (learned, ()))
    monkeypatch.setattr(plan, "foreseen", lambda *a, **k: pytest.fail("years of days were laid out"))
    first = date(2027, 5, 3) if day else date(2031, 5, 3)
    shown = plan.showing(team, ada, [(first, day)], flow="landed", margin=0.2)
    assert shown is not None
    assert "more than two years after the last work" in shown.sentence
    assert not any(bar.here for bar in shown.bars)
