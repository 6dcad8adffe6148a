"""What does the team say about how it is led?

From what was let out of mirror waves: for each of twelve statements the team's mean step with a credible band, wave by wave. It
never sees an answer, nor what the leader says of themselves: that stands beside it on the leader's own page. Nothing is subtracted
and nothing is averaged over statements but the place on the map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import ibis.expr.types as ir
import numpy as np

from followspot.items import ACROSS, HOW_OFTEN, MIRROR, UP
from followspot.language import say
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import ordinal
from followspot.measures._methods.waves import Wave, row, waves

QUESTION = say("What does the team say about how it is led?")
TALLIED = "mirror.tallied"
STEPS, PLACE = say("steps from 1 to 5"), say("place from 0 to 1")  # units by which parts can be told apart
AXES = (ACROSS, UP)
CAVEATS = (
    say("The statements are our own and have not been validated."),
    say(
        "Who did not answer may see it differently. The band is for those who might have answered, not for each person."
    ),
    say("Counts were rounded at random before they were kept, and the band is wider for it."),
    say(
        "Leaders tend to rate themselves higher than others do, and people mark differently: a gap between two marks mixes that with what one can’t see."
    ),
)


def compute(events: ir.Table, *, asof: datetime, level: float = 0.9) -> Reading:
    """Read each statement's waves before `asof`, from the masked table.

    No estimate of its own: the statements say different things. Parts: each statement of the newest wave, in steps from 1 to 5,
    with a table by wave; then for each axis of the map the mean of its statements in that wave, from 0 to 1.
    """
    found = {slug: w for slug, w in waves(events, TALLIED, asof=asof).items() if slug in MIRROR}
    if not found:
        return cant_tell(
            QUESTION,
            say("Can't tell: no mirror has been answered yet by five or more to any one statement."),
        )
    last = max(some[-1].at for some in found.values())
    now = {slug: found[slug][-1] for slug in MIRROR if slug in found and found[slug][-1].at == last}
    n = sum(w.released.n for w in now.values())
    return Reading(
        QUESTION,
        Verdict.SEEN,
        say("{n} of {all} statements were answered by five or more.", n=len(now), all=len(MIRROR)),
        level=level,
        unit=STEPS,
        n=n,
        sample=say(
            "{n:,} answers to single statements, in the wave that closed on {day:%-d %B %Y}", n=n, day=last
        ),
        caveats=CAVEATS,
        parts=(
            *(_statement(slug, found[slug], level) for slug in now),
            *(p for axis in AXES if (p := _axis(axis, now, level))),
        ),
    )


def _statement(slug: str, told: Sequence[Wave], level: float) -> Reading:
    rows = tuple(row(w, level) for w in told)
    last = rows[-1]
    return Reading(
        MIRROR[slug].words,
        Verdict.SEEN,
        say("{where}, of {n} answers.", where=where(last["mean"]), n=last["answers"]),
        last["mean"],
        last["low"],
        last["high"],
        level,
        STEPS,
        last["answers"],
        slug,
        table=rows,
    )


def where(step: float) -> str:
    """Say where a mean step lies, in the words of the steps: “mostly”, or “between sometimes and mostly”."""
    if abs(step - round(step)) < 0.25:
        return HOW_OFTEN[round(step) - 1]
    below = min(4, int(step))
    return say("Between {step:small} and {next:small}", step=HOW_OFTEN[below - 1], next=HOW_OFTEN[below])


def along(step: float) -> float:
    """Return where a step from 1 to 5 lies from 0 to 1, as on the map."""
    return (step - 1) / 4


def axis_of(steps: Mapping[str, float], axis: str) -> float | None:
    """Return the mean of the statements of an axis that have a step, from 0 to 1; None where none has."""
    mine = [along(step) for slug, step in steps.items() if slug in MIRROR and MIRROR[slug].axis == axis]
    return sum(mine) / len(mine) if mine else None


def _axis(axis: str, now: Mapping[str, Wave], level: float) -> Reading | None:
    """Where do the answers stand on one axis of the map? Their draws are taken as independent."""
    mine = {slug: wave for slug, wave in now.items() if MIRROR[slug].axis == axis}
    if not mine:
        return None
    # Statements with the same release have the same draws: shuffled, none follows another.
    chance = np.random.default_rng(0)
    means = (np.mean([chance.permutation(wave.draws) for wave in mine.values()], axis=0) - 1) / 4
    low, high = (float(q) for q in np.quantile(means, [(1 - level) / 2, (1 + level) / 2]))
    middle = along(sum(ordinal.centre(wave.released) for wave in mine.values()) / len(mine))
    return Reading(
        axis,
        Verdict.SEEN,
        say("The mean of {n} statements.", n=len(mine)),
        round(min(high, max(low, middle)), 3),
        round(low, 3),
        round(high, 3),
        level,
        PLACE,
        len(mine),
    )


measure = Measure(
    slug="mirror",
    title=say("Mirror"),
    question=QUESTION,
    needs=frozenset({TALLIED}),
    compute=compute,
    upto="now",
)
