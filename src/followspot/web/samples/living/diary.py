"""A diary: acts are set down by day, then performed in order of time, as whoever acts, through the public verbs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from followspot import practices
from followspot.objects import actions as objects
from followspot.objects.models import Object
from followspot.practices.barriers.models import Barrier
from followspot.roles import LEADER, LINE, MEMBER, Roles
from followspot.teams import access, calendar
from followspot.teams.models import Person, Team

type Act = Callable[[datetime], None]
_DAY = re.compile(r"\{([+-]?\d+)\}")
# What happens by itself is asked for this many days after somebody said that something is gone.
_ROUNDS = (14, 15, 21, 28, 35, 42)


@dataclass
class Diary:
    """One team's story. Days are counted from today: -1 is yesterday. An act never lies ahead of `now`."""

    team: Team
    people: dict[str, Person]
    now: datetime
    away: tuple[tuple[date, date], ...] = ()
    things: dict[str, Any] = field(default_factory=dict)
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _rounds: set[date] = field(default_factory=set)
    _there: dict[int, tuple[Person | None, dict[int, Person]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = calendar.of(self.team)
        self.today = self.clock.day(self.now)
        spells = [*self.team.memberships.all(), *self.team.leaderships.all()]
        begun = {s.begins_on for s in spells if s.begins_on}
        self._changes = sorted(begun | {s.ends_on + timedelta(days=1) for s in spells if s.ends_on})

    def day(self, offset: int) -> date:
        """Return a day of the story: the working day at that distance from today, or the last before it."""
        day = self.today + timedelta(days=offset)
        step = 1 if offset > 0 else -1
        while not self.clock.works(day) and offset != 0:
            day += timedelta(days=step)
        return day

    def plain_day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def after(self, day: date, working_days: int) -> date:
        return self.clock.after(day, working_days) if working_days > 0 else day

    def plan(self, day: date, at: str, act: Act) -> None:
        """Set an act down for a day and a time of the team's clock; what would lie ahead happens just now."""
        hour, minute = (int(part) for part in at.split(":"))
        moment = datetime.combine(day, time(hour, minute), self.clock.zone)
        place = len(self._acts)
        if moment > self.now - timedelta(minutes=5):
            if day > self.today:
                raise ValueError(f"{self.team}: an act was set down for {day}, which is still to come.")
            # Early in the day, today's acts move together, in the order they have.
            moment = self.now - timedelta(minutes=5) + (moment - self.now) / 1000
        self._acts.append((moment, place, act))

    def perform(self) -> None:
        """Perform everything in order of time; in the mornings, what happens by itself."""
        self._acts.sort(key=lambda planned: planned[:2])
        before = self._acts[0][0].date() if self._acts else self.today
        for moment, _, act in self._acts:
            self._rise(before, moment)
            try:
                act(moment)
            except Exception as error:
                error.add_note(f"{self.team}, {(moment.date() - self.today).days} days from today")
                raise
            before = moment.date()
        self._rise(before, self.now)

    def _rise(self, before: date, until: datetime) -> None:
        """Let happen by itself what falls due on the mornings up to a moment."""
        for day in sorted(d for d in self._rounds if before < d <= until.date()):
            morning = datetime.combine(day, time(5), self.clock.zone)
            if morning <= until:
                practices.by_itself(now=morning)
                self._rounds.discard(day)

    def gone(self, day: date) -> None:
        """Remember that something was said to be gone, so that stepping back can follow."""
        self._rounds |= {day + timedelta(days=n) for n in _ROUNDS if day + timedelta(days=n) <= self.today}

    def round_on(self, day: date) -> None:
        self._rounds.add(day)

    def leader(self, day: date) -> Person | None:
        return self._those_on(day)[0]

    def is_away(self, day: date) -> bool:
        """Say whether the leader has stepped away on a day."""
        return any(first <= day <= last for first, last in self.away)

    def roles(self, person: Person | None, thing: Object | None, now: datetime, word: str = "") -> Roles:
        """Return what somebody is on that day to the team and to one thing, as a page would have it."""
        leader, people = self._those_on(now.date())
        found: Roles = frozenset()
        if person is not None and person == leader:
            found |= {LEADER}
        elif word or (person is not None and person.pk in people):
            found |= {MEMBER}
        if thing is not None:
            found |= thing.roles_of(person, frozenset({word} if word else ()))
        above = getattr(thing, "passed_to", None) if isinstance(thing, Barrier) else None
        if person is not None and above is not None and above.leader_on(now.date()) == person:
            found |= {LINE}
        return found

    def front_on(self, day: date) -> list[str]:
        """Return the names of the front line on a day."""
        leader, people = self._those_on(day)
        return [p.name for p in people.values() if p != leader]

    def _those_on(self, day: date) -> tuple[Person | None, dict[int, Person]]:
        """Return who leads and who is of the team on a day; asked once for each stretch without a change."""
        stretch = bisect_right(self._changes, day)
        if stretch not in self._there:
            here = {p.pk: p for p in access.people_of(self.team, today=day)}
            self._there[stretch] = (self.team.leader_on(day), here)
        return self._there[stretch]

    def named(self, names: str | Iterable[str]) -> list[Person]:
        """Return the people whose names stand in a line, with blanks between."""
        return [self.people[n] for n in (names.split() if isinstance(names, str) else names)]

    def told(self, text: str) -> str:
        """Write the days in a text: {-5} is the day five days ago."""
        return _DAY.sub(lambda found: f"{self.plain_day(int(found[1])):%-d %B}", text)

    def talk(self, key: str, said: list[list[Any]]) -> None:
        """Set down what people say of a thing: day, name, text, and maybe a time."""
        for day, name, text, *at in said:
            minute = 13 * 60 + 5 * (day % 30)  # later for a later day, since both may fall on one Friday
            usual = f"{minute // 60}:{minute % 60:02}"
            self.plan(self.day(day), at[0] if at else usual, self._saying(key, name, text))

    def _saying(self, key: str, name: str, text: str) -> Act:
        def act(now: datetime) -> None:
            objects.comment(self.things[key], self.told(text), by=self.people[name], now=now)

        return act
