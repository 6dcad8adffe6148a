"""How the server's log is written: never with the message of an error, which may quote a name."""

import logging
from types import TracebackType

from followspot.errors import in_short

type _Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Nameless(logging.Formatter):
    """Writes what kind of error it was and where it came from."""

    def formatException(self, ei: _Caught) -> str:
        return in_short(ei[1]) if ei[1] else ""
