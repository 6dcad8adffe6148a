"""What moves faster than output while the leader is away: waits, queues, reverts, load, contacts.

Each row compares the days away with the ordinary days of a year on both sides. Waits are survival times in which
those that still wait count (restricted mean: Royston & Parmar 2013, BMC Medical Research Methodology 13:152). The interval
is never narrower than what the same comparison shows on the team's own ordinary stretches of that length.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import exp, isfinite, log, sqrt
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from followspot.language import count, say, together
from followspot.measures import Verdict
from followspot.measures._methods.blocks import FOR_GOOD_DAYS, LONG, YEAR_END
from followspot.measures._methods.counts import change
from followspot.measures._methods.days import Absence, Bools, Floats
from followspot.measures._methods.equivalence import verdict
from followspot.measures._methods.flows import people_behind
from followspot.measures._methods.survival import kaplan_meier, restricted_mean
from followspot.measures._methods.workdays import EPOCH, working_time

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEAR, WHILE = 365.0, 92.0  # days
HORIZON = 20.0  # working days; a longer wait counts as so long, so that one forgotten thing can't decide
FEWEST_AWAY, FEWEST_USUAL = 5, 20
FEWEST_STRETCHES = 6  # ordinary stretches of the same length that can say how rough a row is
WORDS = {
    Verdict.HELD: say("No worse."),
    Verdict.DROPPED: say("Worse."),
    Verdict.ROSE: say("Better."),
    Verdict.CANT_TELL: say("Can't tell whether it changed."),
    Verdict.SEEN: "",
}

CAVEATS = {
    "wait-review": say("A change that came in without a review has stopped waiting for one."),
    "wait-in": say(
        "Up to {n:g} working days each; polishing and talking are in it too. What waits isn't lost.",
        n=HORIZON,
    ),
    "queue": say("What the leader let in later; what others let in meanwhile waited for nobody."),
    "load": say(
        "Against this team’s own ordinary stretches; people choose their hours, and some change them for good."
    ),
}


# Of each row that is compared: its title, its unit, and what it says of while away and as a rule.
ROWS: dict[str, tuple[str, str, Callable[[str, str], str]]] = {
    "wait-review": (
        say("Wait for a first review"),
        say("working days"),
        lambda away, usual: say(
            "Changes waited {away} for a first review, {usual} as a rule", away=away, usual=usual
        ),
    ),
    "wait-in": (
        say("Wait to be let in"),
        say("working days"),
        lambda away, usual: say(
            "Changes waited {away} to be let in, {usual} as a rule", away=away, usual=usual
        ),
    ),
    "queue": (
        say("Work waiting for the leader"),
        say("changes"),
        lambda away, usual: say(
            "{away} by others waited for the leader at any one time, {usual} as a rule",
            away=away,
            usual=usual,
        ),
    ),
    "barrier-answer": (
        say("Wait for an answer to a barrier"),
        say("working days"),
        lambda away, usual: say(
            "Barriers waited {away} for an answer, {usual} as a rule", away=away, usual=usual
        ),
    ),
    "barriers-standing": (
        say("Barriers standing"),
        say("barriers"),
        lambda away, usual: say("{away} stood at any one time, {usual} as a rule", away=away, usual=usual),
    ),
    "load": (
        say("Outside usual hours"),
        say("share{of_all}", of_all=""),
        lambda away, usual: say(
            "{away} of the front line's acts lay outside their usual hours, {usual} as a rule",
            away=away,
            usual=usual,
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Companion:
    """One row beside the verdict on output. away, usual : in `unit`; change : away over usual.

    verdict : held is no worse by the margin, dropped is worse, rose is better; seen makes no claim.
    n_away, n_usual : things that it rests on.
    """

    slug: str
    title: str
    away: float | None
    usual: float | None
    change: float | None
    low: float | None
    high: float | None
    unit: str
    n_away: int
    n_usual: int
    verdict: Verdict
    sentence: str
    caveat: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """One figure of some days: its value, the variance of its log (0: not known), what it rests on."""

    value: float
    variance: float
    n: int


type Span = tuple[float, float]
type Figure = Callable[[Sequence[Span]], _Seen | None]


@dataclass(frozen=True, slots=True)
class _Days:
    """Spans in local days since 1970-01-01, the end not included. alike : ordinary stretches as long as an absence, or shorter."""

    away: tuple[Span, ...]
    usual: tuple[Span, ...]
    alike: tuple[Span, ...]
    until: float
    level: float
    margin: float
    for_good: bool


_NOTES = ("stepaway.contact_logged", "stepaway.touch_logged", "stepaway.entry_withdrawn")


def companions(
    events: ir.Table,
    *,
    absences: Sequence[Absence],
    asof: datetime,
    level: float = 0.9,
    margin: float = 0.2,
    off: Collection[date] = (),
    week_off: Collection[int] = (),
) -> tuple[Companion, ...]:
    """Return the rows that the log has, in a fixed order; those that it lacks are left out.

    None at all where one person besides the leader did the work: they would be about that person.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    absences
        The stretches away, both ends included; one without an end is read for its first 91 days.
    asof
        The moment of looking: what still waits then is censored.
    level, margin
        As for `judge`; the margin is the change for the worse that would matter, 0.2 for a wait a quarter longer.
    off, week_off
        The team's days off, and its weekdays off (Monday is 0): waits stand still.
    """
    if not absences:
        return ()
    rows = _rows(_near(events, absences), asof)
    if not rows or people_behind(events) == 1:
        return ()
    until = rows[0]["until"]
    days = _days(absences, min(r["local"] for r in rows), until, level, margin)
    if not days.away or not days.usual:
        return ()

    def worked(begun: Floats, ended: Floats) -> Floats:
        return working_time(begun, ended, off=off, week_off=week_off)

    return (
        *_changes(rows, days, worked),
        *_barriers(events, asof, days, worked),
        *_lessons(rows, days),
        *_load(events, absences, asof, days, off, week_off),
        *_contacts(rows, days),
    )


_ACTIVITIES = (
    "change.written",
    "change.integrated",
    "pull.opened",
    "pull.accepted",
    "review.given",
    "change.landed",
    "change.reverted",
    "lesson.told",
    "stepaway.contact_logged",
    "stepaway.touch_logged",
    "stepaway.entry_withdrawn",
)


def _near(events: ir.Table, absences: Sequence[Absence]) -> ir.Table:
    """The events that can matter: a year on both sides, and a while for what was begun before or ended after."""
    far = timedelta(days=YEAR + WHILE)
    first = min(a.start for a in absences)
    last = max(a.end or a.start + timedelta(days=FOR_GOOD_DAYS) for a in absences)
    begin, end = (datetime.combine(day, time(), UTC) for day in (first, last))
    return events.filter(events.at >= begin - far, events.at < end + far)


def _rows(events: ir.Table, asof: datetime) -> list[dict[str, Any]]:
    """What happened, the same twice counted once, with its moment in local days since 1970-01-01."""
    import ibis

    from followspot.measures._methods.lives import local_days

    seen = events.filter(events.activity.isin(_ACTIVITIES), events.at < asof, ~events.tabular)
    found: list[dict[str, Any]] = (
        seen.select(
            "object",
            "activity",
            "role",
            "actor",
            note=ibis.ifelse(
                seen.activity.isin(_NOTES) & (seen.links.length() > 0),
                seen.links[0],
                ibis.null(seen.links[0].type()),
            ),
            local=seen.at.cast("timestamp"),
            until=ibis.literal(asof).cast("timestamp"),
        )
        .distinct()
        .to_pyarrow()
        .to_pylist()
    )
    taken_back = {r["note"] for r in found if r["activity"] == "stepaway.entry_withdrawn"} - {None}
    found = [r for r in found if r["note"] not in taken_back]
    told = [r | {"local": local_days(r["local"]), "until": local_days(r["until"])} for r in found]
    return sorted(told, key=lambda r: (r["local"], r["activity"], r["object"]))


def _days(absences: Sequence[Absence], first: float, until: float, level: float, margin: float) -> _Days:
    """Split the time around the absences into away, left out and usual."""
    away, out = [], []
    for a in sorted(absences, key=lambda a: a.start):
        begin = float(a.start.toordinal() - EPOCH)
        end = begin + FOR_GOOD_DAYS if a.end is None else float(a.end.toordinal() - EPOCH + 1)
        side = 7 if end - begin >= LONG else 1
        if begin < until:
            away.append((begin, min(end, until)))
        out.append((begin - side, np.inf if a.end is None else end + side))
    if not away:
        return _Days((), (), (), until, level, margin, False)
    since, last = max(np.ceil(first), away[0][0] - YEAR), min(until, away[-1][1] + YEAR)
    usual, at = [], since
    for begin, end in out:
        if begin > at:
            usual.append((at, min(begin, last)))
        at = max(at, end)
    if at < last:
        usual.append((float(at), last))
    length = median(end - begin for begin, end in away)
    return _Days(
        tuple(away),
        tuple(usual),
        _alike(usual, length),
        until,
        level,
        margin,
        any(a.end is None for a in absences),
    )


def _alike(usual: Sequence[Span], length: float) -> tuple[Span, ...]:
    """Ordinary stretches of a length, outside the year's end; of a long one shorter ones, which are rougher and so only widen."""
    most = sum(end - begin for begin, end in usual) / (2 * FEWEST_STRETCHES)
    length = min(length, max(7.0, most))
    cut = (
        (begin + k * length, begin + (k + 1) * length)
        for begin, end in usual
        for k in range(int((end - begin) // length))
    )
    return tuple(span for span in cut if not _year_end(span))


def _year_end(span: Span) -> bool:
    """Whether a stretch lies in the year's end, which is like no other."""
    days = (date.fromordinal(EPOCH + int(day)) for day in np.arange(span[0], span[1]))
    return any((d.month, d.day) >= YEAR_END.start or (d.month, d.day) <= YEAR_END.end for d in days)


def _inside(at: Floats, spans: Sequence[Span]) -> Bools:
    found = np.zeros(at.shape, dtype=np.bool_)
    for begin, end in spans:
        found |= (at >= begin) & (at < end)
    return found


def _changes(
    rows: Sequence[dict[str, Any]], days: _Days, worked: Callable[[Floats, Floats], Floats]
) -> list[Companion]:
    """Waits of the front line's changes for a review by another and for being let in, and the leader's queue.

    Where they ask to be let in, as pull requests, the wait begins there: reviews are given on those, and the same work
    waits once.
    """
    pulls = any(r["activity"] == "pull.opened" for r in rows)
    begins, ends_with = ("pull.opened", "pull.accepted") if pulls else ("change.written", "change.integrated")
    written = {r["object"]: r for r in reversed(rows) if r["activity"] == begins and r["role"] == "front"}
    reviewed: dict[int, float] = {}
    let_in: dict[int, float] = {}
    by_leader: set[int] = set()
    for r in rows:
        it = written.get(r["object"])
        if it is None or r["local"] < it["local"]:
            continue
        if r["activity"] == "review.given" and r["actor"] and r["actor"] != it["actor"]:
            reviewed.setdefault(r["object"], r["local"])
        if r["activity"] == ends_with and r["object"] not in let_in:
            let_in[r["object"]] = r["local"]
            if r["role"] == "leader":
                by_leader.add(r["object"])
    # A history of changes alone writes reviews down when the change comes in: nobody knows when they were given.
    reviewed = {key: at for key, at in reviewed.items() if at != let_in.get(key)}
    begun = np.array([r["local"] for r in written.values()])

    def ends(table: dict[int, float]) -> Floats:
        return np.array([table.get(key, np.nan) for key in written])

    found = []
    if reviewed:
        # A change let in without a review has stopped waiting for one.
        gone = np.fmin(ends(let_in), days.until)
        figure = _wait(begun, ends(reviewed), days, worked, gone)
        found.append(_row("wait-review", figure, days))
    if let_in:
        figure = _wait(begun, ends(let_in), days, worked)
        found.append(_row("wait-in", figure, days))
    if by_leader and not days.for_good:  # for who has gone for good nothing waits
        spans = [(written[key]["local"], let_in[key]) for key in written if key in by_leader]
        figure = _standing(np.array(spans))
        found.append(_row("queue", figure, days))
    return found


def _barriers(
    events: ir.Table, asof: datetime, days: _Days, worked: Callable[[Floats, Floats], Floats]
) -> list[Companion]:
    """How long barriers waited for an answer, and how many stood."""
    # Here and not above: the judge runs without Ibis.
    from followspot.measures._methods.lives import lives, local_days

    known, _ = lives(events, asof=asof)
    if not known:
        return []
    seen = events.filter(
        events.activity.isin(["barrier.raised", "barrier.taken", "barrier.promised", "barrier.cleared"]),
        events.at < asof,
    )
    told = seen.select("object", "activity", local=seen.at.cast("timestamp")).to_pyarrow().to_pylist()
    raised: dict[int, float] = {}
    answered: dict[int, float] = {}
    for r in told:
        book = raised if r["activity"] == "barrier.raised" else answered
        book[r["object"]] = min(local_days(r["local"]), book.get(r["object"], np.inf))
    begun = np.array(list(raised.values()))
    ended = np.array([answered.get(key, np.nan) for key in raised])
    wait = _wait(begun, ended, days, worked)
    stood = _standing(np.array([(life.raised, life.ended) for life in known]))
    return [_row("barrier-answer", wait, days), _row("barriers-standing", stood, days)]


def _wait(
    begun: Floats,
    ended: Floats,
    days: _Days,
    worked: Callable[[Floats, Floats], Floats],
    gone: Floats | None = None,
) -> Figure:
    """Restricted mean wait of what began in some days; gone : when it was last seen to wait, where it never ended."""
    last = np.full(begun.shape, days.until) if gone is None else gone
    over = ~np.isnan(ended) & (ended <= np.fmax(last, begun))
    stood = np.maximum(worked(begun, np.maximum(np.where(over, ended, last), begun)), 0.0)
    away = stood[_inside(begun, days.away)]
    horizon = min(HORIZON, float(away.max())) if away.size else HORIZON

    def figure(spans: Sequence[Span]) -> _Seen | None:
        chosen = _inside(begun, spans)
        if chosen.sum() < FEWEST_AWAY:
            return None
        mean, variance = restricted_mean(kaplan_meier(stood[chosen], over[chosen]), horizon)
        return _Seen(mean, variance / mean**2, int(chosen.sum())) if mean > 0 else None

    return figure


def _standing(spans: Floats) -> Figure:
    """Mean number of things that stood at any one time."""

    def figure(windows: Sequence[Span]) -> _Seen | None:
        total = n = 0.0
        for begin, end in windows:
            part = np.minimum(spans[:, 1], end) - np.maximum(spans[:, 0], begin)
            total, n = total + float(part[part > 0].sum()), n + int((part > 0).sum())
        mean = total / sum(end - begin for begin, end in windows)
        return _Seen(mean, 0.0, int(n)) if mean > 0 else None

    return figure


def _lessons(rows: Sequence[dict[str, Any]], days: _Days) -> list[Companion]:
    """Lessons told a week, and changes taken back for each hundred let in."""

    def at(activity: str) -> Floats:
        return np.array([r["local"] for r in rows if r["activity"] == activity])

    found = []
    told, back, landed = at("lesson.told"), at("change.reverted"), at("change.landed")
    if told.size:
        weeks = [sum(end - begin for begin, end in spans) / 7 for spans in (days.away, days.usual)]
        found.append(
            _rate_row("lessons", say("Lessons told"), say("lessons a week"), told, weeks, days, worse=False)
        )
    if back.size and landed.size:
        hundreds = [float(_inside(landed, spans).sum()) / 100 for spans in (days.away, days.usual)]
        if all(hundreds):
            title, unit = say("Changes taken back"), say("of 100 let in")
            found.append(_rate_row("reverts", title, unit, back, hundreds, days, worse=True))
    return found


def _rate_row(
    slug: str, title: str, unit: str, at: Floats, size: list[float], days: _Days, *, worse: bool
) -> Companion:
    """A row of rare things, compared by the exact conditional interval."""
    n_away, n_usual = (int(_inside(at, spans).sum()) for spans in (days.away, days.usual))
    found = change(n_away, n_usual, time_now=size[0], time_before=size[1], level=days.level)
    away, usual = n_away / size[0], n_usual / size[1]
    said = Verdict.CANT_TELL if found is None else _said(found.low, found.high, days.margin)
    if not worse:
        said = Verdict.SEEN  # more lessons are neither better nor worse
    sentence = say("{away:.1f} {unit} while away, {usual:.1f} as a rule.", away=away, unit=unit, usual=usual)
    return Companion(
        slug, title, away, usual,
        found.estimate if found else None, found.low if found else None,
        found.high if found and isfinite(found.high) else None,
        unit, n_away, n_usual, said, together([sentence, WORDS[said]]),
        say("Exact for things that come one by one; where they come in bursts the truth is less sure."),
    )  # fmt: skip


def _load(
    events: ir.Table,
    absences: Sequence[Absence],
    asof: datetime,
    days: _Days,
    off: Collection[date],
    week_off: Collection[int],
) -> list[Companion]:
    """Share of acts outside people's own usual hours."""
    # Here and not above: the judge runs without Ibis.
    from followspot.measures._methods.hours import outside_hours
    from followspot.measures._methods.lives import local_days

    # Half a year at least must lie before, to learn from whose hours are whose.
    since = min(days.away[0][0], days.usual[0][0] + YEAR / 2)
    begins = asof - timedelta(days=days.until - since)
    acts = outside_hours(events, since=begins, until=asof, off=off, week_off=week_off)
    told = acts.select("outside", local=acts.at.cast("timestamp")).to_pyarrow().to_pylist()
    at = np.array([local_days(r["local"]) for r in told])
    outside = np.array([r["outside"] for r in told], dtype=np.bool_)

    def figure(spans: Sequence[Span]) -> _Seen | None:
        chosen = _inside(at, spans) if at.size else np.zeros(0, dtype=np.bool_)
        n, k = int(chosen.sum()), int(outside[chosen].sum())
        return _Seen(k / n, (1 - k / n) / k, n) if k and n >= FEWEST_USUAL else None

    later = [(max(begin, since), end) for begin, end in days.usual if end > since]
    length = median(end - begin for begin, end in days.away)
    near = replace(days, usual=tuple(later), alike=_alike(later, length))
    if not later or figure(near.away) is None:
        return []
    return [_row("load", figure, near)]


def _contacts(rows: Sequence[dict[str, Any]], days: _Days) -> list[Companion]:
    """How often the leader was asked, or took a hand, while away: both are only written down then."""
    found = []
    for activity, slug, title, words in (
        ("stepaway.contact_logged", "contacts", say("Asked while away"), _asked),
        ("stepaway.touch_logged", "touches", say("Touches while away"), _touched),
    ):
        at = np.array([r["local"] for r in rows if r["activity"] == activity])
        if not at.size:
            continue
        length = sum(end - begin for begin, end in days.away)
        n = int(_inside(at, days.away).sum())
        found.append(
            Companion(slug, title, n / length, None, None, None, None, say("a day"), n, 0, Verdict.SEEN,
                      words(n, length), say("Only what somebody noted down."))
        )  # fmt: skip
    return found


def _asked(n: int, days: float) -> str:
    return count(
        n,
        "The leader was asked {n} time in {days:.0f} days.",
        "The leader was asked {n} times in {days:.0f} days.",
        days=days,
    )


def _touched(n: int, days: float) -> str:
    return count(
        n,
        "The leader took a hand {n} time in {days:.0f} days.",
        "The leader took a hand {n} times in {days:.0f} days.",
        days=days,
    )


def _row(slug: str, figure: Figure, days: _Days) -> Companion:
    """Compare one figure away and as a rule; more is worse in every row."""
    title, unit, words = ROWS[slug]
    away, usual = figure(days.away), figure(days.usual)
    n_away, n_usual = (found.n if found else 0 for found in (away, usual))
    caveat = CAVEATS.get(slug, say("Ordinary stretches of the same length say how sure this is."))
    if away is None or usual is None or n_away < FEWEST_AWAY or n_usual < FEWEST_USUAL:
        said = say(
            "Can't tell: {away} while away and {usual} as a rule. "
            "{fewest_away} and {fewest_usual} would be enough.",
            away=n_away,
            usual=n_usual,
            fewest_away=FEWEST_AWAY,
            fewest_usual=FEWEST_USUAL,
        )
        return Companion(slug, title, away.value if away else None, usual.value if usual else None, None, None, None, unit,
                         n_away, n_usual, Verdict.CANT_TELL, said, caveat)  # fmt: skip
    ratio = away.value / usual.value
    half = _half_width(figure, away, usual, days)
    if half is None:
        said = say(
            "Can't tell: fewer than {n} ordinary stretches of that length are on record to compare with.",
            n=FEWEST_STRETCHES,
        )
        return Companion(slug, title, away.value, usual.value, ratio, None, None, unit,
                         n_away, n_usual, Verdict.CANT_TELL, said, caveat)  # fmt: skip
    low, high = ratio * exp(-half), ratio * exp(half)
    found = _said(low, high, days.margin)
    parts = {
        "sentence": words(_worded(away.value, unit), _worded(usual.value, unit)),
        "ratio": ratio,
        "low": low,
        "high": high,
    }
    if unit == "working days":
        told = say("{sentence}: {ratio:.2g} times as long ({low:.2g} to {high:.2g}).", **parts)
    else:
        told = say("{sentence}: {ratio:.2g} times as much ({low:.2g} to {high:.2g}).", **parts)
    sentence = together([told, WORDS[found]])
    return Companion(slug, title, away.value, usual.value, ratio, low, high, unit,
                     n_away, n_usual, found, sentence, caveat)  # fmt: skip


def _half_width(figure: Figure, away: _Seen, usual: _Seen, days: _Days) -> float | None:
    """Half the interval of the log ratio: from the things themselves, or from ordinary stretches if those differ more."""
    own = sqrt(away.variance + usual.variance)
    others = [found for found in (figure([span]) for span in days.alike) if found is not None]
    if len(others) < FEWEST_STRETCHES:
        return None
    off = np.array([log(found.value / usual.value) for found in others])
    # One value is compared with the others' mean, so the mean's own variance comes on top.
    rough = sqrt(float((off**2).mean()) * (1 / len(days.away) + 1 / len(others)))
    return float(stdtrit(len(others) - 1, (1 + days.level) / 2)) * max(own, rough)


def _said(low: float, high: float, margin: float) -> Verdict:
    """The verdict where more is worse: the same tests as for output, turned round."""
    return verdict(1 / high if high > 0 else 0.0, 1 / low if low > 0 else np.inf, margin)


def _worded(value: float, unit: str) -> str:
    if unit == "share":
        return say("{share:.0%}", share=value)
    return say("{n:.1f} {unit}", n=value, unit=unit)
