"""What a connector is, and the list of those present.

A connector turns one kind of source into batches of events. It knows neither database nor team.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from followspot.language import say

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
    more: this was a piece, and the next run goes on at once; or at `resume_at`, if the source wants to be left alone.
    """

    cursor: dict[str, Any]
    aliases: dict[str, str] = field(default_factory=dict)
    replaces: bool = False
    notes: tuple[str, ...] = ()
    more: bool = False
    resume_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Harvest:
    """One run: read all batches (in `event.SCHEMA`), then ask for the finish."""

    batches: Iterator[pa.RecordBatch]
    finish: Callable[[], Finish]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a person fills in to connect a service."""

    name: str
    label: str
    help: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Access:
    """What a token turned out to open: the address as the service writes it, a title, and what may be read."""

    address: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Hook:
    """How a service tells by itself what has happened, the moment that it happens.

    id_headers : which headers name one delivery, the first that is there; kind_header : which its kind, or "".
    hello : the kind that only says hello, or "".
    genuine : (headers, body, secret) -> whether the service sent it; takes as long whatever is wrong.
    told : (kind, payload, address) -> events as `_rows.Row`, with the keys under which reading would bring them; None
        where it only says that there is something new, which then is read.
    steps : what to do over there, in the service's own words; {address} and {secret} are filled in.
    """

    id_headers: tuple[str, ...]
    kind_header: str
    hello: str
    genuine: Callable[[Mapping[str, str], bytes, str], bool]
    told: Callable[[str, Any, str], Sequence[tuple[Any, ...]] | None]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remote:
    """What a connector promises besides, that asks a service over HTTP with a token, again every hour.

    Its readings come in pieces that are small enough to be held in memory, and may bring the same event twice.

    fields : what a person gives; token : what to say of the token, with the rights that it needs.
    address : those fields, by name, as one address: the source's path. Raises BadInput.
    check : (address, token) -> Access, by one small request. Raises BadInput that says what the token lacks.
    complete : cursor -> whether all of the past has been read.
    promise : what is asked for there, and what isn't.
    """

    fields: tuple[Asked, ...]
    token: Asked
    address: Callable[[Mapping[str, str]], str]
    check: Callable[[str, str], Access]
    complete: Callable[[dict[str, Any]], bool]
    hook: Hook | None = None
    promise: str = say("Neither titles nor texts are asked for: only what happened, when, and who did it.")


@dataclass(frozen=True, slots=True)
class Connector:
    """The promise: a name, what it can write into the log, and how it reads a path.

    read : called with the path, and by keyword with the last run's `cursor` (None at first), with `tell`,
        and with the source's own settings; with `token` if `remote`. Raises BadInput at once, or while the
        batches are read.
    """

    slug: str
    title: str
    emits: frozenset[str]
    read: Callable[..., Harvest]
    remote: Remote | None = None


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
