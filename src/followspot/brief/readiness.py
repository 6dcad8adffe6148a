"""Ready to step away? What the last one showed, how long the next could be, and what still stands in its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from followspot.brief import judged, readings
from followspot.measures import Verdict
from followspot.measures.dependence import ONLY_THE_LEADER
from followspot.objects import mentions
from followspot.practices import quoted
from followspot.practices.stepaways.models import StepAway
from followspot.practices.stepaways.rules import Phase
from followspot.teams import calendar
from followspot.teams.models import Person, Team

_FIRST_ONE = 5  # working days
_SHOWN = 2
_SHOWED = {
    Verdict.HELD: "the work held",
    Verdict.ROSE: "the work rose",
    Verdict.DROPPED: "the work dropped",
    Verdict.CANT_TELL: "whether the work held, we can’t tell",
}


@dataclass(frozen=True, slots=True)
class Check:
    """Something that should be true before the leader goes, whether it is, and where to see to it."""

    done: bool
    says: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """last : what the last step-away showed; next : what looks possible, and once : what it waits for; planned : if one is."""

    last: str
    next: str
    once: str
    checks: tuple[Check, ...]
    planned: StepAway | None


def compose(team: Team, leader: Person, *, now: datetime, asof: datetime | None = None) -> Ready:
    """Return how ready a team is for its leader to step away. It reads dependence: not for a page's own request."""
    today = team.day(now)
    every = list(StepAway.of_team(team).standing().filter(leader=leader))
    planned = next((s for s in reversed(every) if s.phase(today) == Phase.PLANNED), None)
    checks = (
        _owned(team, leader),
        _stand_ins(planned),
        _barriers(team, leader),
        *_areas(team, asof),
        _questions(team, leader, now),
    )
    over = [s for s in every if s.ends_on is not None and s.ends_on < today]
    last, possible = _last(team, over)
    open_ = sum(not c.done for c in checks)
    once = f", once {_number(open_)} {'is' if open_ == 1 else 'are'} true." if open_ else "."
    return Ready(last, possible, once, checks, planned)


def _number(n: int) -> str:
    words = ("", "one thing", "two things", "three things", "four things", "five things")
    return words[n] if n < len(words) else f"{n} things"


def _last(team: Team, over: list[StepAway]) -> tuple[str, str]:
    """Return what the last one showed, and what looks possible after it."""
    for it in over:
        answer = Verdict(it.verdict) if it.verdict else judged.verdict(it)
        if answer is None or it.ends_on is None:
            continue
        clock = calendar.of(team)
        days = sum(1 for first, last in it.stretches for _ in clock.days(first, last or it.ends_on))
        said = f"{_days(days).capitalize()} in {it.begins_on:%B %Y}: {_SHOWED[answer]}."
        if answer in (Verdict.HELD, Verdict.ROSE):
            return said, f"{_days(ceil(days * 1.5)).capitalize()} look possible next"
        if answer == Verdict.DROPPED:
            return said, f"{_days(days).capitalize()} again look possible, with what dropped handed over"
        return said, "A longer one, or days drawn by lot, would say more"
    return "Nobody has been away yet.", f"{_days(_FIRST_ONE).capitalize()} would be a good first one"


def _days(n: int) -> str:
    words = (
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    )
    return f"{words[n] if n < len(words) else n} working day{'' if n == 1 else 's'}"


def _owned(team: Team, leader: Person) -> Check:
    """Check that every open expectation is in the hands of somebody of the front line."""
    yours = [e for e in team.expectation_set.open().with_people() if not e.in_front_hands(leader)]
    if not yours:
        return Check(True, "Every open expectation has a front-line owner")
    return Check(
        False, f"Not yet: {_named(yours)} {_is(yours)} in your hands alone", yours[0].get_absolute_url()
    )


def _stand_ins(planned: StepAway | None) -> Check:
    """Check that a plan has stand-ins, and that each of them said yes."""
    if planned is None:
        return Check(False, "Not yet: nobody has been asked to stand in; a plan asks them")
    asked = [h for h in planned.handovers.all() if h.declined_at is None]
    waits = [h for h in asked if h.accepted_at is None]
    url = planned.get_absolute_url()
    if not asked:
        return Check(False, "Not yet: the plan names nobody who stands in", url)
    if waits:
        return Check(False, f"Not yet: no yes so far to standing in for {_named(waits)}", url)
    return Check(True, f"Stand-ins said yes for {_named(asked)}", url)


def _barriers(team: Team, leader: Person) -> Check:
    """Check that no barrier waits for the leader and nobody else."""
    yours = [
        b
        for b in team.barrier_set.open().select_related("team").order_by("raised_at")
        if leader.pk in (b.taker_id, b.clearer_id) and b.taker_id in (None, leader.pk)
    ]
    if not yours:
        return Check(True, "No barrier waits for you alone")
    return Check(False, f"Not yet: {_named(yours)} {_is(yours, 'waits', 'wait')} for you alone", yours[0].get_absolute_url())  # fmt: skip


def _areas(team: Team, asof: datetime | None) -> Iterator[Check]:
    """Check that somebody besides the leader lets work into every area; where the evidence can say."""
    if not team.sources.exists():
        return
    reading = readings.reading(team, "dependence", asof=asof)
    part = next((p for p in reading.parts if p.question == ONLY_THE_LEADER), None)
    if part is None or part.verdict == Verdict.CANT_TELL:
        return
    if not part.table:
        yield Check(True, "Into every area, others let work in too")
    else:
        areas = [row["area"] for row in part.table]
        yield Check(False, f"Not yet: only you let work into {_named(areas)}", "#dependence")


def _questions(team: Team, leader: Person, now: datetime) -> Check:
    """Check that no question to the leader waits for an answer."""
    asked = [thing for _, thing in mentions.unanswered(team, leader, now=now)]
    if not asked:
        return Check(True, "No question waits for your answer")
    return Check(
        False,
        f"Not yet: you were asked about {_named([t.in_passing for t in asked])}, and have not answered",
        f"{asked[0].get_absolute_url()}#said",
    )


def _named(things: Sequence[object]) -> str:
    """Write the first few as one would say them, and how many more there are."""
    told = [quoted(t) for t in things[:_SHOWN]]
    if len(things) > _SHOWN:
        told.append(f"{len(things) - _SHOWN} more")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _is(things: Sequence[object], one: str = "is", many: str = "are") -> str:
    return one if len(things) == 1 else many
