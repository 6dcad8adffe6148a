"""Who seems to lead, by how work moves, and when that person was likely away.

These read names, so they suggest one person and never list people by what they did. Nothing is
taken for true, or tested, before somebody says yes.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor, log10

import ibis
import ibis.expr.types as ir
import numpy as np

from followspot.errors import BadInput
from followspot.evidence import identities
from followspot.language import any_of, count, say, together

_LEADS_BY: dict[str, Callable[[float], str]] = {
    "change.integrated": lambda share: say(
        "put {share:.0%} of other people's changes into the shared history", share=share
    ),
    "pull.accepted": lambda share: say("let {share:.0%} of other people's pull requests in", share=share),
    "branch.merged": lambda share: say("made {share:.0%} of all merges", share=share),
    "change.written": lambda share: say("wrote {share:.0%} of all changes", share=share),
}
_OF_OTHERS = ("change.integrated", "pull.accepted")  # one's own don't count
_FEWEST = 20
_SHORTEST = 7  # days; a shorter silence is a weekend, a cold or a train ride
_UNLIKELY = 0.001  # how improbable a silence must be at the pace around it
_AROUND = 90  # days on each side that say what is usual
_GONE = 60  # days without a sign until the end of the history that may mean "for good"
_PART = 5  # days; two such silences around a lone sign may be one absence with a glance into the work
_THIN = 0.15  # of the usual days with a sign, that an absence may still have
_RHYTHM = 5  # as many silences as long within a year either side are how somebody works


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
    """Days (both included) without a sign of the leader, or with hardly one; ends None: until the history ends."""

    begins: date
    ends: date | None
    days: int
    usual: float  # share of days with a sign of them, around it
    before: float  # the same in the three months before
    after: float  # and after
    signs: int  # days in it that had a sign after all
    chance: float  # of so few signs at the pace around it

    @property
    def sentence(self) -> str:
        """What speaks for it, in plain words."""
        last, back = self.begins - timedelta(days=1), self.ends and self.ends + timedelta(days=1)
        signs = count(self.signs, "with one sign", "with {n} signs") if self.signs else say("without a sign")
        told = {
            "days": self.days,
            "signs": signs,
            "last": last,
            "before": self.before,
            "odds": _odds(self.chance),
        }
        if back is None:
            return say(
                "{days} days {signs}: last sign {last:%-d %B %Y}, none since. "
                "Usually a sign on {before:.0%} of days before; by chance so few come {odds}.",
                **told,
            )
        return say(
            "{days} days {signs}: last sign {last:%-d %B %Y}, first again {back:%-d %B %Y}. "
            "Usually a sign on {before:.0%} of days before, {after:.0%} after; by chance so few come {odds}.",
            **told,
            back=back,
            after=self.after,
        )


def _odds(chance: float) -> str:
    if chance < 1e-6:
        return say("less than once in a million times")
    digits = 10 ** max(0, floor(-log10(chance)) - 1)
    return say("once in {n:,} times", n=round(1 / chance / digits) * digits)


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
            if person and (author != person or activity not in _OF_OTHERS):
                tally[person] = tally.get(person, 0) + row["n"]
        total = sum(tally.values())
        if total >= _FEWEST:
            top = max(sorted(tally), key=lambda p: tally[p])
            return Candidate(top, why(tally[top] / total))
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
        raise BadInput(
            say(
                "“{name}” could be several people: {some}. Write the mail address too.", name=asked, some=some
            )
        )
    names = {identities.name_of(i) for i in joined}
    lowered = {n.casefold(): n for n in names}
    close = [lowered[m] for m in difflib.get_close_matches(wanted, lowered, n=3, cutoff=0.6)]
    nobody = say("Nobody called “{name}” is in this history.", name=asked)
    hint: str = say("Names are written as the history has them.")
    if close:
        hint = say("Did you mean {names}?", names=any_of(close))
    raise BadInput(together([nobody, hint]))


def _spellings(identity: str) -> set[str]:
    mail = identities.mail_of(identity)
    return {identity.casefold(), identities.name_of(identity).casefold(), mail, mail.split("@")[0]} - {""}


def silences(events: ir.Table, joined: dict[str, str], person: str) -> list[Silence]:
    """Return stretches in which a person left no sign, or hardly one, improbable at the pace around them.

    With a share p of active days of each weekday around it, a silence has the product of (1 - p) as
    its probability, one with k signs that of k or fewer (Poisson). Stretches of a week or more
    below one in a thousand are returned, oldest first, but not those that are how somebody works.
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
    until = last.toordinal()
    gaps = np.diff(np.append(active, until + 1)) - 1
    found = [_judged(active, until, first, end) for first, end in _stretches(active, gaps)]
    return [silence for silence in found if silence is not None and not _usual_rhythm(active, gaps, silence)]


