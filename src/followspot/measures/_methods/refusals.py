"""When the step-away test must answer 'can't tell', and how that is said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from followspot.language import say
from followspot.measures._methods.blocks import YEAR_END, Setting
from followspot.measures._methods.days import Bools, Floats, Ints

LEAST_BLOCKS = 8
LEAST_EXPECTED = 5.0
MOST_MISSING = 0.2
MOST_YEAR_END = 0.2
OTHER_YEAR_ENDS = 2
LEAST_AT_WORK = 0.3
MOST_LEADER_ACTS = 0.25
MOST_KAPPA = 1.6
NOTE_DAYS = 14
MOST_LEADER_NAME = 0.6
# One item in fifty: with less, even all of the leader's work is lost in an ordinary week's noise.
LEAST_LEADER_PART = 0.02
YEAR, LEAST_BEFORE = 365, 28


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no answer, as a short code and as a sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something else that happened: a reorganisation, an incident, a freeze, a new tool."""

    on: date
    text: str


def _absent(setting: Setting) -> Bools:
    """Days of the absences up to the last one judged, holidays and missing days among them."""
    inside = np.zeros(setting.state.size, dtype=np.bool_)
    for number, absence in enumerate(setting.absences, start=1):
        judged = np.flatnonzero(setting.state == number)
        last = setting.days.index(absence.end) if absence.end else judged.max(initial=-1)
        inside[setting.days.index(absence.start) : last + 1] = True
    return inside


def _year_before(setting: Setting) -> Ints:
    """The days of the year before the first absence."""
    first = setting.days.index(setting.absences[0].start)
    return np.arange(max(0, first - YEAR), first)


def leader_share(setting: Setting, column: Floats) -> float | None:
    """The leader's part of all items (or acts) in the year before; None if too little is on record."""
    before = _year_before(setting)
    seen = before[~np.isnan(column[before]) & ~np.isnan(setting.days.others[before])]
    everything = column[seen].sum() + setting.days.others[seen].sum()
    return float(column[seen].sum() / everything) if seen.size >= LEAST_BEFORE and everything else None


def too_little(setting: Setting, expected: float) -> Iterator[Reason]:
    """Reasons that lie in the amount of data."""
    if len(setting.ordinary) < LEAST_BLOCKS:
        yield Reason(
            "too_little_history",
            say(
                "There are only {n} ordinary weeks to compare with; {least} are needed.",
                n=len(setting.ordinary),
                least=LEAST_BLOCKS,
            ),
        )
    if expected < LEAST_EXPECTED:
        yield Reason(
            "too_little_expected",
            say(
                "Only {expected:.1f} items were to be expected in that time; {least:.0f} are needed.",
                expected=expected,
                least=LEAST_EXPECTED,
            ),
        )
    absent = _absent(setting)
    if setting.days.holiday is not None:
        absent &= ~setting.days.holiday
    missing = np.isnan(setting.days.others[absent])
    if missing.size and missing.mean() > MOST_MISSING:
        yield Reason(
            "no_data",
            say(
                "Nothing was recorded on {n} of the {days} days away. Check the connector.",
                n=missing.sum(),
                days=missing.size,
            ),
        )


def calendar_and_people(setting: Setting, each_expected: Floats) -> Iterator[Reason]:
    """Reasons that lie in the season or in who was at work.

    Parameters
    ----------
    each_expected
        Items expected in each absent block.
    """
    ordinary, absent = setting.ordinary, setting.absent
    places = [i for i, period in enumerate(setting.periods, start=1) if period.name == YEAR_END.name]
    here = np.isin(absent.quiet, places)
    others = np.unique(ordinary.quiet_year[np.isin(ordinary.quiet, places)])
    others = np.setdiff1d(others, absent.quiet_year[here])
    share = each_expected[here].sum() / each_expected.sum()
    if share > MOST_YEAR_END and others.size < OTHER_YEAR_ENDS:
        yield Reason(
            "first_year_end",
            say(
                "The time away fell into the year's end, and there are not yet two other year's ends "
                "to compare with."
            ),
        )
    judged = setting.state > 0
    weight = setting.profile[judged]
    if weight.size and np.average(setting.share[judged], weights=weight) < LEAST_AT_WORK:
        yield Reason("team_away", say("Most of the team was away too."))


def leader_present(setting: Setting) -> Iterator[Reason]:
    """Reasons that lie in what the leader did before and meanwhile."""
    days = setting.days
    acts = days.leader_acts if days.leader_acts is not None else days.leader
    share = None if acts is None else leader_share(setting, acts)
    if acts is None or share is None:
        return
    if share < LEAST_LEADER_PART:
        yield Reason(
            "no_part_before",
            say(
                "The leader had next to no part in the work before, so there is nothing to test: "
                "this team had already been let go of."
            ),
        )
        return
    before, absent = _year_before(setting), _absent(setting)
    weekday, known = setting.when.weekday, ~np.isnan(acts)
    before = before[known[before]]
    number = np.bincount(weekday[before], minlength=7)
    usual = np.bincount(weekday[before], weights=acts[before], minlength=7) / np.maximum(number, 1)
    usual_total = usual[weekday[absent & known]].sum()
    part = acts[absent & known].sum() / usual_total if usual_total > 0 else 0.0
    if part > MOST_LEADER_ACTS:
        yield Reason(
            "leader_worked_on",
            say(
                "The leader worked on through it, at {part:.0%} of the usual pace, "
                "so the team was not left alone.",
                part=part,
            ),
        )


def own_check(kappa: float) -> Iterator[Reason]:
    """The method failing its own check on this history."""
    if kappa > MOST_KAPPA:
        yield Reason(
            "fails_own_check",
            say(
                "On this team's ordinary weeks the expected figures were off by more than they should be, "
                "so they are not to be trusted here."
            ),
        )


def something_else(setting: Setting, notes: Sequence[Note]) -> Iterator[Reason]:
    """Events that somebody noted inside an absence or close to it."""
    where = np.flatnonzero(_absent(setting))
    for note in notes:
        if where.size and np.abs(where - setting.days.index(note.on)).min() <= NOTE_DAYS:
            yield Reason(
                "something_else",
                say(
                    "Something else happened close by, on {day:%-d %B %Y}: {what}.",
                    day=note.on,
                    what=note.text,
                ),
            )


def leader_name(setting: Setting) -> Iterator[Reason]:
    """The leader's name on most items, so that others' work may appear only once the leader is gone."""
    share = None if setting.days.leader is None else leader_share(setting, setting.days.leader)
    if share is not None and share > MOST_LEADER_NAME:
        yield Reason(
            "leader_name_on_most",
            say(
                "The leader's name was on {share:.0%} of all items before. Work of others may have carried it, "
                "and would then look new while the leader is away. "
                "Count co-authors, reviews or closed issues instead.",
                share=share,
            ),
        )
