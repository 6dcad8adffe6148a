"""What was noted while the leader was away, as the live page and the report show it. Nobody is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
        decided = [
            f"Decided meanwhile: {e.text}{', and opened again' if e.reopened_at else ''}."
            for e in self.decisions
        ]
        waited = [
            f"Waited {w.days} working day{'' if w.days == 1 else 's'}{'' if w.entry.settled_at else ', and still does'}: {w.entry.text}."
            for w in self.waited
        ]
        return [*decided, *waited, *(line for line in (self.contacts, self.touches) if line)]

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
        _times(len(by_kind[Kind.CONTACT]), f"{it.leader} was asked", days),
        _times(len(by_kind[Kind.TOUCH]), f"{it.leader} took a hand anyway", days),
        [e for e in entries if person is not None and e.by_id == person.pk],
        days,
    )


def _times(count: int, what: str, days: int) -> str:
    if not count:
        return ""
    often = "once" if count == 1 else f"{count} times"
    pace = f", {count / days:.1f} a day" if days else ""
    return f"{what} {often} in {days} working day{'' if days == 1 else 's'}{pace}."