def _stretches(active: np.ndarray, gaps: np.ndarray) -> list[tuple[int, int]]:
    """Return first and last day of each stretch: silences, joined over a lone glance into the work."""
    found: list[tuple[int, int]] = []
    for at in np.flatnonzero(gaps >= _PART):
        first, end = int(active[at]) + 1, int(active[at] + gaps[at])
        if found:
            begun, ended = found[-1]
            usual = _share(active, begun - _AROUND, begun)
            if _is_thin(active, ended + 1, end, usual) and _is_thin(active, begun, end, usual):
                found[-1] = (begun, end)
                continue
        found.append((first, end))
    return found


def _is_thin(active: np.ndarray, first: int, end: int, usual: float) -> bool:
    """Whether the days from first to end have hardly a sign, beside what was usual."""
    return _share(active, first, end + 1) <= _THIN * usual


def _share(active: np.ndarray, first: int, before: int) -> float:
    """Return the share of days with a sign, from first up to the day before `before`."""
    return float(((active >= first) & (active < before)).sum()) / (before - first)


def _judged(active: np.ndarray, until: int, first: int, end: int) -> Silence | None:
    """Return a stretch with what speaks for it; None where it is short or not improbable."""
    days, open_end = end - first + 1, end == until
    if days < (_GONE if open_end else _SHORTEST):
        return None
    before, after = _share(active, first - _AROUND, first), _share(active, end + 1, end + 1 + _AROUND)
    usual = before if after == 0 else (before + after) / 2
    if usual == 0:
        return None
    signs = int(((active >= first) & (active <= end)).sum())
    chance = _chance(active, first, end, signs, usual)
    if chance >= _UNLIKELY:
        return None
    ends = None if open_end else date.fromordinal(end)
    return Silence(date.fromordinal(first), ends, days, usual, before, after, signs, chance)


def _chance(active: np.ndarray, first: int, end: int, signs: int, usual: float) -> float:
    """Return the chance of so few signs, from how often each weekday around the stretch had one."""
    near = active[
        (active >= first - _AROUND) & (active <= end + _AROUND) & ((active < first) | (active > end))
    ]
    # One more day at the mean share, so that no weekday is sure to have a sign, or sure to have none.
    each = np.bincount(near % 7, minlength=7)
    share = each / max(int(each.sum()), 1) * 7 * usual
    share = np.minimum((share * _AROUND / 7 + usual) / (_AROUND / 7 + 1), 0.99)
    chances = share[np.arange(first, end + 1) % 7]
    if signs == 0:
        return float(np.exp(np.log1p(-chances).sum()))
    mean = float(chances.sum())
    return float(
        sum(np.exp(-mean + k * np.log(mean) - np.log(np.arange(1, k + 1)).sum()) for k in range(signs + 1))
    )


def _usual_rhythm(active: np.ndarray, gaps: np.ndarray, silence: Silence) -> bool:
    """Whether silences as long come so often around it that they are how this person works."""
    first = silence.begins.toordinal()
    near = (np.abs(active - first) <= 365) & (active + 1 != first)
    return int((gaps[near] >= silence.days).sum()) >= _RHYTHM
