"""How each thing that a pulse asks went: over its waves as lines with their bands, and while the leader was away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import render

from followspot.brief import readings
from followspot.disclosure import Released
from followspot.items import PULSE
from followspot.language import Said, say
from followspot.measures import Reading
from followspot.measures import pulse as measure
from followspot.measures._methods.reliability import Consistency, alpha
from followspot.objects.doors import for_those
from followspot.practices.pulse import rules
from followspot.practices.pulse.doors import place
from followspot.practices.pulse.models import Scale, Wave
from followspot.practices.stepaways.models import StepAway
from followspot.teams.models import Team
from followspot.teams.pages import Request
from followspot.ui import drawing

_WIDE = 354  # pixels, of a third of the page
_team = for_those(rules.SEES["pulse results at or above the floor"])


@dataclass(frozen=True, slots=True)
class Line:
    """One item over its waves. drawn : from two waves on."""

    title: str
    words: str
    reading: Reading
    drawn: str | None


@_team
def lines(request: Request, team: Team) -> HttpResponse:
    """Show the lines of all items that have a closed wave; as a part for htmx, as a page of its own otherwise."""
    reading = readings.reading(team, "pulse")
    own = {i.slug: i.words for scale in Scale.objects.filter(team=team) for i in scale.as_items()}
    context = {
        "team": team,
        "here": "pulse",
        "reading": reading,
        "lines": [_line(part, own) for part in reading.parts],
        "scales": [said for scale in Scale.objects.filter(team=team) if (said := _hangs_together(scale))],
    }
    return render(request, "brief/pulsed.html#lines" if request.htmx else "brief/pulsed.html", context)


def _line(part: Reading, own: dict[str, str]) -> Line:
    title = own.get(part.question, part.question)
    words = next((i.words for i in PULSE.values() if i.construct == part.question), "")
    chart = part.chart and part.chart | {"description": measure.described(title, part.table)}
    return Line(
        title, words, replace(part, question=title), drawing.svg(chart, width=_WIDE - 110) if chart else None
    )


def _hangs_together(scale: Scale) -> str:
    """Say how well the questions of a scale hang together, once there is enough to say it, and nothing before."""
    kept = scale.waves.filter(consistency__isnull=False).values_list("consistency", flat=True)
    found = alpha([Consistency(*figures) for figures in kept if figures], len(scale.questions))
    if found is None:
        return ""
    return say(
        "{scale}: Cronbach’s alpha {alpha:.2f} (9 in 10: {low:.2f} to {high:.2f}), "
        "{n} answers to {questions} questions.",
        scale=str(scale),
        alpha=found.estimate,
        low=found.low,
        high=found.high,
        n=found.n,
        questions=found.k,
    )


def while_away(it: StepAway) -> list[str]:
    """Say what was let out of waves that were open while the leader was away, beside the wave before of the same items."""
    waves = list(Wave.objects.closed().of_the_team().filter(team=it.team).prefetch_related("tallies"))
    return [
        line
        for n, wave in enumerate(waves)
        if rules.was_open(wave.team.day(wave.opened_at), wave.team.day(wave.closes_at), it.stretches)
        for line in _beside(wave, waves[n + 1 :])
    ]


def _beside(wave: Wave, earlier: Sequence[Wave]) -> list[Said]:
    """Write each item of a wave with its place, and its place in the last wave that asked for it before."""
    found = []
    for item in wave.asks():
        now = _told(wave, item.slug)
        if now is None:
            continue
        it = {"item": item.construct, "place": place(item, now), "n": now.n}
        before = next(((w, then) for w in earlier if (then := _told(w, item.slug))), None)
        if before is None:
            found.append(say("{item}: about “{place}”, {n} answered.", **it))
        else:
            wave, then = before
            found.append(
                say(
                    "{item}: about “{place}”, {n} answered; before, in the wave of {day:%-d %B}, about “{before}”.",
                    **it,
                    day=wave.team.day(wave.opened_at),
                    before=place(item, then),
                )
            )
    return found


def _told(wave: Wave, item: str) -> Released | None:
    return next((t.released() for t in wave.tallies.all() if t.item == item and not t.group), None)
