"""Lessons with what follows from them, and danger with its way back, unfolded into acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from followspot.objects import unnamed
from followspot.practices.danger import actions as danger
from followspot.practices.lessons import actions
from followspot.practices.lessons.rules import Following
from followspot.web.samples.living.diary import Act, Diary


def unfold(diary: Diary, given: list[dict[str, Any]]) -> None:
    """Set down every lesson, its answer, what changes because of it, and who found it useful."""
    for place, told in enumerate(given):
        key, minute = told.get("key", f"lesson {place}"), f"{(place * 19) % 50 + 5:02}"
        word = unnamed.new_word()[1] if not told["by"] else ""
        diary.plan(diary.day(told["d"]), f"10:{minute}", _tell(diary, told, key, word))
        next_day = diary.after(diary.day(told["d"]), 0 if told["d"] >= -1 else 1)
        for n, name in enumerate(told.get("useful", "").split()):
            diary.plan(next_day, f"{12 + n % 5}:{(int(minute) + 3 * n) % 60:02}", _useful(diary, key, name))
        if (day := told.get("thanked")) is not None:
            diary.plan(diary.day(day), f"11:{minute}", _answer(diary, key, ""))
        if "owned" in told:
            day, part = told["owned"]
            diary.plan(diary.day(day), f"11:{minute}", _answer(diary, key, part))
        for n, day, name, *how in told.get("ended", []):
            diary.plan(diary.day(day), f"16:{minute}", _end(diary, key, n, name, how[0] if how else "done"))
        for n, day, name, became in told.get("becomes", []):
            diary.plan(diary.day(day), f"16:{minute}", _link(diary, key, n, name, became))
        if told.get("back"):
            diary.plan(diary.day(told["d"]), "17:30", _back(diary, key, told["by"]))
        diary.talk(key, told.get("say", []))


def _tell(diary: Diary, told: dict[str, Any], key: str, word: str) -> Act:
    def act(now: datetime) -> None:
        by = diary.people[told["by"]] if told["by"] else None
        about = diary.things.get(told.get("about", ""))
        diary.things[key] = actions.tell(
            diary.team,
            happened=diary.told(told["happened"]),
            believed=diary.told(told.get("believed", "")),
            known=diary.told(told["known"]),
            helps=told.get("helps", ""),
            changes=tuple(diary.told(c) for c in told.get("changes", [])),
            about=about.reference if about else "",
            by=by,
            roles=diary.roles(by, None, now, word),
            now=now,
            word_hash=word,
        )

    return act


def _useful(diary: Diary, key: str, name: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        actions.find_useful(it, by=by, roles=diary.roles(by, it, now), now=now)

    return act


def _answer(diary: Diary, key: str, part: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.leader(now.date()), diary.things[key]
        roles = diary.roles(by, it, now)
        diary.things[key] = (
            actions.own(it, part, by=by, roles=roles, now=now)
            if part
            else actions.thank(it, by=by, roles=roles, now=now)
        )

    return act


def _end(diary: Diary, key: str, n: int, name: str, how: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        one = list(it.followups.all())[n]
        actions.end_follow_up(one, Following(how), by=by, roles=diary.roles(by, it, now), now=now)

    return act


def _link(diary: Diary, key: str, n: int, name: str, became: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        one, other = list(it.followups.all())[n], diary.things[became]
        actions.link_follow_up(one, other.reference, by=by, roles=diary.roles(by, it, now), now=now)

    return act


def _back(diary: Diary, key: str, name: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        diary.things[key] = actions.withdraw(it, by=by, roles=diary.roles(by, it, now), now=now)

    return act


def unfold_danger(diary: Diary, given: list[dict[str, Any]]) -> None:
    """Set down every danger: hours are counted from its beginning."""
    for place, told in enumerate(given):
        key, day = told.get("key", f"danger {place}"), diary.day(told["d"])
        diary.plan(day, told["at"], _declare(diary, told, key))
        for plus, at, name, text in told["notes"]:
            diary.plan(diary.after(day, plus), at, _note(diary, key, name, text))
        plus, at, name = told["over"]
        diary.plan(diary.after(day, plus), at, _over(diary, told, key, name))
        diary.talk(key, told.get("say", []))


def _declare(diary: Diary, told: dict[str, Any], key: str) -> Act:
    def act(now: datetime) -> None:
        by = diary.people[told["by"]]
        diary.things[key] = danger.declare(
            diary.team,
            why=told["why"],
            takes=told["takes"],
            keeps=told["keeps"],
            exit_condition=told["exit"],
            ends_at=now + timedelta(hours=told["hours"]),
            by=by,
            roles=diary.roles(by, None, now),
            now=now,
        )

    return act


def _note(diary: Diary, key: str, name: str, text: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        danger.note(it, text, by=by, roles=diary.roles(by, it, now), now=now)

    return act


def _over(diary: Diary, told: dict[str, Any], key: str, name: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        diary.things[key] = danger.end(
            it,
            how=told["how"],
            handed_back=told["handed_back"],
            by=by,
            roles=diary.roles(by, it, now),
            now=now,
        )

    return act
