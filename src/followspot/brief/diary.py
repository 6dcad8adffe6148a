"""What was noted while the leader was away, as the live page and the report show it. Nobody is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from followspot.language import count, say
from followspot.practices.stepaways.models import Entry, StepAway
from followspot.practices.stepaways.rules import Kind
from followspot.teams import calendar
from followspot.teams.models import Person


@dataclass(frozen=True, slots=True)
class Waited:
    """Something that waited for the leader. days : working days until it was decided, or up to now."""

    entry: Entry
    days: int


@dataclass(frozen=True, slots=True)
class Diary:
    """Everything noted. mine : what the one who looks noted and may take back."""

    decisions: list[Entry]
    waited: list[Waited]
    contacts: str
    touches: str
    mine: list[Entry]
    days: int

    @property
    def empty(self) -> bool:
        return not (self.decisions or self.waited or self.contacts or self.touches)

    @property
    def reopened(self) -> int:
        return sum(e.reopened_at is not None for e in self.decisions)

    @property
    def lines(self) -> list[str]:
        """The diary in plain lines, to keep."""
        return [
            *map(_decided, self.decisions),
            *map(_waited, self.waited),
            *(line for line in (self.contacts, self.touches) if line),
        ]

    @property
    def still_waits(self) -> list[Waited]:
        return [w for w in self.waited if w.entry.settled_at is None]


def compose(it: StepAway, *, today: date, person: Person | None) -> Diary:
    """Return the diary of a step-away."""
    clock = calendar.of(it.team)
    entries = list(it.entries.filter(withdrawn_at=None).select_related("by", "handover"))
    by_kind = {kind: [e for e in entries if e.kind == kind] for kind in Kind}
    days = sum(
        sum(1 for _ in clock.days(first, min(last or today, today)))
        for first, last in it.stretches
        if first <= today
    )

    def waited(e: Entry) -> Waited:
        begun = max(it.team.day(e.at), it.begins_on)
        until = it.team.day(e.settled_at) if e.settled_at else today
        return Waited(e, max(0, clock.between(begun, until)))

    return Diary(
        by_kind[Kind.DECISION],
        [waited(e) for e in by_kind[Kind.WAITS]],
        _asked(len(by_kind[Kind.CONTACT]), it.leader, days),
        _touched(len(by_kind[Kind.TOUCH]), it.leader, days),
        [e for e in entries if person is not None and e.by_id == person.pk],
        days,
    )


def _decided(e: Entry) -> str:
    if e.reopened_at:
        return say("Decided meanwhile: {text}, and opened again.", text=e.text)
    return say("Decided meanwhile: {text}.", text=e.text)


def _waited(w: Waited) -> str:
    if w.entry.settled_at:
        return count(
            w.days, "Waited {n} working day: {text}.", "Waited {n} working days: {text}.", text=w.entry.text
        )
    return count(
        w.days,
        "Waited {n} working day, and still does: {text}.",
        "Waited {n} working days, and still does: {text}.",
        text=w.entry.text,
    )


def _asked(n: int, leader: Person, days: int) -> str:
    if not n:
        return ""
    return count(
        n,
        "{leader} was asked once in {days}.",
        "{leader} was asked {n} times in {days}.",
        leader=leader.name,
        days=_pace(n, days),
    )


def _touched(n: int, leader: Person, days: int) -> str:
    if not n:
        return ""
    return count(
        n,
        "{leader} took a hand anyway once in {days}.",
        "{leader} took a hand anyway {n} times in {days}.",
        leader=leader.name,
        days=_pace(n, days),
    )


def _pace(n: int, days: int) -> str:
    told = count(days, "{n} working day", "{n} working days")
    return say("{days}, {n:.1f} a day", days=told, n=n / days) if days else told
