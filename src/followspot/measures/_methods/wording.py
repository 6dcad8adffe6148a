"""The finding of a step-away in plain words."""

from collections.abc import Sequence
from math import floor

from followspot.measures import Verdict
from followspot.measures._methods.equivalence import Ratio
from followspot.measures._methods.power import Enough
from followspot.measures._methods.refusals import Reason

OPENING = {
    Verdict.HELD: "Held.",
    Verdict.DROPPED: "Dropped.",
    Verdict.ROSE: "Rose.",
    Verdict.CANT_TELL: "Can't tell.",
}


def apart(ratio: float) -> str:
    """A ratio as a distance from the expected, like '3% below'."""
    percent = round(100 * (ratio - 1))
    if percent == 0:
        return "as expected"
    return f"{abs(percent):,}% {'above' if percent > 0 else 'below'}"


def _came_in(found: Ratio) -> str:
    middle = apart(found.ratio)
    middle = "as expected" if middle == "as expected" else f"{middle} what was expected"
    return f"Finished work came in {middle}, somewhere between {apart(found.low)} and {apart(found.high)}."


def _held(found: Ratio, margin: float) -> str:
    little = " A little lower, within the margin." if found.high < 1 else ""
    return f"{_came_in(found)} A drop of {margin:.0%} or more is ruled out.{little}"


def _dropped(found: Ratio, margin: float, deferred: bool) -> str:
    if not found.observed:
        return "Nothing at all was finished."
    least = floor(100 * (1 - found.high))
    least_words = f"at least {least}%" if least else "at least a little"
    parts = [
        f"Finished work came in {apart(found.ratio)} what was expected: "
        f"{least_words}, perhaps {1 - found.low:.0%}."
    ]
    if found.high < 1 - margin:
        parts.append(f"That is more than the margin of {margin:.0%}.")
    if deferred:
        parts.append("It was made up after the return: deferred, not lost.")
    return " ".join(parts)


def _open(found: Ratio, days: int, smallest: float) -> str:
    stretch = "One day" if days == 1 else f"{days} days"
    return f"{_came_in(found)} {stretch} could show a drop of {smallest:.0%} or more."


def sentence(
    verdict: Verdict,
    found: Ratio | None,
    reasons: Sequence[Reason],
    margin: float,
    days: int,
    smallest: float | None,
    deferred: bool,
) -> str:
    """The verdict and what it rests on, in one to three sentences.

    Parameters
    ----------
    found
        The ratio while away, None if there is none.
    days
        Days judged.
    smallest
        Smallest share lost that would have been seen in four cases of five.
    """
    if reasons or found is None or smallest is None:
        said = reasons[0].sentence if reasons else ""
    elif verdict == Verdict.HELD:
        said = _held(found, margin)
    elif verdict == Verdict.DROPPED:
        said = _dropped(found, margin, deferred)
    elif verdict == Verdict.ROSE:
        said = _came_in(found)
    else:
        said = _open(found, days, smallest)
    return f"{OPENING[verdict]} {said}".strip()


def enough(plan: Enough, margin: float) -> str:
    """What would be enough to see a drop as large as the margin."""
    ways = []
    if plan.weeks_in_one_piece:
        ways.append(f"{_number(plan.weeks_in_one_piece, 'week')} in one piece")
    if plan.stretches:
        ways.append(f"{_number(plan.stretches, 'stretch')} of {_number(plan.stretch_days, 'day')}")
    if not ways:
        return f"Nothing that was tried would show a drop of {margin:.0%} in this work."
    return f"A drop of {margin:.0%} would show, four times in five, in {', or in '.join(ways)}."


def _number(count: int, thing: str) -> str:
    if count == 1:
        return f"1 {thing}"
    return f"{count} {thing}es" if thing.endswith("ch") else f"{count} {thing}s"
