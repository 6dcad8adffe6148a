"""Will it be done within the time allotted?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Verdict
from followspot.measures.pace import compute, of, of_checkins
from tests.events import ADA, BEN, CHI, DEE, START, event, table

ASOF = datetime(2024, 11, 22, 18, tzinfo=UTC)  # a Friday
TODAY = ASOF.date()
LAST = (ASOF - START).days
ENGINES = {}


def works(day):
    return day.weekday() < 5


def weekdays(count, last=TODAY):
    days = [last - timedelta(days=n) for n in range(count * 2 + 7)]
    return [day for day in days if works(day)][:count][::-1]


def outlook(amounts, remaining, due, today=TODAY):
    progress = list(zip(weekdays(len(amounts), today), map(float, amounts), strict=True))
    return of(progress, remaining, today=today, due=due, works=works)


def test_one_expectations_sentence_is_a_chance_and_a_range():
    found = outlook([1, 2, 1, 0, 2] * 5, 6, TODAY + timedelta(days=12))
    assert found.sentence == "9 in 10 that it lands in time, likely between 27 November and 5 December."
    assert 0.85 <= found.chance < 0.95
    assert found.low <= found.likely[0] <= found.half[0] <= found.half[1] <= found.likely[1] <= found.high
    assert found.n == 25
    assert dict(found.dates)[95] == found.high


@pytest.mark.parametrize(
    ("amounts", "remaining", "days", "says"),
    [
        ([2] * 20, 60, 5, "Less than 1 in 20 that it lands in time, likely between"),
        ([2] * 20, 4, 60, "More than 19 in 20 that it lands in time"),
        ([0, 1, 0, 0, 1, 0, 0, 0, 0, 1], 900, 5, "Less than 1 in 20 that it lands in time; at this pace it takes more than a year."),
        ([0, 1, 0, 0, 1, 0, 0, 0, 0, 1], 40, 5, "likely not before"),
        ([30] * 20, 20, 9, "More than 19 in 20 that it lands in time, likely on 25 November."),
        ([2] * 20, 10, -3, "The time allotted is over, likely between"),
        ([1] * 20, 25, 45, "2024 and"),
        ([1, 1], 5, 9, "Too early to say. One more finished piece and there will be a range."),
        ([1] * 20, 0, 9, "Nothing remains to be done."),
    ],
)  # fmt: skip
def test_sentences(amounts, remaining, days, says):
    assert says in outlook(amounts, remaining, TODAY + timedelta(days=days)).sentence


def test_a_range_within_one_month_names_it_once():
    found = outlook([2] * 30, 10, date(2024, 11, 15), today=date(2024, 11, 4))
    assert found.sentence.split("likely ")[1] in {"between 7 and 13 November.", "between 7 and 14 November."}


def test_too_early_has_no_chance():
    found = outlook([0, 1], 5, TODAY)
    assert (found.chance, found.low, found.dates) == (None, None, ())


def test_checkins_give_an_outlook_of_their_own():
    days = weekdays(21)
    told = [(days[n], 30.0 - n) for n in range(0, 21, 4)]
    found = of_checkins(told, today=TODAY, due=TODAY + timedelta(days=21), works=works)
    assert 0.7 < found.chance <= 1
    assert found.n == 20
    none = of_checkins([], today=TODAY, due=TODAY, works=works)
    assert "Two more check-ins" in none.sentence
    one = of_checkins(told[:1], today=TODAY, due=TODAY, works=works)
    assert "One more check-in" in one.sentence


def said(what, n, day, by=BEN, value=None):
    return event(f"expectation.{what}", by, day=day, object=f"expectation:{n}", value=value, key=f"{n}:{what}:{day}:{value}")  # fmt: skip


def epoch_day(day):
    return float(((START + timedelta(days=day)).date() - date(1970, 1, 1)).days)


def agreed(n, due, *, since=LAST - 42, size=30.0, rate=1.0, every=3, by=BEN):
    """An expectation with check-ins every few days at a rate a calendar day."""
    rows = [said("agreed", n, since, by, epoch_day(due)), said("started", n, since, by, size)]
    return rows + [said("progressed", n, day, by, size - rate * (day - since)) for day in range(since + every, LAST + 1, every)]  # fmt: skip


def ended(n, due, how="met", on=None, by=BEN):
    return [said("agreed", n, due - 20, by, epoch_day(due)), said(how, n, due if on is None else on, by)]


def reading(rows, *, asof=ASOF, zone="UTC", **how):
    engine = ENGINES.setdefault(zone, connect(zone))
    return compute(masked(table(engine, rows), Who(leads=(Spell(ADA),))), asof=asof, week_off=(5, 6), **how)


def outcomes(found):
    return next(p for p in found.parts if "met in the time" in p.question)


OPEN = [
    *agreed("near", LAST + 21, size=50, by=BEN),
    *agreed("sure", LAST + 30, size=45, by=CHI),
    *agreed("late", LAST + 3, size=90, by=DEE),
]


def test_the_open_ones_stand_as_they_were_planted():
    found = reading(OPEN)
    assert found.verdict == Verdict.SEEN
    assert found.n == 3
    assert (
        found.sentence
        == "2 of the 3 open ones are likelier than not to land in time; 2 of them will, 9 times in 10."
    )
    assert found.estimate == pytest.approx(2 / 3, abs=0.05)
    assert {row["lands in time"]: row["open ones"] for row in found.table}["hardly"] == 1
    assert "not a promise" in found.caveats[0]
    assert "never" in found.caveats[0]


def test_what_is_too_early_is_counted_apart():
    rows = [*OPEN, *agreed("new", LAST + 20, since=LAST - 2, every=1, by=BEN)]
    found = reading(rows)
    assert found.n == 3
    assert found.table[-1] == {"lands in time": "too early to say", "open ones": 1}


def test_one_persons_hands_give_no_figure():
    rows = [*agreed(1, LAST + 21, by=BEN), *agreed(2, LAST + 21, by=BEN)]
    found = reading(rows)
    assert found.verdict == Verdict.CANT_TELL
    assert "one person's hands" in found.sentence
    assert found.estimate is None


def test_a_single_open_one_in_several_hands():
    rows = [*agreed(1, LAST + 30, size=45, by=BEN), said("progressed", 1, LAST, CHI, 3.0)]
    assert reading(rows).sentence == "The open one is likelier than not to land in time."


def test_the_day_agreed_last_counts():
    moved = [*agreed(1, LAST + 1, size=60, by=BEN), said("agreed", 1, LAST - 5, BEN, epoch_day(LAST + 60)), *agreed(2, LAST + 60, size=60, by=CHI)]  # fmt: skip
    assert reading(moved).estimate > 0.9


def test_a_size_that_nobody_gave_is_not_taken_for_one():
    rows = [row | {"value": None} if row["activity"] == "expectation.started" else row for row in OPEN]
    assert reading(rows).n == 3


def test_a_check_in_in_words_alone_leaves_what_remains_as_it_was():
    words = [said("progressed", name, LAST, BEN) for name in ("near", "sure", "late")]
    assert reading(OPEN + words).estimate == pytest.approx(reading(OPEN).estimate, abs=1e-9)


def test_changed_terms_move_the_day_and_reopening_opens_again():
    changed = [*agreed(1, LAST + 1, size=60), said("changed", 1, LAST - 5, BEN, epoch_day(LAST + 60)), *agreed(2, LAST + 60, size=60, by=CHI)]  # fmt: skip
    assert reading(changed).estimate > 0.9
    closed = [*changed, said("met", 1, LAST + 0.1, BEN)]
    assert "one person's hands" in reading(closed).sentence
    assert reading([*closed, said("reopened", 1, LAST + 0.2, BEN)]).n == 2


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "no expectation with an agreed date is under way"),
        ([said("agreed", 1, LAST - 9, BEN, epoch_day(LAST + 9)), said("started", 1, LAST - 9, BEN, 12)], "Two check-ins over five working days would be enough"),
        (agreed(1, LAST + 20, since=LAST - 2, every=1), "Three finished pieces"),
        ([*agreed(1, LAST + 20), said("met", 1, LAST, BEN)], "no expectation"),
        ([*agreed(1, LAST + 20), said("dropped", 1, LAST, BEN)], "no expectation"),
        ([said("started", 1, LAST - 20, BEN, 12), said("progressed", 1, LAST - 5, BEN, 2)], "no expectation with an agreed date"),
    ],
)  # fmt: skip
def test_too_little_is_cant_tell_and_says_what_would_be_enough(rows, says):
    found = reading(rows)
    assert found.verdict == Verdict.CANT_TELL
    assert says in found.sentence
    assert outcomes(found).verdict == Verdict.CANT_TELL


def test_what_became_of_those_agreed_in_the_last_year():
    rows = [row for n in range(8) for row in ended(n, LAST - 30 - n, by=(BEN, CHI)[n % 2])]
    rows += ended("late", LAST - 20, on=LAST - 15) + ended("missed", LAST - 25, "missed")
    rows += [said("agreed", "open", LAST - 40, BEN, epoch_day(LAST - 10))]
    rows += (
        ended("dropped", LAST - 25, "dropped")
        + ended("old", LAST - 400)
        + ended("ahead", LAST + 5, on=LAST - 1)
    )
    found = outcomes(reading(rows))
    assert (found.n, found.estimate) == (11, pytest.approx(8 / 11))
    assert found.low < 8 / 11 < found.high
    assert "8 of the 11" in found.sentence


def test_moved_days_are_said():
    rows = [row for n in range(5) for row in ended(n, LAST - 30)] + [said("agreed", 0, LAST - 51, BEN, epoch_day(LAST - 35))]  # fmt: skip
    assert any("1 of them was moved" in c for c in outcomes(reading(rows)).caveats)


def test_what_was_taken_up_again_is_open():
    rows = [*agreed(1, LAST + 30, size=45, by=BEN), said("missed", 1, LAST - 20, BEN), *agreed(2, LAST + 30, size=45, by=CHI)]  # fmt: skip
    assert reading(rows).n == 2


def test_no_name_comes_out():
    assert not any(name in repr(reading(OPEN)) for name in ("Ben", "Chi", "Dee", "x.org", "expectation:"))


expected = st.lists(
    st.tuples(st.integers(-5, 40), st.integers(10, 90), st.floats(0, 3), st.integers(1, 9)),
    min_size=1,
    max_size=5,
)


def log(told):
    return [
        row
        for n, (due, size, rate, every) in enumerate(told)
        for row in agreed(n, LAST + due, size=float(size), rate=rate, every=every, by=(BEN, CHI)[n % 2])
    ]


@settings(max_examples=20, deadline=None)
@given(expected, st.randoms())
def test_order_and_repetition_change_nothing(told, random):
    rows = log(told)
    mixed = rows + [row for row in rows if random.random() < 0.5]
    random.shuffle(mixed)
    assert reading(rows) == reading(mixed)


@settings(max_examples=10, deadline=None)
@given(expected)
def test_where_the_team_lives_changes_nothing_while_the_days_are_the_same(told):
    # 9 and 18 o'clock in Greenwich fall on the same day in Newfoundland.
    assert reading(log(told)) == reading(log(told), zone="America/St_Johns")
