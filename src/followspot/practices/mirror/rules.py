"""Who rates, who sees it, in which quarter, and until when a rating can be changed."""

from collections.abc import Mapping
from datetime import date

from followspot.errors import BadInput, Refused
from followspot.items import MIRROR
from followspot.language import say
from followspot.roles import LEADER, NOBODY, Table

SEES: Table = {
    say("one’s own rating, beside what the team says and the log can see"): frozenset({LEADER}),
    say("the rating of whoever led before"): NOBODY,
}

MAY: Table = {
    "rate": frozenset({LEADER}),
    "share": frozenset({LEADER}),
    "take_back": frozenset({LEADER}),
}


def quarter_of(day: date) -> date:
    """Return the first day of the quarter in which a day lies."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def next_quarter(quarter: date) -> date:
    """Return the first day of the quarter after."""
    return date(quarter.year + quarter.month // 10, quarter.month % 12 + 3 if quarter.month < 10 else 1, 1)


def called(quarter: date) -> str:
    """Write a quarter as people do: “October to December 2026”."""
    last = quarter.replace(month=quarter.month + 2)
    return say("{first:%B} to {last:%B %Y}", first=quarter, last=last)


def steps_said(said: Mapping[str, str]) -> dict[str, int]:
    """Return the steps of a form, 1 to 5 by statement; each may be left out. Raises BadInput that names the statement."""
    found = {}
    for slug, statement in MIRROR.items():
        step = said.get(slug, "")
        if step and step not in {"1", "2", "3", "4", "5"}:
            raise BadInput(say("{statement} Choose one of the five, or none.", statement=statement.own))
        if step:
            found[slug] = int(step)
    return found


def check_steps(steps: Mapping[str, int]) -> None:
    """Refuse a rating that says nothing."""
    if not steps:
        raise Refused(say("Nothing is chosen yet. One statement is enough; each may be left out."))


def check_unfixed(quarter: date, *, fixed: bool) -> None:
    """Refuse a rating once the team’s answers are known: it would be fitted to them."""
    if fixed:
        raise Refused(
            say(
                "The team’s answers of this quarter are known, so your own stays as it was given before them. The next rating is from {day:%-d %B} on.",
                day=next_quarter(quarter),
            )
        )
