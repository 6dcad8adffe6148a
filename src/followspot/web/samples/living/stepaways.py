"""The step-aways of a living sample: planned, accepted by those who stand in, lived through, and handed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from followspot.practices.stepaways import actions
from followspot.practices.stepaways.models import StepAway
from followspot.practices.stepaways.rules import Kind
from followspot.roles import LEADER, MEMBER, STAND_IN
from followspot.web.samples.living.diary import Diary

type _Act = Callable[[StepAway, datetime], None]
_LEADS, _PERFORMS = frozenset({LEADER}), frozenset({MEMBER})


def unfold(diary: Diary, told: dict[str, Any], first: date, last: date) -> None:
    """Set down one step-away with what belongs to it; what would lie ahead of today doesn't happen yet."""
    day = min(diary.day(told["planned"]), first - timedelta(days=7))
    found: list[StepAway] = []

    def at(on: date, hour: str, act: _Act) -> None:
        def happen(now: datetime) -> None:
            act(found[0], now)

        if on <= diary.today:
            diary.plan(on, hour, happen)

    def plan(now: datetime) -> None:
        found.append(_planned(diary, told, first, last, now))

    diary.plan(day, "17:40", plan)
    for n, (area, name) in enumerate(told.get("stand_ins", {}).items()):
        at(diary.after(day, 1), "09:05", _asking(diary, area, name))
        if n < told.get("yes", 99):
            at(diary.after(day, 2), "11:50", _accepting(diary, area, name))
    for what in told.get("waits", []):
        at(diary.after(day, 2), "10:20", _noting(diary, Kind.WAITS, what))
    diary.round_on(first)
    diary.round_on(last + timedelta(days=1))
    if last >= diary.today:
        return
    _lived(diary, told, at, first, last)


def _lived(
    diary: Diary, told: dict[str, Any], at: Callable[[date, str, _Act], None], first: date, last: date
) -> None:
    """Set down what happened while the leader was away, and after."""
    working = list(diary.clock.days(first, last))
    for n, (what, name) in enumerate(told.get("decided", {}).items()):
        on = working[min(len(working) - 1, 1 + n * max(1, len(working) // 5))]
        at(on, f"{10 + n % 6}:15", _noting(diary, Kind.DECISION, what, name))
    for n in range(told.get("contacts", 0)):
        at(working[(3 * n + 1) % len(working)], "14:30", _noting(diary, Kind.CONTACT))
    for n in range(told.get("touches", 0)):
        at(working[(4 * n + 2) % len(working)], "20:10", _touch)
    at(diary.after(last, told.get("settled_after", 2)), "09:30", _settle)
    for area in told.get("kept", []):
        at(diary.after(last, 6), "16:00", _keeping(area))


def _planned(diary: Diary, told: dict[str, Any], first: date, last: date, now: datetime) -> StepAway:
    leader = diary.leader(first)
    if leader is None:
        raise ValueError(f"{diary.team}: nobody leads who could step away.")
    return actions.plan(
        diary.team,
        leader,
        stretches=[(first, last)],
        margin=told["margin"],
        flow="done",
        by=leader,
        roles=_LEADS,
        now=now,
        what_else=told.get("what_else", ""),
    )


def _asking(diary: Diary, area: str, name: str) -> _Act:
    def ask(it: StepAway, now: datetime) -> None:
        actions.ask(it, area=area, stand_in=diary.people[name], by=it.leader, roles=_LEADS, now=now)

    return ask


def _accepting(diary: Diary, area: str, name: str) -> _Act:
    def accept(it: StepAway, now: datetime) -> None:
        asked = it.handovers.get(area=area)
        actions.answer(asked, yes=True, by=diary.people[name], roles=_PERFORMS | {STAND_IN}, now=now)

    return accept


def _noting(diary: Diary, kind: Kind, text: str = "", name: str = "") -> _Act:
    def note(it: StepAway, now: datetime) -> None:
        by = diary.people[name or diary.front_on(now.date())[0]]
        handover = it.handovers.filter(stand_in=by, accepted_at__isnull=False).first() if name else None
        actions.note(it, kind, text, by=by, roles=_PERFORMS, now=now, handover=handover)

    return note


def _touch(it: StepAway, now: datetime) -> None:
    actions.note(it, Kind.TOUCH, by=it.leader, roles=_LEADS, now=now)


def _settle(it: StepAway, now: datetime) -> None:
    for entry in it.entries.filter(kind=Kind.WAITS, settled_at=None):
        actions.settle(entry, by=it.leader, roles=_LEADS, now=now)


def _keeping(area: str) -> _Act:
    def keep(it: StepAway, now: datetime) -> None:
        actions.hand_over(it.handovers.get(area=area), by=it.leader, roles=_LEADS, now=now)

    return keep
