"""One round through all parts of a service after the other, from wherever the last reading stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

type Cursor = dict[str, Any]
type Nodes = tuple[dict[str, Any], ...]

_FRESH: Cursor = {"part": 0, "done": 0, "total": 0, "counted": [], "refused": []}


class Closed(Exception):
    """The token may not read this part."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some things of one part, and the cursor that holds once they are kept."""

    part: str
    nodes: Nodes
    cursor: Cursor


def rounds(
    cursor: Cursor, called: Mapping[str, str], read: Callable[[str, Cursor], tuple[Nodes, Cursor, bool]]
) -> Iterator[Page]:
    """Yield page after page until the round is over; the last page's cursor begins the next one.

    called : the parts in their order, each with what a person calls it, for one that the token may not read.
    read : (part, cursor) -> what the next page has, the cursor behind it, and whether it was the part's last.
    """
    at: Cursor = {"under_way": False, "whole": False, **_FRESH, **cursor}
    if not at["under_way"]:
        at |= {"under_way": True, **_FRESH}
    parts = tuple(called)
    while at["part"] < len(parts):
        part = parts[at["part"]]
        try:
            nodes, at, over = read(part, at)
        except Closed:
            nodes, at, over = (), {**at, "refused": [*at["refused"], called[part]]}, True
        if over:
            at = {**at, "part": at["part"] + 1}
        if at["part"] == len(parts):
            at = {**at, "under_way": False, "whole": True}
        yield Page(part, nodes, at)


def counted(at: Cursor, part: str, done: int, total: int) -> Cursor:
    """Return a cursor that knows of so many things more, and of how many there are in a part that was just begun."""
    at = {**at, "done": at["done"] + done}
    if part not in at["counted"]:
        at |= {"counted": [*at["counted"], part], "total": at["total"] + total}
    return at
