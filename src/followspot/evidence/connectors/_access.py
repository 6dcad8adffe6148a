"""What a token turned out to open, and asking just once, while somebody waits for the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from followspot.errors import BadInput
from followspot.evidence.connectors._http import Paused


@contextmanager
def just_once(service: str) -> Iterator[None]:
    """Say it at once, where a service wants to be left alone for a while."""
    try:
        yield
    except Paused as pause:
        raise BadInput(
            f"{service} lets itself be asked again at {pause.until:%H:%M} UTC. Try again then."
        ) from None


def sentence(name: str, opens: Sequence[str], lacks: Sequence[str], needs: str) -> str:
    """Return what a token opens, and, where it lacks something, what it needs."""
    said = f"The token opens {name}: {_and(opens)}."
    return f"{said} It may not read {_and(lacks)}. {needs}" if lacks else said


def _and(some: Sequence[str]) -> str:
    return " and ".join(", ".join(some).rsplit(", ", 1))
