"""What a step-away has to be, before anything is counted."""

from collections.abc import Sequence
from datetime import date

from followspot.errors import Refused
from followspot.roles import KEEPER, LEADER, MEMBER, Table

MARGINS = (0.1, 0.15, 0.2, 0.3)
USUAL_MARGIN = 0.2
PROVISIONAL_DAYS = 7  # after the return, while catch-up still comes in

SEES: Table = {"a step-away, and its report": frozenset({LEADER, MEMBER, KEEPER})}
MAY: Table = {"plan": frozenset({LEADER, KEEPER}), "withdraw": frozenset({LEADER, KEEPER})}

type Stretch = tuple[date, date | None]


def check_stretch(begins: date, ends: date | None, *, others: Sequence[Stretch]) -> None:
    """Refuse days out of order, and days that another step-away of the same leader already has."""
    if ends is not None and ends < begins:
        raise Refused("The last day away is before the first.")
    for other in others:
        if overlap((begins, ends), other):
            raise Refused(f"These days overlap with the step-away that begins on {other[0]:%-d %B %Y}.")


def overlap(one: Stretch, other: Stretch) -> bool:
    """Say whether two stretches share a day; one without an end is for good."""
    return one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)


def check_margin(margin: float) -> None:
    """Refuse a margin that could never be settled, or that would call anything held."""
    if not 0.05 <= margin <= 0.5:
        raise Refused("Choose a margin between 5 % and 50 %.")


def declared_before(begins: date, declared_on: date) -> bool:
    """Say whether the margin was declared before anybody could look."""
    return declared_on <= begins


def is_over(ends: date | None, today: date) -> bool:
    """Say whether a step-away may be read: after its last day, or, for good, at any time."""
    return ends is None or today > ends


def is_provisional(ends: date | None, today: date) -> bool:
    """Say whether the reading may still change because the return is less than a week ago."""
    return ends is not None and (today - ends).days <= PROVISIONAL_DAYS
