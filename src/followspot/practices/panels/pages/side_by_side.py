"""Open scores side by side, the widest gap first; panels over time; and where the leader stood in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from followspot.language import say, together
from followspot.practices.panels import rules
from followspot.practices.panels.models import Criterion, Mark, Panel, Seat
from followspot.practices.panels.rules import ASKED, Attitude, Place, Spread
from followspot.teams.models import Person
from followspot.teams.names import spelled


@dataclass(frozen=True, slots=True)
class OwnWords:
    """One's own sealed score, to be read again."""

    marks: list[Mark]
    places: list[tuple[rules.Question, Place]]


def own_words(seat: Seat) -> OwnWords:
    return OwnWords(list(seat.marks.all()), [(q, seat.place(a)) for a, q in ASKED.items()])


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one panelist stands on a line, and the height of their name above it."""

    person: Person
    at: int
    words: str
    leads: bool
    lane: int
    anchor: str
    y: int = 0


@dataclass(frozen=True, slots=True)
class Stance:
    """One question with everybody's places. lanes : how many rows of names stand above the line."""

    question: rules.Question
    stands: tuple[Stand, ...]
    spread: Spread
    lanes: int
    line_y: int

    @property
    def label(self) -> str:
        return together(say("{name} at {at} of 100.", name=s.person.name, at=s.at) for s in self.stands)


_LANE = 20  # pixels between two rows of names


def stance(question: rules.Question, places: Sequence[tuple[Person, Place]], leader: Person | None) -> Stance:
    """Lay places out on a line; where names would overlap, one stands above the other."""
    ends: list[float] = []  # of the last name in each lane, in percent
    stands: list[Stand] = []
    for person, place in sorted(places, key=lambda p: (p[1].at or 0, spelled(p[0].name))):
        at, width = place.at or 0, max(9.0, 2.6 * len(person.name))
        anchor = "start" if at < width / 2 else "end" if at > 100 - width / 2 else "middle"
        left = {"start": at, "middle": at - width / 2, "end": at - width}[anchor]
        lane = next((n for n, end in enumerate(ends) if end <= left), len(ends))
        ends[lane : lane + 1] = [left + width + 2]
        leads = leader is not None and leader.pk == person.pk
        stands.append(Stand(person, at, place.words, leads, lane, anchor))
    top = len(ends) - 1
    placed = tuple(
        Stand(s.person, s.at, s.words, s.leads, s.lane, s.anchor, 16 + _LANE * (top - s.lane)) for s in stands
    )
    return Stance(question, placed, rules.spread([s.at for s in placed]), len(ends), 36 + _LANE * top)


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with everybody's step, and how far the steps lie apart."""

    criterion: Criterion
    cells: tuple[tuple[Person, int, str, str], ...]  # who, which step, what the step looks like, why
    spread: Spread

    @property
    def has_reasons(self) -> bool:
        return any(reason for _, _, _, reason in self.cells)


def _judged(criterion: Criterion, seats: Sequence[Seat]) -> Judged | None:
    cells = []
    for seat in seats:
        mark = next((m for m in seat.marks.all() if m.criterion_id == criterion.pk), None)
        if mark is not None and mark.step is not None:
            cells.append((seat.person, mark.step, criterion.asked.anchors[mark.step - 1], mark.reason))
    return Judged(criterion, tuple(cells), rules.spread([c[1] for c in cells])) if cells else None


def differences(it: Panel, seats: Sequence[Seat], leader: Person | None) -> dict[str, Any]:
    """Lay open scores side by side, the widest gap first."""
    seats = sorted(seats, key=lambda s: spelled(s.person.name))
    stances = [stance(q, [(s.person, s.place(a)) for s in seats], leader) for a, q in ASKED.items()]
    judged = [j for c in it.criteria.all() if (j := _judged(c, seats)) is not None]
    judged.sort(key=lambda j: -j.spread.gap)
    stances.sort(key=lambda s: -s.spread.gap)
    steps = [c[1] for j in judged for c in j.cells]
    return {
        "stances": stances,
        "judged": judged,
        "panelists": [s.person for s in seats],
        "overall": rules.spread(steps) if steps else None,
        "alike": rules.alike(judged[0].spread, stances[0].spread) if judged else "",
    }


type Cell = tuple[str, str, object, str]


def cells(it: Panel) -> Iterable[Cell]:
    """Yield every open score as a row of a table: who, what, which step or place, in which words."""
    for seat in it.handed_in:
        for mark in seat.marks.select_related("criterion"):
            yield seat.person.name, mark.criterion.title, mark.step, mark.reason
        for attitude, question in ASKED.items():
            place = seat.place(attitude)
            yield seat.person.name, question.text, place.at, place.words


COLUMNS: dict[str, Callable[[Cell], object]] = {
    "Panelist": lambda c: c[0],
    "What": lambda c: c[1],
    "Step (1 to 5) or place (0 to 100)": lambda c: c[2],
    "In words": lambda c: c[3],
}


@dataclass(frozen=True, slots=True)
class Apart:
    """How far one panel lay apart on one question: no names, only the two ends and the middle."""

    it: Panel
    spread: Spread

    @property
    def label(self) -> str:
        s = self.spread
        return say(
            "From {low:.0f} to {high:.0f} of 100, the middle at {middle:.0f}.",
            low=s.low,
            high=s.high,
            middle=s.middle,
        )


@dataclass(frozen=True, slots=True)
class OverTime:
    """One question, and how far panels lay apart on it, the oldest first."""

    question: rules.Question
    panels: tuple[Apart, ...]


def over_time(attitude: Attitude, panels: Sequence[Panel]) -> OverTime:
    found = []
    for it in sorted(panels, key=lambda p: (p.opened_at, p.pk)):
        places = [s.place(attitude).at for s in it.handed_in]
        found.append(Apart(it, rules.spread([p for p in places if p is not None])))
    return OverTime(ASKED[attitude], tuple(found))


@dataclass(frozen=True, slots=True)
class Speak:
    """In how many of the last panels the leader stood nearest to checking first."""

    times: int
    of: int

    @property
    def mostly(self) -> bool:
        return 2 * self.times > self.of


def speak(leader: Person, sat: Sequence[Panel]) -> Speak | None:
    """Return where the leader stood on panels they sat on, from three of them on."""
    nearest = []
    for it in sorted(sat, key=lambda p: (p.opened_at, p.pk), reverse=True):
        own = next((s for s in it.handed_in if s.person_id == leader.pk), None)
        if own is None:
            continue
        others = [_mean_place(s) for s in it.handed_in if s != own]
        nearest.append(rules.nearest_to_checking(_mean_place(own), others))
    lately = nearest[: rules.PANELS_LATELY]
    return Speak(sum(lately), len(lately)) if len(lately) >= rules.PANELS_TO_SPEAK else None


def _mean_place(seat: Seat) -> float:
    """Return where somebody stands on both lines; what is handed in has a place on each."""
    return rules.spread([seat.place(a).at or 0 for a in Attitude]).mean
