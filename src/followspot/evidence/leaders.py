"""Who seems to lead, by how work moves, and when that person was likely away.

These read names, so they suggest one person and never list people by what they did. Nothing is
taken for true, or tested, before somebody says yes.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np

from followspot.errors import BadInput
from followspot.evidence import identities

_LEADS_BY = {
    "change.integrated": "put {share:.0%} of other people's changes into the shared history",
    "branch.merged": "made {share:.0%} of all merges",
    "change.written": "wrote {share:.0%} of all changes",
}
_FEWEST = 20
_SHORTEST = 7  # days; a shorter silence is a weekend, a cold or a train ride
_UNLIKELY = 0.001  # how improbable a silence must be at the pace around it
_AROUND = 90  # days on each side that say what is usual
_GONE = 60  # days without a sign until the end of the history that may mean "for good"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may lead, and the sentence that says why it looks so."""

    person: str
    reason: str

    @property
    def name(self) -> str:
        """The person's name, without the address."""
        return identities.name_of(self.person)


@dataclass(frozen=True, slots=True)
class Silence:
    """Days (both included) without a sign of the leader; ends None: until the history ends."""

    begins: date
    ends: date | None
    days: int
    usual: float  # share of days with a sign of them, around it


def likely_leader(events: ir.Table, joined: dict[str, str], *, asof: datetime) -> Candidate | None:
    """Return who most likely leads in the two years before `asof`, or None where nobody stands out."""
    recent = events.filter(events.at < asof, events.at >= asof - timedelta(days=730), events.unit.isnull())
    for activity, why in _LEADS_BY.items():
        acts = recent.filter(recent.activity == activity)
        pairs = acts.select("actor", author=ibis.ifelse(acts.to.length() > 0, acts.to[0], ibis.null(str)))
        counted = pairs.group_by("actor", "author").agg(n=ibis._.count()).to_pyarrow().to_pylist()
        tally: dict[str, int] = {}
        for row in counted:
            person, author = _person(row["actor"], joined), _person(row["author"], joined)
            if person and (author != person or activity != "change.integrated"):
                tally[person] = tally.get(person, 0) + row["n"]
        total = sum(tally.values())
        if total >= _FEWEST:
            top = max(sorted(tally), key=lambda p: tally[p])
            return Candidate(top, why.format(share=tally[top] / total))
    return None


def _person(identity: str | None, joined: dict[str, str]) -> str | None:
    if identity is None or identities.is_bot(identity) or identities.is_host(identity):
        return None
    return joined.get(identity, identity)


def find_person(asked: str, joined: dict[str, str]) -> str:
    """Return the person that a name, mail or login means; BadInput suggests close names."""
    wanted = asked.strip().casefold()
    exact = {p for i, p in joined.items() if wanted in _spellings(i)}
    near = exact or {p for i, p in joined.items() if wanted and wanted in i.casefold()}
    if len(near) == 1:
        return near.pop()
    if near:
        some = ", ".join(sorted(identities.name_of(p) for p in near)[:5])
        raise BadInput(f"“{asked}” could be several people: {some}. Write the mail address too.")
    names = {identities.name_of(i) for i in joined}
    lowered = {n.casefold(): n for n in names}
    close = [lowered[m] for m in difflib.get_close_matches(wanted, lowered, n=3, cutoff=0.6)]
    hint = f" Did you mean {' or '.join(close)}?" if close else " Names are written as the history has them."
    raise BadInput(f"Nobody called “{asked}” is in this history.{hint}")


def _spellings(identity: str) -> set[str]:
    mail = identities.mail_of(identity)
    return {identity.casefold(), identities.name_of(identity).casefold(), mail, mail.split("@")[0]} - {""}


def silences(events: ir.Table, joined: dict[str, str], person: str) -> list[Silence]:
    """Return stretches in which a person left no sign, improbable at the pace around them.

    At an active-day share p around it, g silent days have probability (1 - p)^g; stretches of a
    week or more below one in a thousand are returned, oldest first.
    """
    theirs = [i for i, p in joined.items() if p == person]
    acts = events.filter(
        events.actor.isin(theirs), events.activity != "leave.taken", events.value.fill_null(1.0) > 0
    )
    signs = acts.select(day=acts.at.date()).distinct().to_pyarrow()["day"].to_pylist()
    last = events.at.max().to_pyarrow().as_py()
    if len(signs) < _FEWEST or last is None:
        return []
    active = np.sort([day.toordinal() for day in signs])
    gaps = np.diff(np.append(active, last.toordinal() + 1)) - 1
    found = []
    for at in np.flatnonzero(gaps >= _SHORTEST):
        first, days = int(active[at]) + 1, int(gaps[at])
        open_end = at == active.size - 1
        if open_end and days < _GONE:
            continue
        usual = _usual(active, first, days)
        if usual > 0 and (1 - min(usual, 0.99)) ** days < _UNLIKELY:
            ends = None if open_end else date.fromordinal(first + days - 1)
            found.append(Silence(date.fromordinal(first), ends, days, usual))
    return found


def _usual(active: np.ndarray, first: int, days: int) -> float:
    """Return the share of active days around a silence; after leaving for good, that of before."""
    before = ((active >= first - _AROUND) & (active < first)).sum() / _AROUND
    after = ((active >= first + days) & (active < first + days + _AROUND)).sum() / _AROUND
    return float(before if after == 0 else (before + after) / 2)
