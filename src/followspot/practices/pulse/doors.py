"""What of a wave somebody is shown: what it asks while it is open, and what may be told once it has closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone

from followspot.disclosure import Released
from followspot.errors import BadInput
from followspot.items import Item, Statement
from followspot.language import all_of, say
from followspot.objects.ballots import Ballot
from followspot.objects.doors import towards
from followspot.practices.pulse import actions
from followspot.practices.pulse.models import Scale, Wave
from followspot.practices.pulse.rules import THE_REST
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of an item: how many chose it, to the nearest three, and how long its bar is."""

    word: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one item. bars : each step; empty where only `place`, about where the mean lies, is told."""

    item: Item | Statement
    n: int
    bars: tuple[Bar, ...]
    place: str


def shown(item: Item | Statement, released: Released) -> Told:
    """Write a release with the words of its item."""
    most = max(released.counts, default=0) or 1
    bars = tuple(
        Bar(word, count, 100 * count / most) for word, count in zip(item.steps, released.counts, strict=False)
    )
    return Told(item, released.n, bars, place(item, released))


def place(item: Item | Statement, released: Released) -> str:
    """Say in words about where the answers lie: “easy”, or “possible to easy”."""
    mean = released.place or sum(k * c for k, c in enumerate(released.counts, 1)) / sum(released.counts)
    between = not released.place and abs(mean - round(mean)) > 0.25
    first, last = (int(mean), int(mean) + 1) if between else (round(mean), round(mean))
    low, high = item.steps[first - 1], item.steps[last - 1]
    if first == last:
        return say("{step:small}", step=low)
    return say("{low:small} to {high:small}", low=low, high=high)


def running(team: Team) -> Wave | None:
    """Return the wave that is open."""
    found = team.wave_set.all().open().select_related("team", "scale", "leader").first()
    return found if found is not None and found.open_at(timezone.now()) else None


def asks(wave: Wave, ballot: Ballot) -> list[tuple[Item | Statement, int | None]]:
    """Return each item with one's own answer, so that it can be changed."""
    return [(item, ballot.answers.get(item.slug)) for item in wave.asks()]


def results(wave: Wave) -> list[Told | Item | Statement]:
    """Return each item with what is told of it, or alone where too few answered."""
    told = {t.item: t for t in wave.tallies.all() if not t.group}
    return [shown(i, told[i.slug].released()) if i.slug in told else i for i in wave.asks()]


@dataclass(frozen=True, slots=True)
class Groups:
    """The answers by group. rows : name, how many answered at least, and where each item lies; joined : shown as one."""

    items: tuple[Item | Statement, ...]
    rows: tuple[tuple[str, int, tuple[tuple[str, str], ...]], ...]
    joined: tuple[str, ...]


def groups(wave: Wave) -> Groups | None:
    """Return the answers by group, as far as groups are large enough; None where there are none."""
    tallies = [t for t in wave.tallies.all() if t.group]
    if not tallies:
        return None
    items = tuple(i for i in wave.asks() if any(t.item == i.slug for t in tallies))
    names = list(dict.fromkeys(t.group for t in tallies))
    by = {(t.group, t.item): t for t in tallies}
    rows = tuple(
        (
            together(name),
            min(t.n for t in tallies if t.group == name),
            tuple(
                (i.construct, place(i, by[name, i.slug].released()) if (name, i.slug) in by else "–")
                for i in items
            ),
        )
        for name in names
    )
    return Groups(items, rows, tuple(together(name) for name in names if "\n" in name))


def together(name: str) -> str:
    parts: list[str] = [THE_REST if part == THE_REST else part for part in name.split("\n")]
    return parts[0] if len(parts) == 1 else say("{groups}, together", groups=all_of(parts))


def put(wave: Wave, person: Person, said: Mapping[str, str]) -> None:
    """Put a ballot into the box."""
    wanted = {} if "nothing" in said else {i.slug: said.get(i.slug, "") for i in wave.asks()}
    comment = "" if "nothing" in said else said.get("comment", "")
    actions.answer(wave, person, wanted, comment, now=timezone.now())


def wave_of(request: Request, team: Team, pk: int) -> Wave:
    it = team.wave_set.filter(pk=pk).select_related("team", "scale").first()
    if it is None or not it.seen_with(towards(request, it)):
        raise Http404
    return it


def scale_of(team: Team, pk: int) -> Scale:
    scale = team.scales.filter(pk=pk).first()
    if scale is None:
        raise Http404
    return scale


def questions(lines: str) -> list[dict[str, str | list[str]]]:
    """Read one question a line, its words and its five steps between bars. Raises BadInput that names the line."""
    found: list[dict[str, str | list[str]]] = []
    for number, line in enumerate((x for x in lines.splitlines() if x.strip()), 1):
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 6 or not all(parts):
            raise BadInput(
                say(
                    "Questions, line {number}: write the question and its five steps, from the least to the most, with a bar between: The pace | Too slow | Slow | Right | Fast | Too fast",
                    number=number,
                )
            )
        long = next((p for p in parts if len(p) > 160), "")
        if long:
            raise BadInput(
                say(
                    "Questions, line {number}: “{text}…” is too long; 160 characters fit.",
                    number=number,
                    text=long[:40],
                )
            )
        found.append({"words": parts[0], "steps": parts[1:]})
    return found
