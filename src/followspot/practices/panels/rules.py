"""Who sees a score and when, what a panel needs, and how far its places lie apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import fmean, median

from followspot.errors import Refused
from followspot.language import say
from followspot.roles import CONVENER, LEADER, NOBODY, PANELIST, TEAM, Table

STEPS = (1, 2, 3, 4, 5)
FEWEST_CRITERIA, MOST_CRITERIA = 2, 8
FEWEST_PANELISTS, MOST_PANELISTS = 2, 8
KEPT = timedelta(days=180)  # as long as nobody says otherwise
KEPT_AT_MOST = timedelta(days=365)
QUARTER = timedelta(days=91)
LONGEST = 2000
WHOM = say("Whom is it about? A label is enough, such as “Candidate C”.")
WHAT_WORK = say("For what work is it? “The gate”, “night shifts”.")
CHANGED = say(
    "The criteria were changed meanwhile. Look at them again, and write your score by the new ones."
)
WHICH = say("What do you agree: hire, not yet, or not?")
FREE_TO = say("What will they be free to do? Whoever is hired is hired for that.")
WHY = say("Why? Say it so that somebody who wasn’t there understands.")
PANELS_TO_SPEAK = 3  # of fewer panels nothing is said about where the leader stands
PANELS_LATELY = 6  # and of no more than these

SEES: Table = {
    say("that there is a panel, and what it came to"): frozenset({LEADER, CONVENER, PANELIST}),
    say("what is known of the candidate, and the criteria"): frozenset({CONVENER, PANELIST}),
    say("one’s own score, from the first draft on"): frozenset({PANELIST}),
    say("another’s score before all are open"): NOBODY,
    say("everybody’s scores, once they are open"): frozenset({PANELIST}),
    say("how far a panel differed over time, if one sat on it"): frozenset({PANELIST}),
    say("where the leader stood on panels they sat on"): frozenset({LEADER}),
}

MAY: Table = {
    "convene": TEAM,
    "change": frozenset({CONVENER}),
    "take_off": frozenset({CONVENER, LEADER}),
    "draft": frozenset({PANELIST}),
    "hand_in": frozenset({PANELIST}),
    "open_scores": frozenset({CONVENER, LEADER}),  # who convened it may have left
    "decide": frozenset({PANELIST}),
    "sign": frozenset({PANELIST}),
    "look_again": frozenset({PANELIST}),
    "delete_sooner": frozenset({CONVENER, LEADER}),
    "erase": frozenset({CONVENER, LEADER}),
}


class Phase(StrEnum):
    SCORED = "scores are written"
    OPEN = "scores are open"
    DECIDED = "waits for signatures"
    SIGNED = "signed"
    ERASED = "deleted"


PHASES: Mapping[Phase, str] = {
    Phase.SCORED: say("scores are written"),
    Phase.OPEN: say("scores are open"),
    Phase.DECIDED: say("waits for signatures"),
    Phase.SIGNED: say("signed"),
    Phase.ERASED: say("deleted"),
}


class Decision(StrEnum):
    HIRE = "hire"
    NOT_YET = "not yet"
    NOT = "not"


class Attitude(StrEnum):
    """The two questions. The left pole, 0, holds on; the right one, 100, lets go."""

    HEAD = "head"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Question:
    """A question about attitude and what stands at the two ends of its line."""

    text: str
    left: str
    right: str


ASKED: Mapping[Attitude, Question] = {
    Attitude.HEAD: Question(
        say("What would you give this person their head on in the first month?"),
        say("Once nothing can go wrong"),
        say("From the first week"),
    ),
    Attitude.HOLD: Question(
        say("What would you keep hold of, and why?"),
        say("I’d look at each one"),
        say("It is theirs"),
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion. anchors : what each of the five steps looks like; the lowest and the highest in words."""

    title: str
    anchors: tuple[str, str, str, str, str]


