"""What a step-away has to be before anything is counted, how days are drawn, and who may do what with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from followspot.errors import Refused
from followspot.language import say
from followspot.roles import AUTHOR, KEEPER, LEADER, MEMBER, STAND_IN, TEAM, Table

MARGINS = (0.1, 0.15, 0.2, 0.3)
USUAL_MARGIN = 0.2
PROVISIONAL_DAYS = 7  # after the return, while catch-up still comes in
STRETCHES_AT_MOST = 12
ACCEPTABLE_AT_LEAST = 2  # windows or days to draw among: of one there is nothing to draw
LOT_AT_MOST = timedelta(days=366)  # from the first to the last acceptable day
LONGEST = 200
_YEARS = range(1970, 2201)  # outside of them a day is a slip of the hand


class Design(StrEnum):
    """How the days come about."""

    STRETCH = "stretch"
    SEVERAL = "several"
    ONE_BY_LOT = "one by lot"  # one of several acceptable windows is drawn
    DAYS_BY_LOT = "days by lot"  # in each week one of the acceptable days is drawn


BY_LOT = (Design.ONE_BY_LOT, Design.DAYS_BY_LOT)


class Phase(StrEnum):
    """Where a step-away stands on a day."""

    PLANNED = "planned"
    LIVE = "live"
    BACK = "back"  # over, and still provisional
    SETTLED = "settled"


class Kind(StrEnum):
    """What is noted in the diary of a step-away."""

    WAITS = "waits"  # for the leader's return
    DECISION = "decision"  # made by whoever stood in, or had it in hand
    CONTACT = "contact"  # somebody asked the leader
    TOUCH = "touch"  # the leader did something anyway


SEES: Table = {
    say("a step-away, and its report"): frozenset({LEADER, MEMBER, KEEPER}),
    say("what to do next after one"): frozenset({LEADER}),
}
MAY: Table = {
    "plan": frozenset({LEADER, KEEPER}),
    "change": frozenset({LEADER, KEEPER}),
    "draw": frozenset({LEADER}),
    "ask": frozenset({LEADER}),
    "unask": frozenset({LEADER}),
    "accept": frozenset({STAND_IN}),
    "decline": frozenset({STAND_IN}),
    "let_wait": TEAM,
    "settle": TEAM,
    "decide": frozenset({MEMBER}),
    "reopen": TEAM,
    "log_contact": TEAM,
    "log_touch": frozenset({LEADER}),
    "take_back": frozenset({AUTHOR}),
    "break_glass": frozenset({MEMBER}),
    "hand_over": frozenset({LEADER}),
    "withdraw": frozenset({LEADER, KEEPER}),
}

type Stretch = tuple[date, date | None]


def check_stretch(begins: date, ends: date | None, *, others: Sequence[Stretch]) -> None:
    """Refuse slips, days out of order, and days that another step-away of the same leader already has."""
    if begins.year not in _YEARS or (ends is not None and ends.year not in _YEARS):
        raise Refused(say("That day is in nobody’s calendar. Is the year right?"))
    if ends is not None and ends < begins:
        raise Refused(say("The last day away is before the first."))
    for other in others:
        if overlap((begins, ends), other):
            raise Refused(
                say("These days overlap with the step-away that begins on {other:%-d %B %Y}.", other=other[0])
            )


def check_stretches(stretches: Sequence[Stretch], *, design: Design, others: Sequence[Stretch]) -> None:
    """Refuse no days, too many stretches, those that overlap, and what can't be drawn from."""
    if not stretches:
        raise Refused(say("Which days? Give at least a first and a last day."))
    if design == Design.STRETCH and len(stretches) > 1:
        raise Refused(
            say("One stretch has one first and one last day. Choose several, or leave the others empty.")
        )
    if design in (Design.SEVERAL, Design.ONE_BY_LOT) and len(stretches) > STRETCHES_AT_MOST:
        raise Refused(
            say(
                "{stretches_at_most} stretches at most in one plan; these are {n}.",
                stretches_at_most=STRETCHES_AT_MOST,
                n=len(stretches),
            )
        )
    if design != Design.STRETCH and any(ends is None for _, ends in stretches):
        raise Refused(say("For good is one stretch. Each of several needs a last day."))
    if design == Design.ONE_BY_LOT and len(stretches) < ACCEPTABLE_AT_LEAST:
        raise Refused(say("To draw one by lot, name two windows or more that you would accept."))
    for n, (begins, ends) in enumerate(sorted(stretches, key=lambda s: s[0])):
        mine = sorted(stretches, key=lambda s: s[0])[:n]
        check_stretch(begins, ends, others=[*others, *mine])


