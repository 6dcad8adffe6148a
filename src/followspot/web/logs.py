"""How the server's log is written: never with the message of an error, which may quote a name, nor with what opens a door."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from types import TracebackType

import structlog

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


class Lines(Nameless):
    """Writes a line of JSON, for whatever gathers logs."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        said = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": self.formatMessage(record),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said)


def begin(*, level: str, as_json: bool) -> None:
    """Let our own lines be written in the same way as those of the libraries.

    level : the least that is written, such as WARNING; as_json : a line of JSON each, and else words for people.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
