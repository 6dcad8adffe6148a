"""How the server's log is written: never with the message of an error, which may quote a name, nor with what opens a door."""

import logging
import re
from types import TracebackType

from followspot.errors import in_short

type _Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# A part of an address that is long enough to be a secret: of a calendar, of an invitation, of an answer to a pulse.
_OPENS = re.compile(r"(?<=/)[\w.:=-]{16,}")


class Nameless(logging.Formatter):
    """Writes what kind of error it was and where it came from."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _OPENS.sub("…", super().formatMessage(record))

    def formatException(self, ei: _Caught) -> str:
        return in_short(ei[1]) if ei[1] else ""