USUAL = (
    Asked(
        say("Skill in the work itself"),
        (say("Needs each step shown"), "", say("Does the usual alone"), "", say("Does the unusual alone, and can show others")),
    ),
    Asked(
        say("Sees what is in the way"),
        (say("Waits until somebody says what is wrong"), "", say("Says that something is wrong"), "", say("Says what it is, what it costs and who could clear it")),
    ),
    Asked(
        say("Learns from mistakes"),
        (say("Tells only of mistakes that others made"), "", say("Tells one of their own"), "", say("Tells one of their own, and what is different since")),
    ),
    Asked(
        say("Lets others shine"),
        (say("Every story is their own"), "", say("Names who helped"), "", say("Names what each of the others did, unasked")),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands on the line of one question, from 0 to 100, and what they say to it."""

    at: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a panelist writes alone. marks : by criterion, the step and the reason; a draft may have gaps."""

    marks: Mapping[int, tuple[int | None, str]]
    places: Mapping[Attitude, Place]


def shown_to(viewer: int | None, author: int, *, open_: bool) -> bool:
    """Say whether a panelist's score may be shown to another; before all are open, to its author alone."""
    return open_ or (viewer is not None and viewer == author)


def check_candidate(candidate: str, purpose: str) -> None:
    """Refuse a panel about nobody, or for nothing."""
    if not candidate.strip():
        raise Refused(WHOM)
    if not purpose.strip():
        raise Refused(WHAT_WORK)


def check_criteria(criteria: Sequence[Asked]) -> None:
    """Refuse too few or too many criteria, the same one twice, and ends without words."""
    if not FEWEST_CRITERIA <= len(criteria) <= MOST_CRITERIA:
        raise Refused(
            say(
                "A panel has {fewest_criteria} to {most_criteria} criteria; these are {n}.",
                fewest_criteria=FEWEST_CRITERIA,
                most_criteria=MOST_CRITERIA,
                n=len(criteria),
            )
        )
    titles = [c.title.casefold() for c in criteria]
    for criterion in criteria:
        if not criterion.title:
            raise Refused(say("A criterion has no name. Name it, or leave the whole of it empty."))
        if titles.count(criterion.title.casefold()) > 1:
            raise Refused(say("“{title}” is there twice.", title=criterion.title))
        if not (criterion.anchors[0] and criterion.anchors[-1]):
            raise Refused(
                say(
                    "“{title}”: say in words what the lowest and the highest step look like.",
                    title=criterion.title,
                )
            )


def check_panelists(panelists: Collection[int]) -> None:
    """Refuse a panel of one, and a crowd."""
    if not FEWEST_PANELISTS <= len(panelists) <= MOST_PANELISTS:
        raise Refused(
            say(
                "{fewest_panelists} to {most_panelists} people sit on a panel; you chose {n}.",
                fewest_panelists=FEWEST_PANELISTS,
                most_panelists=MOST_PANELISTS,
                n=len(panelists),
            )
        )


def check_due(due_on: date, *, today: date, delete_on: date) -> None:
    """Refuse a day for the scores that has gone, or that comes when all is deleted already."""
    if due_on < today:
        raise Refused(say("The day for the scores has gone. Choose one to come."))
    if due_on >= delete_on:
        raise Refused(say("All is deleted by then. Let the scores be in before."))


def check_deletion(delete_on: date, *, today: date, begun_on: date, before: date | None = None) -> None:
    """Refuse to keep a candidate's data too long, or longer than was said. before : the day that stands."""
    if delete_on <= today:
        raise Refused(say("The day of the deletion has gone. Choose one to come, or delete it now."))
    if delete_on > begun_on + KEPT_AT_MOST:
        raise Refused(
            say(
                "Nothing about a candidate is kept longer than a year. The last day is {begun_on:%-d %B %Y}.",
                begun_on=begun_on + KEPT_AT_MOST,
            )
        )
    if before is not None and delete_on > before:
        raise Refused(
            say(
                "It was said to be deleted on {before:%-d %B %Y}. That day can come nearer, never later.",
                before=before,
            )
        )


def check_whole(sheet: Sheet, criteria: Mapping[int, str]) -> None:
    """Refuse to take in a score with gaps. criteria : their titles."""
    for number, title in criteria.items():
        if sheet.marks.get(number, (None, ""))[0] is None:
            raise Refused(say("“{title}”: choose a step.", title=title))
    for attitude, question in ASKED.items():
        place = sheet.places.get(attitude, Place())
        if place.at is None:
            raise Refused(say("“{text}”: say where you stand on the line.", text=question.text))
        if not place.words.strip():
            raise Refused(
                say("“{text}”: a place on a line says little without your words.", text=question.text)
            )


def check_sheet(sheet: Sheet, criteria: Collection[int]) -> None:
    """Refuse what can't be a draft either: a step or a place that there isn't, and a criterion that has gone."""
    for number, (step, _) in sheet.marks.items():
        if number not in criteria:
            raise Refused(CHANGED)
        if step is not None and step not in STEPS:
            raise Refused(say("A step is a number from 1 to 5."))
    for place in sheet.places.values():
        if place.at is not None and not 0 <= place.at <= 100:
            raise Refused(say("A place on the line is a number from 0 to 100."))


def check_decision(decision: str, agreed: str, reasons: str) -> None:
    """Refuse a record that says neither what is agreed nor why."""
    if decision not in list(Decision):
        raise Refused(WHICH)
    if decision == Decision.HIRE and not agreed.strip():
        raise Refused(FREE_TO)
    if not reasons.strip():
        raise Refused(WHY)


def check_look_again(on: date | None, *, today: date, delete_on: date) -> None:
    """Refuse a day to look again that has gone, or on which nothing is left to look at."""
    if on is None:
        return
    if on <= today:
        raise Refused(say("The day to look again has gone. Choose one to come."))
    if on >= delete_on:
        raise Refused(
            say(
                "All is deleted on {delete_on:%-d %B %Y}. Look again before, or leave the day empty.",
                delete_on=delete_on,
            )
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """How far values lie apart, with their plain mean and their middle."""

    low: float
    high: float
    mean: float
    middle: float
    n: int

    @property
    def gap(self) -> float:
        return self.high - self.low


def spread(values: Sequence[float]) -> Spread:
    """Return how far values lie apart; there is at least one."""
    return Spread(min(values), max(values), fmean(values), median(values), len(values))


def nearest_to_checking(place: float, others: Sequence[float]) -> bool:
    """Say whether somebody stood nearer to the holding end than everybody else."""
    return bool(others) and all(place < other for other in others)


def alike(criteria: Spread, places: Spread) -> str:
    """Say in words where a panel agrees and where it doesn't. Each is the widest of its kind."""
    skill = (
        say("On the criteria you agree.")
        if criteria.gap == 0
        else say("On the criteria you are never more than one step apart.")
        if criteria.gap <= 1
        else say("On the criteria you are up to {gap:.0f} steps apart.", gap=criteria.gap)
    )
    attitude = (
        say("On how to lead this person you stand close together.")
        if places.gap <= 20
        else say("On how to lead this person you don’t agree. The widest gap comes first.")
    )
    return f"{skill} {attitude}"
