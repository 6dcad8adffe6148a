"""Applause, claps and clients' words, unfolded into acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from followspot.practices.applause import actions
from followspot.web.samples.living.diary import Act, Diary

_CLAPS = ("11:40", "12:05", "12:50", "13:15", "14:30", "15:45", "16:20", "17:05")


def unfold(diary: Diary, given: list[dict[str, Any]], words: list[dict[str, Any]]) -> None:
    """Set down who applauds whom for what, who claps along, and what clients said."""
    for place, told in enumerate(given):
        _applause(diary, told, f"applause {place}", f"10:{(place * 11) % 50 + 5:02}")
    for place, told in enumerate(words):
        key = told.get("key", f"words {place}")
        diary.plan(diary.day(told["d"]), f"09:{(place * 7) % 50 + 5:02}", _words(diary, told, key))
        if told.get("back"):
            diary.plan(diary.day(told["d"]), "17:40", _words_back(diary, key, told["by"]))


def _applause(diary: Diary, told: dict[str, Any], key: str, at: str) -> None:
    day = diary.day(told["d"])
    diary.plan(day, at, _give(diary, told, key))
    leader = diary.leader(day)
    for n, name in enumerate(told.get("claps", "").split()):
        if not (leader and leader.name == name and diary.is_away(day)):
            diary.plan(day, _CLAPS[n % len(_CLAPS)], _clap(diary, key, name))
    if told.get("back"):
        diary.plan(day, "17:30", _back(diary, key, told["by"]))
    diary.talk(key, told.get("say", []))


def _give(diary: Diary, told: dict[str, Any], key: str) -> Act:
    def act(now: datetime) -> None:
        by, cited = diary.people[told["by"]], diary.things.get(told.get("cites", ""))
        diary.things[key] = actions.give(
            diary.team,
            diary.told(told["for"]),
            to=diary.named(told["to"]),
            by=by,
            roles=diary.roles(by, None, now),
            now=now,
            contribution=told.get("kind", ""),
            cites=cited.reference if cited else "",
            cites_words=diary.told(told.get("see", str(cited) if cited else "")),
        )

    return act


def _clap(diary: Diary, key: str, name: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        actions.join(it, by=by, roles=diary.roles(by, it, now), now=now)

    return act


def _back(diary: Diary, key: str, name: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        diary.things[key] = actions.withdraw(it, by=by, roles=diary.roles(by, it, now), now=now)

    return act


def _words(diary: Diary, told: dict[str, Any], key: str) -> Act:
    def act(now: datetime) -> None:
        by = diary.people[told["by"]]
        diary.things[key] = actions.bring_words(
            diary.team,
            told["quote"],
            said_where=diary.told(told["where"]),
            said_on=min(diary.day(told["d"]), now.date()),
            about=diary.named(told.get("about", "")),
            by=by,
            roles=diary.roles(by, None, now),
            now=now,
        )

    return act


def _words_back(diary: Diary, key: str, name: str) -> Act:
    def act(now: datetime) -> None:
        by, it = diary.people[name], diary.things[key]
        diary.things[key] = actions.withdraw_words(it, by=by, roles=diary.roles(by, it, now), now=now)

    return act
