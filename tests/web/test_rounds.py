"""What time does by itself: each part for itself, on its own clock, in the background."""

import pytest
from django.conf import settings

from followspot import practices
from followspot.errors import Failed
from followspot.practices.barriers import actions as barriers
from followspot.practices.danger import actions as danger
from followspot.web import rounds

pytestmark = pytest.mark.django_db


def broken(**_):
    raise ValueError("Ben said no")


def test_every_part_has_its_time():
    scheduled = settings.TASKS["default"]["OPTIONS"]["SCHEDULES"]
    assert {name: said["args"] for name, said in scheduled.items()} == {part: [part] for part in rounds.PARTS}


def test_a_practice_that_fails_holds_up_no_other(monkeypatch, now):
    gone = []
    monkeypatch.setattr(barriers, "by_itself", broken)
    monkeypatch.setattr(danger, "by_itself", lambda *, now: gone.append(now) or 1)
    with pytest.raises(Failed, match=r"practices\.barriers\.actions: ValueError at") as failed:
        practices.by_itself(now=now)
    assert gone == [now]
    assert "Ben" not in str(failed.value)


def test_what_is_kept_of_a_part_that_failed_quotes_nobody(monkeypatch):
    monkeypatch.setitem(rounds.PARTS, "briefs", broken)
    with pytest.raises(Failed, match="briefs: ValueError at") as failed:
        rounds.go.func("briefs")
    assert failed.value.__suppress_context__
    assert "Ben" not in str(failed.value)
