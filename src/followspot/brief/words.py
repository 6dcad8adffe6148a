"""How verdicts, odds and changes are said, alike on every page, in print and in the terminal."""

from dataclasses import dataclass

from followspot.language import all_of, count, say
from followspot.measures import Verdict
from followspot.measures._methods import wording
from followspot.measures._methods.equivalence import Ratio
from followspot.measures._methods.wording import apart
from followspot.measures.stepaway import StepAway


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict as it is shown: word, shape and icon, then tone."""

    word: str
    tone: str
    icon: str


# Where these forbid an answer, nobody was on their own.
_NOT_ALONE = {"leader_worked_on", "team_away", "no_part_before"}

BADGES = {
    Verdict.HELD: Badge(say("Held"), "held", "circle-check"),
    Verdict.ROSE: Badge(say("Rose"), "held", "arrow-up"),
    Verdict.DROPPED: Badge(say("Dropped"), "dropped", "arrow-down"),
    Verdict.CANT_TELL: Badge(say("Can't tell"), "unsure", "circle-dashed"),
}

# Of waits, queues and load: there more is worse, so the words say so and not the direction.
COMPANIONS = {
    Verdict.HELD: Badge(say("No worse"), "held", "circle-check"),
    Verdict.ROSE: Badge(say("Better"), "held", "arrow-down"),
    Verdict.DROPPED: Badge(say("Worse"), "dropped", "arrow-up"),
    Verdict.CANT_TELL: BADGES[Verdict.CANT_TELL],
    Verdict.SEEN: Badge(say("Seen"), "unsure", "eye"),
}


def ratio_range(ratio: Ratio | None) -> str:
    """Write a ratio with its interval: "3% below (11% below to 6% above)"."""
    if ratio is None:
        return say("no figure")
    return say(
        "{ratio} ({low} to {high})", ratio=apart(ratio.ratio), low=apart(ratio.low), high=apart(ratio.high)
    )


def enough(result: StepAway) -> str:
    """Say what would be enough to see a drop as large as the margin."""
    return wording.enough(result.enough, result.margin) if result.enough else ""


def in_hundred(chance: float) -> str:
    """Write a chance as people say it, never as certain."""
    if chance < 0.005:
        return say("fewer than 1 in 100")
    if chance > 0.995:
        return say("more than 99 in 100")
    return say("{n} in 100", n=round(chance * 100))


def odds_sentence(result: StepAway) -> str:
    """Say how likely the work held, fell past the margin, or rose."""
    if result.odds is None:
        return ""
    return say(
        "{held:capital} that the work stayed within {margin:.0%} of what was expected or above, "
        "{rose} among them that it rose; "
        "{dropped} that it fell by more than {margin:.0%}.",
        held=in_hundred(result.odds.held),
        rose=in_hundred(result.odds.rose),
        dropped=in_hundred(result.odds.dropped),
        margin=result.margin,
    )


def headline(result: StepAway, stand_ins: str) -> tuple[str, str, str]:
    """Return who the sentence is about, its middle and its fallen word: people first, then what happened.

    stand_ins : names with commas between them, or "".
    """
    fallen = _FALLEN[result.verdict]
    if {r.code for r in result.reasons} & _NOT_ALONE:
        return say("Whether the work held"), say("without the leader, we"), fallen
    names = [name.strip() for name in stand_ins.split(",") if name.strip()]
    open_ = result.verdict == Verdict.CANT_TELL
    if not names and open_:
        return say("The team"), say("was on its own. Whether the work held, we"), fallen
    if not names:
        return say("The team"), say("was on its own, and the work"), fallen
    if open_:
        stood = count(
            len(names),
            "stood in. Whether the work held, we",
            "stood in. Whether the work held, we",
        )
    else:
        stood = count(len(names), "stood in, and the work", "stood in, and the work")
    return all_of(names), stood, fallen


# The last word of a headline: "and the work held".
_FALLEN = {
    Verdict.HELD: say("held"),
    Verdict.ROSE: say("rose"),
    Verdict.DROPPED: say("dropped{as_work}", as_work=""),
    Verdict.CANT_TELL: say("can't tell"),
}


def said(result: StepAway) -> str:
    """Return the finding without the verdict's own word, which stands beside it as a badge."""
    return result.rests_on
