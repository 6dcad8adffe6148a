"""Who may ask, who answers, what may be told of the answers, and when the next wave opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

import numpy as np

from followspot import disclosure
from followspot.disclosure import FLOOR, STEP_BY_STEP, Released
from followspot.errors import BadInput, Refused
from followspot.items import MIRROR, ROTATION
from followspot.language import say
from followspot.roles import AUTHOR, KEEPER, LEADER, MEMBER, NOBODY, RECEIVER, TEAM, Table

SEES: Table = {
    say("pulse results at or above the floor"): TEAM,
    say("comments, where five or more wrote one"): TEAM,
    say("what the team answered about its leader, in a mirror wave"): frozenset({RECEIVER}),
    say("one person’s answer"): NOBODY,
    say("who answered"): NOBODY,
    say("a check-in by name"): TEAM,
}

MAY: Table = {
    "answer": frozenset({MEMBER}),
    "set_cadence": frozenset({LEADER}),
    "open": frozenset({LEADER}),
    "call_off": frozenset({LEADER}),
    "say_what_is_done": frozenset({LEADER}),
    "add_scale": frozenset({LEADER}),
    "name_groups": frozenset({LEADER, KEEPER}),
    "check_in": frozenset({MEMBER}),
    "withdraw": frozenset({AUTHOR}),
}

EVERY = (1, 2, 4)  # weeks
OPEN_FOR = range(2, 15)  # days
APART = timedelta(days=6)  # two waves can't open nearer: each asks the same people
MIRRORED = timedelta(days=75)  # about a quarter
HIGHEST_FLOOR = 50
MOST_ITEMS = 12
THE_REST = say("Everybody else")  # who is in no group
LONGEST = 300


class What(StrEnum):
    """What a wave asks."""

    PULSE = "pulse"
    MIRROR = "mirror"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Tallied:
    """What is kept of the answers to one item. group : "" for the whole; one a line where several are shown as one."""

    item: str
    group: str
    released: Released


def next_items(before: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the three items whose turn it is. before : those of earlier waves, the last one first."""
    last = next((tuple(items) for items in before if tuple(items) in ROTATION), ROTATION[-1])
    return ROTATION[(ROTATION.index(last) + 1) % len(ROTATION)]


def check_cadence(every: int, open_for: int, floor: int, *, before: int) -> None:
    """Refuse a cadence that nobody would keep, and a floor that goes down. before : the floor so far."""
    if every not in EVERY:
        raise BadInput(say("How often: every week, every two weeks or every four."))
    if open_for not in OPEN_FOR or open_for > every * 7:
        raise BadInput(
            say(
                "Open for: between {least} and {most} days.",
                least=OPEN_FOR[0],
                most=min(OPEN_FOR[-1], every * 7),
            )
        )
    if not FLOOR <= floor <= HIGHEST_FLOOR:
        raise BadInput(
            say(
                "The floor: between {least} and {most} answers.",
                least=FLOOR,
                most=HIGHEST_FLOOR,
            )
        )
    if floor < before:
        raise Refused(
            say(
                "The floor is {before}. It can be raised, never lowered: people answered under that promise.",
                before=before,
            )
        )


def check_many(people: int, floor: int) -> None:
    """Refuse to ask where too few could ever answer for anything to be told."""
    if people < floor:
        raise Refused(
            say(
                "{people} at the front line can answer, and nothing is told of fewer than {floor}. With so few a number would point at someone. Ask by name instead: that is honest at least.",
                people=people,
                floor=floor,
            )
        )


def check_apart(now: datetime, last: datetime | None, *, what: What) -> None:
    """Refuse a wave too soon after the one before it."""
    apart = MIRRORED if what == What.MIRROR else APART
    if last is not None and now - last < apart:
        day = last + apart
        if what == What.MIRROR:
            raise Refused(
                say("People are asked once a quarter. The next one can open on {day:%-d %B}.", day=day)
            )
        raise Refused(
            say("People are asked once a week at most. The next one can open on {day:%-d %B}.", day=day)
        )


def said(items: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, int]:
    """Return the answers of a form as steps; every item may be left out. Raises BadInput that says which.

    items : the words of each item.
    """
    found = {}
    for item, words in items.items():
        step = answers.get(item, "")
        if step and step not in {"1", "2", "3", "4", "5"}:
            raise BadInput(say("{words}: choose one of the five, or none.", words=words))
        if step:
            found[item] = int(step)
    return found


def tally(
    ballots: Sequence[tuple[str, Mapping[str, int]]], items: Sequence[str], *, floor: int, chance: Random
) -> list[Tallied]:
    """Return all that may be told of the ballots: the whole, then groups. ballots : group and answers of each.

    Groups are shown together until no two figures differ by fewer answers than the floor, for any item.
    """
    whole = {item: [a[item] for _, a in ballots if item in a] for item in items}
    shown = {
        item: told
        for item, answers in whole.items()
        if (told := disclosure.release(answers, floor=floor, chance=chance))
    }
    found = [Tallied(item, "", told) for item, told in shown.items()]
    names = {group for group, _ in ballots} if shown else set()
    # For the item that the fewest of a group answered: what one item gives away, another can't hide.
    sizes = {g: min(sum(i in a for h, a in ballots if h == g) for i in shown) for g in names}
    for part in disclosure.together(sizes, floor=floor):
        name = "\n".join(g or THE_REST for g in part)
        for item in shown:
            answers = [a[item] for g, a in ballots if g in part and item in a]
            told = disclosure.release(answers, floor=floor, chance=chance)
            if told is not None:
                found.append(Tallied(item, name, told))
    return found


def consistency(
    ballots: Sequence[Mapping[str, int]], items: Sequence[str]
) -> tuple[int, float, float] | None:
    """Return all that a reliability needs of one wave: how many answered every item, and the sum of the items' variances for
    a variance of the sums of one, to the nearest twentieth. None below ten, and for fewer than two items.

    Exact variances would tell, with those of the next wave, what somebody said who came or went between them.
    """
    whole = np.array([[a[i] for i in items] for a in ballots if all(i in a for i in items)], float)
    if len(items) < 2 or len(whole) < STEP_BY_STEP:
        return None
    of_items, of_sums = float(whole.var(axis=0).sum()), float(whole.sum(axis=1).var())
    return (len(whole), min(2.0, round(20 * of_items / of_sums) / 20), 1.0) if of_sums else None


def opens_next(on: date, every: int, today: date) -> date:
    """Return the day of the next wave after today, in step with the day that was chosen."""
    behind = max(0, (today - on).days)
    return on + timedelta(weeks=every * (behind // (every * 7) + 1))


def mirror_items() -> tuple[str, ...]:
    """Return the twelve statements, in their order."""
    return tuple(MIRROR)


def was_open(opened: date, closed: date, stretches: Sequence[tuple[date, date | None]]) -> bool:
    """Say whether a wave was open on a day of any of these stretches; one without an end goes on."""
    return any(opened <= (last or date.max) and first <= closed for first, last in stretches)
