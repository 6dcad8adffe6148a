"""Ready to step away? What the last one showed, how long the next could be, and what still stands in its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from followspot.brief import judged, readings
from followspot.language import all_of, count, say
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
    Verdict.HELD: say("the work held"),
    Verdict.ROSE: say("the work rose"),
    Verdict.DROPPED: say("the work dropped"),
    Verdict.CANT_TELL: say("whether the work held, we can’t tell"),
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
    once = _once(open_) if open_ else "."
    return Ready(last, possible, once, checks, planned)


def _once(n: int) -> str:
    words = {2: say("two"), 3: say("three"), 4: say("four"), 5: say("five")}
    return count(
        n, ", once one thing is true.", ", once {number} things are true.", number=words.get(n, str(n))
    )


def _last(team: Team, over: list[StepAway]) -> tuple[str, str]:
    """Return what the last one showed, and what looks possible after it."""
    for it in over:
        answer = Verdict(it.verdict) if it.verdict else judged.verdict(it)
        if answer is None or it.ends_on is None:
            continue
        clock = calendar.of(team)
        days = sum(1 for first, last in it.stretches for _ in clock.days(first, last or it.ends_on))
        said = say(
            "{days:capital} in {month:%B %Y}: {showed}.",
            days=_days(days),
            month=it.begins_on,
            showed=_SHOWED[answer],
        )
        if answer in (Verdict.HELD, Verdict.ROSE):
            return said, say("{days:capital} look possible next", days=_days(ceil(days * 1.5)))
        if answer == Verdict.DROPPED:
            return said, say(
                "{days:capital} again look possible, with what dropped handed over", days=_days(days)
            )
        return said, say("A longer one, or days drawn by lot, would say more")
    return say("Nobody has been away yet."), say(
        "{days:capital} would be a good first one", days=_days(_FIRST_ONE)
    )


_NUMBERS = (
    *(say("two"), say("three"), say("four"), say("five"), say("six"), say("seven")),
    *(say("eight"), say("nine"), say("ten"), say("eleven"), say("twelve")),
)


def _days(n: int) -> str:
    if not n:
        return say("no working days")
    number = _NUMBERS[n - 2] if 2 <= n < len(_NUMBERS) + 2 else str(n)
    return count(n, "one working day", "{number} working days", number=number)


def _owned(team: Team, leader: Person) -> Check:
    """Check that every open expectation is in the hands of somebody of the front line."""
    yours = [e for e in team.expectation_set.open().with_people() if not e.in_front_hands(leader)]
    if not yours:
        return Check(True, say("Every open expectation has a front-line owner"))
    says = count(
        len(yours),
        "Not yet: {things} is in your hands alone",
        "Not yet: {things} are in your hands alone",
        things=_named(yours),
    )
    return Check(False, says, yours[0].get_absolute_url())


def _stand_ins(planned: StepAway | None) -> Check:
    """Check that a plan has stand-ins, and that each of them said yes."""
    if planned is None:
        return Check(False, say("Not yet: nobody has been asked to stand in; a plan asks them"))
    asked = [h for h in planned.handovers.all() if h.declined_at is None]
    waits = [h for h in asked if h.accepted_at is None]
    url = planned.get_absolute_url()
    if not asked:
        return Check(False, say("Not yet: the plan names nobody who stands in"), url)
    if waits:
        says = say("Not yet: no yes so far to standing in for {things}", things=_named(waits))
        return Check(False, says, url)
    return Check(True, say("Stand-ins said yes for {things}", things=_named(asked)), url)


def _barriers(team: Team, leader: Person) -> Check:
    """Check that no barrier waits for the leader and nobody else."""
    yours = [
        b
        for b in team.barrier_set.open().select_related("team").order_by("raised_at")
        if leader.pk in (b.taker_id, b.clearer_id) and b.taker_id in (None, leader.pk)
    ]
    if not yours:
        return Check(True, say("No barrier waits for you alone"))
    says = count(
        len(yours),
        "Not yet: {things} waits for you alone",
        "Not yet: {things} wait for you alone",
        things=_named(yours),
    )
    return Check(False, says, yours[0].get_absolute_url())


def _areas(team: Team, asof: datetime | None) -> Iterator[Check]:
    """Check that somebody besides the leader lets work into every area; where the evidence can say."""
    if not team.sources.exists():
        return
    reading = readings.reading(team, "dependence", asof=asof)
    part = next((p for p in reading.parts if p.question == ONLY_THE_LEADER), None)
    if part is None or part.verdict == Verdict.CANT_TELL:
        return
    if not part.table:
        yield Check(True, say("Into every area, others let work in too"))
    else:
        areas = [row["area"] for row in part.table]
        says = say("Not yet: only you let work into {things}", things=_named(areas))
        yield Check(False, says, "#dependence")


def _questions(team: Team, leader: Person, now: datetime) -> Check:
    """Check that no question to the leader waits for an answer."""
    asked = [thing for _, thing in mentions.unanswered(team, leader, now=now)]
    if not asked:
        return Check(True, say("No question waits for your answer"))
    return Check(
        False,
        say(
            "Not yet: you were asked about {things}, and have not answered",
            things=_named([t.in_passing for t in asked]),
        ),
        f"{asked[0].get_absolute_url()}#said",
    )


def _named(things: Sequence[object]) -> str:
    """Write the first few as one would say them, and how many more there are."""
    told: list[str] = [quoted(t) for t in things[:_SHOWN]]
    if len(things) > _SHOWN:
        told.append(say("{n} more", n=len(things) - _SHOWN))
    return all_of(told)
