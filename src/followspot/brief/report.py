"""A step-away report, composed once: for the page, for paper, for a file, for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from followspot.brief import words
from followspot.brief.words import Badge
from followspot.errors import BadInput
from followspot.language import say, together
from followspot.measures._methods.blocks import FOR_GOOD_DAYS
from followspot.measures._methods.flows import FLOWS, PRIMARY
from followspot.measures._methods.weekly import Week
from followspot.measures._methods.wording import apart
from followspot.measures.stepaway import Absence, Companion, StepAway, as_json

TABLE = "table"  # the one flow of counts given as a table
SHOWN_WEEKS = 20  # ordinary weeks shown on each side of the absences


@dataclass(frozen=True, slots=True)
class Row:
    """One flow of the table: what it was, what was expected, what that says."""

    slug: str
    title: str
    observed: str
    expected: str
    change: str
    badge: Badge
    why: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Where the range stands against the margin, in percent of the drawing's width."""

    zone: float
    zone_width: float
    zero: float
    low: float
    high: float
    dot: float
    label: str
    label_at: float
    names_zero: bool
    margin: str
    description: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One of the odds as a bar."""

    word: str
    width: int
    label: str


@dataclass(frozen=True, slots=True)
class Once:
    """One of several absences."""

    start: date
    end: date | None
    said: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a step-away is known from; a link where it is one."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report says; templates only lay it out."""

    team: str
    leader: str
    absences: Sequence[Absence]
    slug: str
    title: str
    result: StepAway
    flows: Mapping[str, StepAway]
    rows: Sequence[Row]
    who: str
    middle: str
    fallen: str
    badge: Badge
    said: str
    odds: str
    strip: Strip | None
    chart: dict[str, Any] | None
    weeks: Sequence[dict[str, str]]
    odds_bars: Sequence[Bar] = ()
    net: str = ""
    each: Sequence[Once] = ()
    enough: str = ""
    sources: Sequence[Source] = ()
    what_else: str = ""
    declared: str = ""
    lot: str = ""
    companions: Sequence[Companion] = ()
    noted: Sequence[str] = ()  # in the diary, as lines
    drawn: dict[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the declared flow's answer, with every flow's own below it (without its weeks), and the companions."""
        flows = {slug: as_json(result) for slug, result in self.flows.items()}
        for answer in flows.values():
            del answer["weeks"]
        companions = [asdict(c) for c in self.companions]
        return as_json(self.result) | {
            "flow": self.slug,
            "flows": flows,
            "companions": companions,
            "noted": list(self.noted),
        }


def answers(flows: Mapping[str, StepAway]) -> bool:
    """Say whether anybody but the leader did work that could have held."""
    return any(slug in flows for slug in PRIMARY)


def primary_of(flows: Mapping[str, StepAway], wished: str | None = None) -> str:
    """Return which flow the headline speaks of: the declared one, or the first that is there.

    Raises BadInput where only the leader's own work is there: nobody is left who could have held anything.
    """
    for slug in (wished, *PRIMARY, TABLE):
        if slug is not None and slug in flows:
            return slug
    raise BadInput(say("Nobody but the leader did any of this work, so there is nothing to test."))


def compose(
    flows: Mapping[str, StepAway],
    absences: Sequence[Absence],
    *,
    team: str,
    leader: str,
    flow: str | None = None,
    stand_ins: str = "",
    source: str = "",
    what_else: str = "",
    declared: str = "",
    companions: Sequence[Companion] = (),
    noted: Sequence[str] = (),
) -> Report:
    """Compose the report of the readings of all flows; the headline is the declared one's."""
    slug = primary_of(flows, flow)
    result = flows[slug]
    who, middle, fallen = words.headline(result, stand_ins)
    shown = _shown(result.weeks, absences)
    return Report(
        team=team,
        leader=leader,
        absences=absences,
        slug=slug,
        title=title_of(slug),
        result=result,
        flows=flows,
        rows=[_row(s, r) for s, r in flows.items() if s != slug] + [_beside(c) for c in companions],
        companions=companions,
        noted=noted,
        lot=result.lot.sentence if result.lot else "",
        who=who,
        middle=middle,
        fallen=fallen,
        badge=words.BADGES[result.verdict],
        said=words.said(result),
        odds=words.odds_sentence(result),
        strip=_strip(result),
        chart=_chart(shown, absences, leader, title_of(slug)) if shown else None,
        weeks=[_week(w) for w in shown],
        odds_bars=_bars(result),
        net=_net(result),
        each=[
            Once(s.start, s.end, words.ratio_range(s.ratio))
            for s in result.absences
            if len(result.absences) > 1
        ],
        enough=words.enough(result),
        sources=[_source(part.strip()) for part in source.split(";") if part.strip()],
        what_else=what_else,
        declared=declared,
    )


def drawn(report: Report) -> Report:
    """Return the report with its chart drawn, which needs the drawing library."""
    from followspot.ui import drawing

    return replace(report, drawn=drawing.both(report.chart)) if report.chart else report


def _bars(result: StepAway) -> list[Bar]:
    if result.odds is None:
        return []
    odds = {
        say("It held"): result.odds.held,
        say("of these, rose"): result.odds.rose,
        say("It fell too far"): result.odds.dropped,
    }
    return [Bar(word, max(1, round(chance * 70)), words.in_hundred(chance)) for word, chance in odds.items()]


def _net(result: StepAway) -> str:
    if result.net is None:
        return ""
    said = say("With the return period counted in: {range}.", range=words.ratio_range(result.net))
    if not result.deferred:
        return said
    queue = say("Work waited for the leader: find the queue.")
    return together([say("Deferred, not lost."), said, queue])


def _source(text: str) -> Source:
    return Source(text.split("//")[-1].split("/")[0], text) if text.startswith("https://") else Source(text)


def title_of(slug: str) -> str:
    """Return a flow's title; counts given as a table have only one flow."""
    return FLOWS[slug][0] if slug in FLOWS else say("Work finished")


def _row(slug: str, result: StepAway) -> Row:
    finished = result.finished
    return Row(
        slug,
        title_of(slug),
        say("{n:,.0f}", n=finished.observed) if finished else "",
        say("{n:,.0f}", n=finished.expected) if finished else "",
        words.ratio_range(finished),
        words.BADGES[result.verdict],
        result.reasons[0].sentence if result.reasons else "",
    )


def _beside(c: Companion) -> Row:
    """One thing that moves faster than output; in these more is worse."""
    change = ""
    if c.change and c.low is not None:
        change = say("{n:.2g} times as much ({low:.2g} to {high:.2g})", n=c.change, low=c.low, high=c.high)
    return Row(
        c.slug,
        c.title,
        _figure(c.away, c.unit),
        _figure(c.usual, c.unit),
        change or c.sentence,
        words.COMPANIONS[c.verdict],
        c.caveat,
    )


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return say("{share:.0%}", share=value) if unit == "share" else say("{n:.1f} {unit}", n=value, unit=unit)


def _strip(result: StepAway) -> Strip | None:
    """Place range, estimate and margin on a strip that is wide enough for all three."""
    if result.finished is None or result.ratio is None or result.low is None or result.high is None:
        return None
    reach = max(result.margin * 1.35, min(1.0, 1 - result.low), min(1.0, result.high - 1)) * 1.05
    reach = min(reach, 1.05)

    def at(ratio: float) -> float:
        return round(50 + 50 * max(-1.0, min(1.0, (ratio - 1) / reach)), 2)

    said = say(
        "The range runs from {low} to {high}; the margin is {margin:.0%} below.",
        low=apart(result.low),
        high=apart(result.high),
        margin=result.margin,
    )
    zone, zero, dot = at(1 - result.margin), at(1), at(result.ratio)
    return Strip(
        zone=zone,
        zone_width=100 - zone,
        zero=zero,
        low=at(result.low),
        high=at(result.high),
        dot=dot,
        label=apart(result.ratio),
        label_at=max(14.0, min(86.0, dot)),
        names_zero=zero - zone > 24,
        margin=say("{margin:.0%} below", margin=result.margin),
        description=said,
    )


def _shown(weeks: Sequence[Week], absences: Sequence[Absence]) -> list[Week]:
    """Return the weeks around the absences, a season on each side, so that the picture can be read."""
    if not weeks:
        return []
    margin = timedelta(weeks=SHOWN_WEEKS)
    first = min(a.start for a in absences) - margin
    last = max(a.end or a.start + timedelta(days=FOR_GOOD_DAYS) for a in absences) + margin
    return [w for w in weeks if first <= w.start <= last]


def _week(week: Week) -> dict[str, str]:
    state = {"away": say("away"), "left out": say("run-up or return"), "ordinary": say("here")}[week.state]
    return {
        "week": say("{day:%-d %B %Y}", day=week.start),
        "finished": say("{n:,.0f}", n=week.finished),
        "expected": say("{low:,.0f} to {high:,.0f}", low=week.low, high=week.high),
        "leader": state,
    }


def _chart(weeks: Sequence[Week], absences: Sequence[Absence], leader: str, title: str) -> dict[str, Any]:
    """Draw finished work as line and dots on the expected band, the absence as a cool shade."""
    middle = timedelta(days=3)
    values = [
        {
            "week": (w.start + middle).isoformat(),
            "finished": round(w.finished, 2),
            "expected": round(w.expected, 2),
            "lo": round(w.low, 2),
            "hi": round(w.high, 2),
            "away": w.state == "away",
        }
        for w in weeks
    ]
    last = weeks[-1].start + timedelta(days=6)
    spans = [
        {
            "from": a.start.isoformat(),
            "to": (min(a.end or last, last) + timedelta(days=1)).isoformat(),
            "name": say("{leader} away", leader=leader),
        }
        for a in absences
    ]
    top = max(max(w.high, w.finished) for w in weeks)
    x = {
        "field": "week",
        "type": "temporal",
        "title": None,
        "axis": {"tickCount": 6, "format": "%b %Y" if len(weeks) > 60 else "%b"},
    }
    y = {"type": "quantitative", "title": None, "scale": {"domain": [0, max(1, top * 1.08)], "nice": True}}
    inside = [w for w in weeks if w.state == "away"]
    said = say(
        "Line of {title:small} a week with the expected band. In the {n} shaded weeks in which {leader} was away, "
        "{finished:,.0f} in all, where {expected:,.0f} were expected.",
        title=title,
        n=len(inside),
        leader=leader,
        finished=sum(w.finished for w in inside),
        expected=sum(w.expected for w in inside),
    )
    dot = {"condition": {"test": "datum.away", "value": 110}, "value": 30}
    return {
        "description": said,
        "height": 300,
        "data": {"values": values},
        "layer": [
            {
                "data": {"values": spans},
                "mark": {"type": "rect", "style": "away"},
                "encoding": {"x": {"field": "from", "type": "temporal"}, "x2": {"field": "to"}},
            },
            {
                "mark": {"type": "area"},
                "encoding": {"x": x, "y": {**y, "field": "lo"}, "y2": {"field": "hi"}},
            },
            {
                "mark": {"type": "line", "style": "expected"},
                "encoding": {"x": x, "y": {**y, "field": "expected"}},
            },
            {"mark": {"type": "line"}, "encoding": {"x": x, "y": {**y, "field": "finished"}}},
            {"mark": {"type": "point"}, "encoding": {"x": x, "y": {**y, "field": "finished"}, "size": dot}},
            {
                "data": {"values": spans[:1]},
                "mark": {
                    "type": "text",
                    "style": "leader",
                    "align": "left",
                    "baseline": "top",
                    "dx": 4,
                    "y": 4,
                },
                "encoding": {"x": {"field": "from", "type": "temporal"}, "text": {"field": "name"}},
            },
        ],
    }