def check_margin(margin: float) -> None:
    """Refuse a margin that could never be settled, or that would call anything held."""
    if not 0.05 <= margin <= 0.5:
        raise Refused(say("Choose a margin between 5 % and 50 %."))


def check_open(phase: Phase, *, drawn: bool) -> None:
    """Refuse to change dates and margin once the lot has spoken or the leader has gone."""
    if drawn:
        raise Refused(
            say("The lot has spoken. To plan other days, take this step-away back and plan a new one.")
        )
    if phase != Phase.PLANNED:
        raise Refused(say("It has begun. Dates and margin stand as they were declared."))


def check_line(text: str, *, what: str) -> str:
    """Return a text as one line; refuse nothing, and too much. what : asks for it, “What was decided?”."""
    line = " ".join(text.split())
    if not line:
        raise Refused(say("{what} One line is enough.", what=what))
    if len(line) > LONGEST:
        raise Refused(say("Say it in {longest} characters; this has {n}.", longest=LONGEST, n=len(line)))
    return line


def acceptable_days(
    first: date, last: date, *, weekdays: Collection[int], off: Collection[date], but: Collection[date] = ()
) -> list[tuple[date, ...]]:
    """Return, week by week, the days that may be drawn: acceptable weekdays on which the team works.

    weekdays : Monday is 0; off : the team's days off; but : days that the leader wouldn't accept.
    A week in which only one day is left is no lottery, so it is left out.
    """
    if last < first:
        raise Refused(say("The last day is before the first."))
    if last - first > LOT_AT_MOST:
        raise Refused(say("Draw days within one year. The year after can have its own plan."))
    if not weekdays:
        raise Refused(say("Which days of the week would you accept? Choose two or more."))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    free = [d for d in days if d.weekday() in weekdays and d not in off and d not in but]
    weeks = [tuple(week) for _, week in groupby(free, key=lambda d: d.isocalendar()[:2])]
    sets = [week for week in weeks if len(week) >= ACCEPTABLE_AT_LEAST]
    if not sets:
        raise Refused(say("No week has two days to draw from. Accept more days, or a longer time."))
    return sets


class Lot(Protocol):
    """What draws: `random.SystemRandom` in earnest."""

    def choice[T](self, seq: Sequence[T], /) -> T: ...


def draw[T](sets: Mapping[int, Sequence[T]], lot: Lot) -> dict[int, T]:
    """Draw one of each set, each with the same chance."""
    return {number: lot.choice(sets[number]) for number in sorted(sets)}


def overlap(one: Stretch, other: Stretch) -> bool:
    """Say whether two stretches share a day; one without an end is for good."""
    return one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)


def away(stretches: Iterable[Stretch], today: date) -> bool:
    """Say whether a day lies in any of the stretches."""
    return any(overlap((today, today), stretch) for stretch in stretches)


def phase(begins: date, ends: date | None, today: date) -> Phase:
    """Return where a step-away stands; one for good may be read, and is described, from its first day on."""
    if today < begins:
        return Phase.PLANNED
    if ends is not None and today <= ends:
        return Phase.LIVE
    return Phase.BACK if is_provisional(ends, today) else Phase.SETTLED


def declared_before(begins: date, declared_on: date) -> bool:
    """Say whether the margin was declared before anybody could look."""
    return declared_on <= begins


def is_over(ends: date | None, today: date) -> bool:
    """Say whether a step-away may be read: after its last day, or, for good, at any time."""
    return ends is None or today > ends


def is_provisional(ends: date | None, today: date) -> bool:
    """Say whether the reading may still change because the return is less than a week ago."""
    return ends is not None and (today - ends).days <= PROVISIONAL_DAYS


def judged_on(ends: date) -> date:
    """Return the last day that the one judgement looks at, when the step-away was announced."""
    return ends + timedelta(days=PROVISIONAL_DAYS)


def glass_breakers(named: Collection[int], stand_ins: Collection[int]) -> frozenset[int]:
    """Return who may call the leader back: who was named, else who stands in; nobody named means anybody."""
    return frozenset(named or stand_ins)
