"""A living sample: a harbour town's teams with a year of practice, told through the same verbs as anybody's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from followspot import practices
from followspot.teams import actions as teams
from followspot.teams import public_holidays
from followspot.teams.models import Person, Team
from followspot.web.samples.living import (
    applause,
    barriers,
    evidence,
    expectations,
    lessons,
    panels,
    pulses,
    stepaways,
)
from followspot.web.samples.living.diary import Diary

# The first is the team above the others; its own story comes last, when those below have told theirs.
STORIES = ("harbour-town", "north-quay", "ward-four", "slipway")
_COUNTRY = "PT"
_QUIET = (((12, 6), (1, 10)), ((6, 28), (9, 7)))  # no step-away is planted where a season would hide it


def bring(*, now: datetime) -> Iterator[str]:
    """Build the sample unless it is here; yield a line for each team that is done. All of it stands, or nothing."""
    stories = [_story(name) for name in STORIES]
    above, *below = stories
    if Team.objects.filter(name=above["name"]).exclude(sample="").exists():
        return
    practices.by_itself(now=now)  # so that the sample's past mornings find nothing of anybody else's
    with transaction.atomic():
        people = {n: teams.known_from_history(n) for n in _names(stories)}
        top = _found(above, people, None, now)
        found = [(story, _found(story, people, top, now)) for story in below]
        for story, team in [*found, (above, top)]:
            diary = live(story, team, people, now)
            yield f"{team.name}: a year of {len(diary.front_on(diary.today)) + 1} people, {len(story['barriers'])} barriers, {len(story['applause'])} times applause"


def _story(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def _names(stories: list[dict[str, Any]]) -> list[str]:
    """Everybody, once: who leads a team below is of the team above."""
    return list(dict.fromkeys(n for s in stories for n in _all_of(s)))


def _all_of(story: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys([story["leader"], story.get("led_before", story["leader"]), *story["people"]]))


def _found(story: dict[str, Any], people: dict[str, Person], up: Team | None, now: datetime) -> Team:
    """Found a team: who leads it since when, who came and went, its week, holidays, and the team above."""
    team = teams.start_team(story["name"], by=None, zone=story["zone"], sample=story["sample"])
    team.week_off, team.up = story["week_off"], up
    team.save(update_fields=["week_off", "up"])
    today = now.astimezone().date()
    public_holidays.observe(team, country=_COUNTRY, years=range(today.year - 2, today.year + 2), today=today)
    if not team.week_off:  # a ward has no holidays
        public_holidays.take_out(team, brought_from=_COUNTRY)
    for name in story["people"]:
        begins = story.get("joined", {}).get(name)
        joined = teams.join(team, people[name], on=None if begins is None else today + timedelta(days=begins))
        if (left := story.get("left", {}).get(name)) is not None:
            teams.leave(joined, on=today + timedelta(days=left))
    before = story.get("led_before")
    teams.hand_lead(team, to=people[before or story["leader"]], on=None)
    if before:
        teams.hand_over(team, to=people[story["leader"]], on=today + timedelta(days=story["leads_since"]))
    for name in _all_of(story):
        teams.claim(team, name, person=people[name])
    return team


def live(story: dict[str, Any], team: Team, people: dict[str, Person], now: datetime) -> Diary:
    """Let a team live its story up to now."""
    diary = Diary(team, people, now)
    planned = [(told, *_stretch(told, diary.today)) for told in story.get("stepaways", [])]
    diary.away = tuple((first, last) for _, first, last in planned if last < diary.today)
    expectations.unfold(diary, story["expectations"])
    lessons.unfold_danger(diary, story.get("danger", []))
    barriers.unfold(diary, story["barriers"])
    lessons.unfold(diary, story["lessons"])
    applause.unfold(diary, story["applause"], story["words"])
    for told, first, last in planned:
        stepaways.unfold(diary, told, first, last)
    panels.unfold(diary, story.get("panels", []))
    if "pulse" in story:
        pulses.unfold(diary, story["pulse"])
    diary.perform()
    if "pulse" in story:
        pulses.cadence(diary, story["pulse"])
    if "evidence" in story:
        evidence.bring(diary, story["evidence"], title=story["evidence"]["title"])
    return diary


def _stretch(told: dict[str, Any], today: date) -> tuple[date, date]:
    """Return the days of a step-away: from a Monday, clear of the year's end and of summer."""
    if "ahead" in told:
        first = today + timedelta(days=told["ahead"])
        first += timedelta(days=-first.weekday() % 7)
        while _quiet(first, first + timedelta(days=told["days"])):
            first += timedelta(days=7)
        return first, first + timedelta(days=told["days"] - 1)
    first = today - timedelta(weeks=told["weeks_ago"])
    first -= timedelta(days=first.weekday())
    while _quiet(first, first + timedelta(days=2 * told["days"])):
        first -= timedelta(days=7)
    return first, first + timedelta(days=told["days"] - 1)


def _quiet(first: date, last: date) -> bool:
    """Say whether any day falls into a quiet season."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        here = (day.month, day.day)
        for begin, end in _QUIET:
            if (begin <= here <= end) if begin < end else (here >= begin or here <= end):
                return True
    return False
