"""What a connector is, and the list of those present.

A connector turns one kind of source into batches of events. It knows neither database nor team.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

# Called now and then with (done, total) so that whoever waits can see how far it is.
type Tell = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Finish:
    """What is known once the last batch has been read.

    cursor: JSON to hand to the next run, so that it reads only what is new.
    aliases: identity as written -> the identity that the source itself says is the same person.
    replaces: the source's past was rewritten; these batches stand in place of all earlier ones.
    notes: plain sentences that a person should see (a shallow clone, impossible dates, ...).
    """

    cursor: dict[str, Any]
    aliases: dict[str, str] = field(default_factory=dict)
    replaces: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Harvest:
    """One run: read all batches (in `event.SCHEMA`), then ask for the finish."""

    batches: Iterator[pa.RecordBatch]
    finish: Callable[[], Finish]


@dataclass(frozen=True, slots=True)
class Connector:
    """The promise: a name, what it can write into the log, and how it reads a path.

    read : called with the path, and by keyword with the last run's `cursor` (None at first), with `tell`,
        and with the source's own settings. Raises BadInput at once, or while the batches are read.
    """

    slug: str
    title: str
    emits: frozenset[str]
    read: Callable[..., Harvest]


def title_of(path: Path) -> str:
    """Return what a person would call a source by its path."""
    resolved = path.expanduser().resolve()
    named = resolved.parent if resolved.name in {".git", "repo"} else resolved
    return named.name.removesuffix(".git")


@functools.cache
def connectors() -> dict[str, Connector]:
    """All connectors on the shelf, by slug."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            connector = importlib.import_module(f"{__name__}.{module.name}").connector
            found[connector.slug] = connector
    return found
