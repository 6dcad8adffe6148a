"""The panels of a living sample: convened, judged alone, opened together, talked over, signed, and deleted on their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from followspot.practices.panels import actions, rules
from followspot.practices.panels.models import Panel
from followspot.practices.panels.rules import Attitude, Place, Sheet
from followspot.web.samples.living.diary import Diary

type _Act = Callable[[Panel, datetime], None]


def unfold(diary: Diary, panels: list[dict[str, Any]]) -> None:
    """Set down panels with what everybody wrote; who isn’t in `scores` hasn’t handed in."""
    for told in panels:
        _unfold(diary, told)


def _unfold(diary: Diary, told: dict[str, Any]) -> None:
    key, begun = told["key"], diary.day(told["d"])

    def convene(now: datetime) -> None:
        diary.things[key] = _convened(diary, told, now)

    def at(days: int, hour: str, act: _Act) -> None:
        diary.plan(diary.day(days), hour, lambda now: act(diary.things[key], now))

    diary.plan(begun, "10:20", convene)
    for n, (name, score) in enumerate(told["scores"].items()):
        at(score["d"], f"{13 + n}:05", _scoring(diary, name, score))
    if "agreed" in told:
        agreed = told["agreed"]
        at(agreed["d"], "17:10", _agreeing(diary, agreed))
        for n, (name, dissent) in enumerate(agreed["signed"].items()):
            at(agreed["d"], f"17:{20 + 5 * n}", _signing(diary, name, dissent))
    diary.talk(key, told.get("say", []))
    gone = begun + timedelta(days=told["kept"])
    if gone <= diary.today:
        diary.round_on(gone)


def _convened(diary: Diary, told: dict[str, Any], now: datetime) -> Panel:
    by = diary.people[told["by"]]
    today = diary.team.day(now)
    return actions.convene(
        diary.team,
        candidate=told["who"],
        purpose=told["work"],
        notes=told.get("notes", ""),
        criteria=rules.USUAL,
        panelists=[diary.people[name] for name in told["panel"]],
        due_on=today + timedelta(days=told["due"]),
        delete_on=today + timedelta(days=told["kept"]),
        by=by,
        roles=diary.roles(by, None, now),
        now=now,
    )


def _scoring(diary: Diary, name: str, score: dict[str, Any]) -> _Act:
    def hand_in(it: Panel, now: datetime) -> None:
        by = diary.people[name]
        reasons = score.get("why", {})
        marks = {
            c.pk: (step, reasons.get(str(c.number), ""))
            for c, step in zip(it.criteria.all(), score["steps"], strict=True)
        }
        places = {a: Place(score[a][0], score[a][1]) for a in Attitude}
        actions.hand_in(it, Sheet(marks, places), by=by, roles=diary.roles(by, it, now), now=now)

    return hand_in


def _agreeing(diary: Diary, agreed: dict[str, Any]) -> _Act:
    def decide(it: Panel, now: datetime) -> None:
        by = diary.people[agreed["by"]]
        again = agreed.get("again")
        actions.decide(
            it,
            decision=agreed["what"],
            agreed=agreed.get("free", ""),
            reasons=agreed["why"],
            differ=agreed.get("differ", ""),
            look_again_on=None if again is None else diary.plain_day(again),
            by=by,
            roles=diary.roles(by, it, now),
            now=now,
        )

    return decide


def _signing(diary: Diary, name: str, dissent: str) -> _Act:
    def sign(it: Panel, now: datetime) -> None:
        by = diary.people[name]
        actions.sign(it, dissent=dissent, by=by, roles=diary.roles(by, it, now), now=now)

    return sign
