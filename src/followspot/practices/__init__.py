"""What a practice is (`PracticeConfig`), what it offers to the brief, and the list of those present."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar

from django.apps import AppConfig, apps

from followspot.errors import Failed, in_short
from followspot.language import Said, say

if TYPE_CHECKING:  # this is read before the models are
    from ninja import Router

    from followspot.teams.models import Person, Team

VERBS: tuple[str, str, str, str, str] = (
    say("Clear"),
    say("Applaud"),
    say("Step back"),
    say("Set"),
    say("Danger"),
)
CLEAR, APPLAUD, STEP_BACK, SET, DANGER = VERBS


@dataclass(frozen=True, slots=True)
class Move:
    """Something a leader could do this week. rank : the smaller, the sooner, among moves of one verb."""

    verb: str
    says: str
    evidence: str
    url: str
    button: str
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something small that waits for one person: their yes, their vote, their look."""

    says: str
    url: str
    link: str


@dataclass(frozen=True, slots=True)
class Dated:
    """Something that a calendar should show: whole days, first and last included. key : the same as long as it is the same."""

    key: str
    first: date
    last: date
    title: str
    says: str
    url: str


class PracticeConfig(AppConfig):
    """A practice says its title, the essay's claim that it lives by, and the events that it leaves.

    says : each activity with what a history calls it, after the name of who did it.
    """

    title: ClassVar[str]
    claim: ClassVar[str]
    says: ClassVar[dict[str, str]]

    @property
    def emits(self) -> frozenset[str]:
        return frozenset(self.says)


def practices() -> Iterable[PracticeConfig]:
    """All practices that are installed."""
    return (config for config in apps.get_app_configs() if isinstance(config, PracticeConfig))


def quoted(thing: object) -> str:
    """Write a thing between quotation marks, without a full stop of its own, to stand within a sentence."""
    words = str(thing)
    return say("“{thing}”", thing=words if isinstance(words, Said) else words.strip().rstrip("."))


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """What all practices suggest to a leader now, unsorted."""
    return [
        m for room in _rooms("brief") if hasattr(room, "moves") for m in room.moves(team, leader, now=now)
    ]


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """What waits for a person in all practices."""
    return [
        w for room in _rooms("brief") if hasattr(room, "waiting") for w in room.waiting(team, person, now=now)
    ]


def dates(team: Team, person: Person, *, first: date, last: date) -> list[Dated]:
    """What all practices have between two days for the calendar of one of the team, in order of time."""
    found = [
        d
        for room in _rooms("brief")
        if hasattr(room, "dates")
        for d in room.dates(team, person, first=first, last=last)
    ]
    return sorted(found, key=lambda d: (d.first, d.key))


def by_itself(*, now: datetime) -> int:
    """Let happen in all practices what happens by itself; return how many objects changed.

    Raises Failed once all have had their turn, if one of them could not.
    """
    changed, failed = 0, []
    for room in _rooms("actions"):
        if hasattr(room, "by_itself"):
            try:
                changed += room.by_itself(now=now)
            except Exception as error:  # whatever it is, it is that practice's alone
                failed.append(f"{room.__name__}: {in_short(error)}")
    if failed:
        raise Failed("; ".join(failed))
    return changed


def forget(person: Person) -> None:
    """Let all practices let go of what is a person's and stands in no column, such as an answer under seal."""
    for room in _rooms("actions"):
        if hasattr(room, "forget"):
            room.forget(person)


def routers() -> list[Router]:
    """Return the operations of all practices for the API."""
    return [room.room for room in _rooms("api")]


def _rooms(name: str) -> Iterable[ModuleType]:
    for practice in practices():
        if find_spec(f"{practice.name}.{name}"):
            yield importlib.import_module(f"{practice.name}.{name}")
