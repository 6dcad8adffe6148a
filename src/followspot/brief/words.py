"""How verdicts, odds and changes are said, alike on every page, in print and in the terminal."""

from dataclasses import dataclass

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
    Verdict.HELD: Badge("Held", "held", "circle-check"),
    Verdict.ROSE: Badge("Rose", "held", "arrow-up"),
    Verdict.DROPPED: Badge("Dropped", "dropped", "arrow-down"),
    Verdict.CANT_TELL: Badge("Can't tell", "unsure", "circle-dashed"),
}

# Of waits, queues and load: there more is worse, so the words say so and not the direction.
COMPANIONS = {
    Verdict.HELD: Badge("No worse", "held", "circle-check"),
    Verdict.ROSE: Badge("Better", "held", "arrow-down"),
    Verdict.DROPPED: Badge("Worse", "dropped", "arrow-up"),
    Verdict.CANT_TELL: BADGES[Verdict.CANT_TELL],
    Verdict.SEEN: Badge("Seen", "unsure", "eye"),
}


def ratio_range(ratio: Ratio | None) -> str:
    """Write a ratio with its interval: "3% below (11% below to 6% above)"."""
    if ratio is None:
        return "no figure"
    return f"{apart(ratio.ratio)} ({apart(ratio.low)} to {apart(ratio.high)})"


def enough(result: StepAway) -> str:
    """Say what would be enough to see a drop as large as the margin."""
    return wording.enough(result.enough, result.margin) if result.enough else ""


def in_hundred(chance: float) -> str:
    """Write a chance as people say it, never as certain."""
    if chance < 0.005:
        return "fewer than 1 in 100"
    if chance > 0.995:
        return "more than 99 in 100"
    return f"{round(chance * 100)} in 100"


def odds_sentence(result: StepAway) -> str:
    """Say how likely the work held, fell past the margin, or rose."""
    if result.odds is None:
        return ""
    margin = f"{result.margin:.0%}"
    said = (
        f"{in_hundred(result.odds.held)} that the work stayed within {margin} of what was expected or above, "
        f"{in_hundred(result.odds.rose)} among them that it rose; "
        f"{in_hundred(result.odds.dropped)} that it fell by more than {margin}."
    )
    return said[0].upper() + said[1:]


def headline(result: StepAway, stand_ins: str) -> tuple[str, str, str]:
    """Return who the sentence is about, its middle and its fallen word: people first, then what happened."""
    if {r.code for r in result.reasons} & _NOT_ALONE:
        return "Whether the work held", "without the leader, we", "can't tell"
    who, stood = (stand_ins, "stood in") if stand_ins else ("The team", "was on its own")
    return {
        Verdict.HELD: (who, f"{stood}, and the work", "held"),
        Verdict.ROSE: (who, f"{stood}, and the work", "rose"),
        Verdict.DROPPED: (who, f"{stood}, and the work", "dropped"),
        Verdict.CANT_TELL: (who, f"{stood}. Whether the work held, we", "can't tell"),
    }[result.verdict]


def said(result: StepAway) -> str:
    """Return the finding without the verdict's own word, which stands beside it as a badge."""
    return result.sentence.removeprefix(wording.OPENING[result.verdict]).strip()


def listed(names: str) -> str:
    """Write "Ann, Ben" as "Ann and Ben"."""
    parts = [n.strip() for n in names.split(",") if n.strip()]
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
