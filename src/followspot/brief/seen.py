"""What the log can see of each statement of the mirror: from readings that are there for other questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from followspot.brief import readings
from followspot.items import MIRROR
from followspot.language import count, say, together
from followspot.measures import Reading, Verdict
from followspot.measures._methods.position import Seen, place
from followspot.measures.hovering import QUESTIONS
from followspot.teams.models import Person, Team

_HALF_A_YEAR = timedelta(days=182)
UNSEEN = say("The log can’t see this.")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the log says of one statement. at, low, high : from 0, never, to 1, always; None where it has no place."""

    sentence: str
    at: float | None = None
    low: float = 0.0
    high: float = 0.0
    n: int = 0


@dataclass(frozen=True, slots=True)
class _From:
    """Where evidence comes from. part : "" for the reading itself; things : that are counted; turned : less of it is more of what the statement says."""

    slug: str
    part: str
    says: str
    things: str
    turned: bool = False


_SOURCES = {
    "standing-back-how": _From("map", "Freedom agreed", say("Freedom agreed on the work in others’ hands, of all there could be."), say("expectations")),
    "standing-back-out": _From("map", "Work left alone", say("Weeks of others’ work into which you did not come unasked."), say("expectations")),
    "there-answers": _From("map", "Barriers answered", say("Barriers that had a promise, or were gone, within a week."), say("barriers")),
    "expectations-said": _From("map", "Expectations set", say("Weeks in which something was expected and written down."), say("months")),
    "expectations-kept": _From("map", "Expectations kept alive", say("Weeks in which something happened on what had been agreed."), say("expectations")),
    "credit-given": _From("credit-flow", "", say("Finished work that drew applause within thirty days, from anybody."), say("finished things")),
    "credit-light": _From("credit-flow", "How much of the applause went to the leader?", say("Applause that went to others than you."), say("times applause"), turned=True),
    "mistakes-freedom": _From("freedom-after-mistakes", "Was the freedom lowered after a mistake?", say("Freedoms that were not lowered within thirty days of a mistake."), say("lessons"), turned=True),
    "barriers-cleared": _From("map", "Promises kept", say("Promises to clear a barrier that were kept to the day."), say("promises")),
}  # fmt: skip


def of(team: Team, leader: Person, *, asof: datetime | None, now: datetime) -> dict[str, Evidence]:
    """Return what the log says of each statement. asof : the end of an earlier round; None for as it is now."""
    known: dict[str, Reading] = {}

    def reading(slug: str) -> Reading:
        if slug not in known:
            known[slug] = readings.reading(team, slug, asof=asof)
        return known[slug]

    found = {slug: Evidence(UNSEEN) for slug in MIRROR}
    found |= {slug: _taken(source, reading(source.slug)) for slug, source in _SOURCES.items()}
    found["there-asked"] = _asked(reading)
    found["danger-only"] = _danger(team, leader, until=asof or now)
    return found


def _taken(source: _From, reading: Reading) -> Evidence:
    part = next((p for p in reading.parts if p.question == source.part), None) if source.part else reading
    if part is None or part.verdict == Verdict.CANT_TELL or part.estimate is None:
        return Evidence(together([source.says, say("Too few so far to say.")]))
    at, low, high = part.estimate, part.low or 0.0, part.high or 0.0
    if source.turned:
        at, low, high = 1 - at, 1 - high, 1 - low
    told = say("{share:.0%}, from {n} {things}.", share=at, n=part.n, things=source.things)
    return Evidence(together([source.says, told]), at, low, high, part.n)


def _asked(reading: Callable[[str], Reading]) -> Evidence:
    """Say which questions wait now: that has no place between never and always."""
    waits = next((p for p in reading("hovering").parts if p.question == QUESTIONS), None)
    if waits is None:
        return Evidence(UNSEEN)
    asked = say("Of what was asked here: {sentence:small}", sentence=waits.sentence)
    return Evidence(together([UNSEEN, asked]))


def _danger(team: Team, leader: Person, *, until: datetime) -> Evidence:
    """Say how long the leader was in front in half a year, and after how many dangers what they took went back."""
    since = until - _HALF_A_YEAR
    dangers = [
        d
        for d in team.danger_set.filter(leader=leader, began_at__lt=until)
        if (d.ended_at or min(d.ends_at, until)) > since
    ]
    if not dangers:
        return Evidence(say("No danger was declared in half a year, so there is nothing to come back from."))
    days = sum((min(d.ended_at or d.ends_at, until) - max(d.began_at, since)).total_seconds() / 86_400 for d in dangers)  # fmt: skip
    front = count(
        max(1, round(days)),
        "{n} day in front in half a year.",
        "{n} days in front in half a year.",
    )
    over = [d for d in dangers if d.ended_at and d.ended_at <= until]
    handed = sum(bool(d.handed_back) for d in over)
    back = place({"handed back": Seen(handed, len(over))})
    if back is None:
        return Evidence(together([front, say("It isn’t over yet.")]))
    after = say("What was taken was handed back after {n} of {all}.", n=handed, all=len(over))
    return Evidence(
        together([front, after]),
        back.at,
        back.low,
        back.high,
        len(over),
    )
