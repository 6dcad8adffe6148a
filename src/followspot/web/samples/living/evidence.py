"""A year and a half of work as a table, with truths planted in it, brought in like anybody's upload."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from followspot.evidence import collect, log
from followspot.web.samples.living.diary import Diary

DAYS = 560
_COLUMNS = ("number", "when", "who", "queue", "to", "what")
_MAPPING = {
    "at": "when",
    "actor": "who",
    "object": "number",
    "about": "queue",
    "to": "to",
    "activity": "what",
}
_OPENS, _HOURS = 8, 10


def bring(diary: Diary, told: dict[str, Any], *, title: str) -> None:
    """Write the table, connect it, read it."""
    path = log.uploads() / f"{secrets.token_hex(12)}.csv"
    _write(path, _Work(diary, told).rows())
    source = collect.connect(
        diary.team, "csv", title=title, path=str(path), mapping=_MAPPING, zone=diary.team.zone
    )
    collect.read(collect.begin(source, now=diary.now))


def _write(path: Path, rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(rows)


class _Work:
    """Draws every day's work. A day's figures depend on its distance from today alone, whatever day today is."""

    def __init__(self, diary: Diary, told: dict[str, Any]) -> None:
        self.d, self.told = diary, told
        self.random = np.random.default_rng(told["seed"])
        self.queues: dict[str, float] = told["queues"]
        self.number = 1000

    def rows(self) -> Iterator[tuple[str, ...]]:
        first = self.d.today - timedelta(days=DAYS)
        days = list(self.d.clock.days(first, self.d.today - timedelta(days=1)))
        items = self._items(days)
        for day, count in zip(days, items, strict=True):
            yield from self._day(day, count)

    def _items(self, days: list[date]) -> list[int]:
        """Draw the front line's items of each day; while the leader is away, exactly what is planted."""
        rate = float(self.told["a_day"])
        counts = [int(n) for n in self.random.poisson(rate, len(days))]
        for first, last in self.d.away:
            length = (last - first).days + 1
            back = (last + timedelta(days=1), last + timedelta(days=length))
            for (begin, end), share in (((first, last), self.told["away"]), (back, self.told["after"])):
                inside = [n for n, day in enumerate(days) if begin <= day <= end]
                if inside and end < self.d.today:
                    even = np.full(len(inside), 1 / len(inside))
                    whole = round(rate * share * len(inside))
                    for n, count in zip(inside, self.random.multinomial(whole, even), strict=True):
                        counts[n] = int(count)
        return counts

    def _day(self, day: date, count: int) -> Iterator[tuple[str, ...]]:
        told, leader = self.told, self.d.leader(day)
        front = self.d.front_on(day)
        at_hand = 1.0 if not self.d.is_away(day) else float(told.get("works_on", 0.0))
        share = float(told["leaders_share"])
        own = int(self.random.poisson(at_hand * told["a_day"] * share / (1 - share))) if leader else 0
        for _ in range(count):
            yield self._row(day, self._one(front, "does"), self._queue(), "", "item.done")
        for _ in range(own):
            yield self._row(day, leader.name if leader else "", self._queue(), "", "item.done")
        for _ in range(int(self.random.poisson(told["reviews_a_day"]))):
            queue = self._queue()
            for_leader = self.random.random() < self._leads(day, queue)
            if for_leader and told.get("waits") and self.d.is_away(day):
                continue
            by_leader = leader and for_leader and self.random.random() < at_hand
            who = leader.name if leader and by_leader else self._one(front, "reviews")
            whose = self._one([n for n in front if n != who], "does")
            yield self._row(day, who, queue, whose, "review.given")

    def _leads(self, day: date, queue: str) -> float:
        """Say how likely a second look is the leader's: by where, or by how far the time has come."""
        if by_queue := self.told.get("reviews_by_queue"):
            return float(by_queue[queue])
        then, now = self.told["reviews_by_leader"]
        gone = 1 - (self.d.today - day).days / DAYS
        return float(then + (now - then) * gone)

    def _one(self, names: list[str], what: str) -> str:
        """Choose somebody, as often as the story says that they do this; each as often as another if it doesn't."""
        told = self.told.get(what, {})
        return self._drawn({n: float(told.get(n, 0.2 if told else 1.0)) for n in names})

    def _queue(self) -> str:
        return self._drawn(self.queues)

    def _drawn(self, weights: dict[str, float]) -> str:
        at, cut = self.random.random() * sum(weights.values()), 0.0
        for name, weight in weights.items():
            cut += weight
            if at < cut:
                return name
        return next(iter(weights))

    def _row(self, day: date, who: str, queue: str, to: str, what: str) -> tuple[str, ...]:
        self.number += 1
        begin = datetime.combine(day, time(_OPENS))
        minute = int(self.random.random() * 60 * _HOURS)
        when = f"{begin + timedelta(minutes=minute):%Y-%m-%d %H:%M}"
        return str(self.number), when, who, queue, to, what
