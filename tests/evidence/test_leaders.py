"""Who seems to lead, and when they were likely away."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from followspot.errors import BadInput
from followspot.evidence.leaders import find_person, likely_leader, silences
from followspot.evidence.table import Who, connect, people
from tests.events import ADA, BEN, CHI, change, event, table

LATER = datetime(2026, 1, 1, tzinfo=UTC)


def history(rows):
    events = table(connect(), rows)
    return events, people(events, Who())


def test_who_lets_others_work_in_seems_to_lead():
    rows = [e for n in range(40) for e in change(n, (BEN, CHI)[n % 2], day=n, by=ADA)]
    found = likely_leader(*history(rows), asof=LATER)
    assert found.person == ADA
    assert "100%" in found.reason


def test_letting_in_ones_own_work_is_not_leading():
    rows = [e for n in range(40) for e in change(n, BEN, day=n)] + [
        e for n in range(40, 62) for e in change(n, CHI, day=n, by=ADA)
    ]
    assert likely_leader(*history(rows), asof=LATER).person == ADA


def test_automata_never_lead():
    rows = [e for n in range(40) for e in change(n, BEN, day=n, by="mergify[bot] <m@x>")]
    assert (
        likely_leader(*history(rows), asof=LATER).person == BEN
    )  # by what was written, as nobody else lets in


def test_with_too_little_nobody_stands_out():
    assert likely_leader(*history(change(1, BEN, day=0, by=ADA)), asof=LATER) is None


def test_a_long_silence_is_found_and_a_weekend_is_not():
    days = [d for d in range(300) if d % 7 < 5 and not 150 <= d < 171]
    found = silences(*history([event("change.landed", ADA, day=d, key=str(d)) for d in days]), ADA)
    assert [(s.begins, s.ends) for s in found] == [(date(2024, 5, 30), date(2024, 6, 19))]


def test_leaving_for_good_has_no_end():
    rows = [event("change.landed", ADA, day=d, key=f"a{d}") for d in range(200)]
    rows += [event("change.landed", BEN, day=d, key=f"b{d}") for d in range(400)]
    (found,) = silences(*history(rows), ADA)
    assert (found.begins, found.ends) == (date(2024, 7, 19), None)


def test_somebody_who_is_rarely_there_is_never_called_away():
    rows = [event("change.landed", ADA, day=d, key=str(d)) for d in range(0, 900, 30)]
    assert silences(*history(rows), ADA) == []


def worked(days, who=ADA, mark="a"):
    return [event("change.landed", who, day=d, key=f"{mark}{d}") for d in days]


def test_a_lone_glance_into_the_work_does_not_cut_an_absence_in_two():
    days = [d for d in range(300) if d % 7 < 5 and (not 140 <= d < 175 or d == 158)]
    (found,) = silences(*history(worked(days)), ADA)
    assert (found.begins, found.ends) == (date(2024, 5, 18), date(2024, 6, 23))
    assert found.signs == 1


def test_a_silence_between_two_busy_weeks_is_not_joined_with_the_next():
    days = [d for d in range(300) if not 100 <= d < 121 and not 131 <= d < 152]
    assert len(silences(*history(worked(days)), ADA)) == 2


def test_leaving_for_good_may_leave_a_sign_now_and_then():
    rows = worked([*range(200), 230, 270, 330]) + worked(range(400), BEN, "b")
    (found,) = silences(*history(rows), ADA)
    assert found.begins == date(2024, 7, 19)
    assert found.ends is None
    assert found.signs == 3


def test_somebody_who_works_on_and_off_is_not_away_each_time():
    """Two weeks on, two weeks off, all year: that is a rhythm."""
    rows = worked([d for d in range(700) if (d // 14) % 2])
    assert silences(*history(rows), ADA) == []


def test_who_never_works_on_weekends_is_silent_sooner():
    """Nine days with one working week in them say more of somebody who is there every weekday."""
    weekdays = [d for d in range(300) if d % 7 < 5 and not 152 <= d < 161]
    (found,) = silences(*history(worked(weekdays)), ADA)
    alike = np.random.default_rng(1).permutation(300)[: len(weekdays)]
    spread = sorted(d for d in alike.tolist() if not 152 <= d < 161)
    (other,) = silences(*history(worked(spread)), ADA)
    assert found.days == other.days == 9
    assert found.chance < other.chance


def test_a_silence_says_what_speaks_for_it():
    days = [d for d in range(300) if d % 7 < 5 and not 150 <= d < 171]
    (found,) = silences(*history(worked(days)), ADA)
    assert found.sentence == (
        "21 days without a sign: last sign 29 May 2024, first again 20 June 2024. Usually a sign on 71% of days "
        "before, 71% after; by chance so few come less than once in a million times."
    )
    rows = worked(range(200)) + worked(range(400), BEN, "b")
    assert "none since" in silences(*history(rows), ADA)[0].sentence


def test_a_person_is_found_by_name_mail_or_login():
    joined = {ADA: ADA, BEN: BEN}
    assert find_person("ada", joined) == find_person("ADA@x.org", joined) == ADA


def test_nobody_by_that_name_suggests_close_ones():
    with pytest.raises(BadInput, match="Did you mean Ada"):
        find_person("Adda", {ADA: ADA, BEN: BEN})


def test_several_people_by_that_name_asks_for_more():
    twins = {"Jo Ek <jo@a.org>": "1", "Jo Ek <jo@b.org>": "2"}
    with pytest.raises(BadInput, match="several people"):
        find_person("Jo Ek", twins)


def test_who_lets_others_pull_requests_in_seems_to_lead():
    rows = [
        event(
            "pull.accepted",
            ADA if n % 5 else BEN,
            day=n,
            object=f"pull:{n}",
            to=[CHI if n % 2 else BEN],
            key=str(n),
        )
        for n in range(60)
    ]
    found = likely_leader(*history(rows), asof=LATER)
    assert found.person == ADA
    assert "pull requests" in found.reason
