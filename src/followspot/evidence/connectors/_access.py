"""What a token turned out to open, and asking just once, while somebody waits for the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from followspot.errors import BadInput
from followspot.evidence.connectors._http import Paused
from followspot.language import all_of, say, together


@contextmanager
def just_once(service: str) -> Iterator[None]:
    """Say it at once, where a service wants to be left alone for a while."""
    try:
        yield
    except Paused as pause:
        raise BadInput(
            say(
                "{service} lets itself be asked again at {time:%H:%M} UTC. Try again then.",
                service=service,
                time=pause.until,
            )
        ) from None


def sentence(name: str, opens: Sequence[str], lacks: Sequence[str], needs: str) -> str:
    """Return what a token opens, and, where it lacks something, what it needs."""
    said = say("The token opens {name}: {parts}.", name=name, parts=all_of(opens))
    if not lacks:
        return said
    return together([said, say("It may not read {parts}.", parts=all_of(lacks)), needs])
