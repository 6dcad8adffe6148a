"""The finding of a step-away in plain words."""

from collections.abc import Sequence
from math import floor

from followspot.language import count, say, together
from followspot.measures import Verdict
from followspot.measures._methods.equivalence import Ratio
from followspot.measures._methods.power import Enough
from followspot.measures._methods.refusals import Reason

OPENING = {
    Verdict.HELD: say("Held."),
    Verdict.DROPPED: say("Dropped{as_work}.", as_work=""),
    Verdict.ROSE: say("Rose."),
    Verdict.CANT_TELL: say("Can't tell."),
}


def apart(ratio: float) -> str:
    """A ratio as a distance from the expected, like '3% below'."""
    percent = round(100 * (ratio - 1))
    if percent == 0:
        return say("as expected")
    if percent > 0:
        return say("{n:,}% above", n=percent)
    return say("{n:,}% below", n=-percent)


def _came_in(found: Ratio) -> str:
    low, high = apart(found.low), apart(found.high)
    middle = apart(found.ratio)
    if middle == "as expected":
        return say(
            "Finished work came in as expected, somewhere between {low} and {high}.", low=low, high=high
        )
    return say(
        "Finished work came in {middle} what was expected, somewhere between {low} and {high}.",
        middle=middle,
        low=low,
        high=high,
    )


def _held(found: Ratio, margin: float) -> str:
    ruled_out = say("A drop of {margin:.0%} or more is ruled out.", margin=margin)
    little = say("A little lower, within the margin.") if found.high < 1 else ""
    return together([_came_in(found), ruled_out, little])


def _dropped(found: Ratio, margin: float, deferred: bool) -> str:
    if not found.observed:
        return say("Nothing at all was finished.")
    least = floor(100 * (1 - found.high))
    parts: list[str] = [
        say(
            "Finished work came in {middle} what was expected: {least}, perhaps {most:.0%}.",
            middle=apart(found.ratio),
            least=say("at least {n}%", n=least) if least else say("at least a little"),
            most=1 - found.low,
        )
    ]
    if found.high < 1 - margin:
        parts.append(say("That is more than the margin of {margin:.0%}.", margin=margin))
    if deferred:
        parts.append(say("It was made up after the return: deferred, not lost."))
    return together(parts)


def _open(found: Ratio, days: int, smallest: float) -> str:
    shown = count(
        days,
        "One day could show a drop of {smallest:.0%} or more.",
        "{n} days could show a drop of {smallest:.0%} or more.",
        smallest=smallest,
    )
    return together([_came_in(found), shown])


def rests_on(
    verdict: Verdict,
    found: Ratio | None,
    reasons: Sequence[Reason],
    margin: float,
    days: int,
    smallest: float | None,
    deferred: bool,
) -> str:
    """What a verdict rests on, in one to three sentences.

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
        return reasons[0].sentence if reasons else ""
    if verdict == Verdict.HELD:
        return _held(found, margin)
    if verdict == Verdict.DROPPED:
        return _dropped(found, margin, deferred)
    if verdict == Verdict.ROSE:
        return _came_in(found)
    return _open(found, days, smallest)


def enough(plan: Enough, margin: float) -> str:
    """What would be enough to see a drop as large as the margin."""
    weeks = count(plan.weeks_in_one_piece or 0, "{n} week in one piece", "{n} weeks in one piece")
    days = count(plan.stretch_days or 0, "{n} day", "{n} days")
    stretches = count(plan.stretches or 0, "{n} stretch of {days}", "{n} stretches of {days}", days=days)
    if plan.weeks_in_one_piece and plan.stretches:
        return say(
            "A drop of {margin:.0%} would show, four times in five, in {weeks}, or in {stretches}.",
            margin=margin,
            weeks=weeks,
            stretches=stretches,
        )
    if plan.weeks_in_one_piece or plan.stretches:
        return say(
            "A drop of {margin:.0%} would show, four times in five, in {weeks}.",
            margin=margin,
            weeks=weeks if plan.weeks_in_one_piece else stretches,
        )
    return say("Nothing that was tried would show a drop of {margin:.0%} in this work.", margin=margin)
