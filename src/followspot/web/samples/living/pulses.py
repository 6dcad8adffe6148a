"""The pulse of a living sample: wave after wave, answered by everybody with a planted mood, and what was done about it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from followspot.items import MIRROR
from followspot.practices.mirror import actions as mirror
from followspot.practices.pulse import actions
from followspot.practices.pulse.models import Wave
from followspot.practices.pulse.rules import What
from followspot.teams.models import Person
from followspot.web.samples.living.diary import Diary

type _Act = Callable[[Wave, datetime], None]
_OPEN_FOR = 4  # days
_ANSWER = 0.92  # of the people, in each wave


def unfold(diary: Diary, told: dict[str, Any]) -> None:
    """Set down a pulse: `every` weeks since `since`, the last wave still open; each item's mood then and now."""
    chance = random.Random(told["seed"])  # noqa: S311 - a story, no secret
    if "groups" in told:
        diary.plan(
            diary.plain_day(told["since"] - 2), "9:00", lambda now: _grouped(diary, told["groups"], now)
        )
    days = list(range(told["last"], told["since"] - 1, -7 * told["every"]))[::-1]
    for number, offset in enumerate(days):
        if not any(abs(offset - m) < 14 for m in told.get("mirrors", [])):
            _wave(diary, told, chance, offset, What.PULSE, done=told["done"].get(str(len(days) - number)))
    for offset in told.get("mirrors", []):
        diary.plan(diary.plain_day(offset), "8:10", _rating(diary, told["own"]))
        _wave(diary, told, chance, offset, What.MIRROR, done=None)


def _wave(
    diary: Diary,
    told: dict[str, Any],
    chance: random.Random,
    offset: int,
    what: What,
    *,
    done: list[str] | None,
) -> None:
    day, key = diary.plain_day(offset), f"wave {offset}"
    share = (offset - told["since"]) / (told["last"] - told["since"])

    def open_it(now: datetime) -> None:
        leader = diary.leader(now.date())
        diary.things[key] = actions.open_wave(
            diary.team, what=what, by=leader, roles=diary.roles(leader, None, now), now=now, days=_OPEN_FOR
        )

    def at(days: int, hour: str, act: _Act) -> None:
        diary.plan(diary.plain_day(offset + days), hour, lambda now: act(diary.things[key], now))

    diary.plan(day, "8:30", open_it)
    for number, name in enumerate(diary.front_on(day)):
        if chance.random() < _ANSWER:
            at(
                0,
                f"{9 + number // 6}:{5 + 9 * (number % 6):02}",
                _answering(diary.people[name], told, share, chance.random()),
            )
    if offset + _OPEN_FOR < 0:
        diary.round_on(diary.plain_day(offset + _OPEN_FOR + 1))
        if done:
            at(_OPEN_FOR + 2, "16:40", _doing(diary, actions.promise, done[0]))
        if done and len(done) > 1:
            at(_OPEN_FOR + 8, "16:50", _doing(diary, actions.keep, done[1]))


def _answering(person: Person, told: dict[str, Any], share: float, seed: float) -> _Act:
    def answer(it: Wave, now: datetime) -> None:
        chance = random.Random(seed)  # noqa: S311
        said = {}
        for item in it.items:
            begins, ends = told["mood"].get(item, told["mirror"] if item in MIRROR else told["else"])
            step = round(chance.gauss(begins + (ends - begins) * share, told["spread"]))
            said[item] = str(min(5, max(1, step)))
        comment = chance.choice(told["comments"]) if chance.random() < told["comment"] else ""
        actions.answer(it, person, said, comment, now=now)

    return answer


def _rating(diary: Diary, own: dict[str, int]) -> Callable[[datetime], None]:
    def rate(now: datetime) -> None:
        leader = diary.leader(now.date())
        if leader is not None:
            mirror.rate(diary.team, own, by=leader, roles=diary.roles(leader, None, now), now=now)

    return rate


def _doing(diary: Diary, act: Callable[..., Wave], text: str) -> _Act:
    def do(it: Wave, now: datetime) -> None:
        leader = diary.leader(now.date())
        it.refresh_from_db()
        act(it, text, by=leader, roles=diary.roles(leader, None, now), now=now)

    return do


def _grouped(diary: Diary, groups: dict[str, str], now: datetime) -> None:
    leader = diary.leader(now.date())
    named = {p.pk: group for group, names in groups.items() for p in diary.named(names)}
    actions.name_groups(diary.team, named, by=leader, roles=diary.roles(leader, None, now), now=now)


def cadence(diary: Diary, told: dict[str, Any]) -> None:
    """Let the pulse go on by itself from the day on which the next wave is due."""
    leader, on = diary.leader(diary.today), diary.today + timedelta(days=told["last"] + 7 * told["every"])
    actions.set_cadence(
        diary.team,
        every=told["every"],
        open_for=_OPEN_FOR,
        floor=5,
        next_on=on,
        by=leader,
        roles=diary.roles(leader, None, diary.now),
        now=diary.now,
    )
