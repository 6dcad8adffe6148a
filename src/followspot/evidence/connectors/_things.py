"""What is opened by somebody, and on which others act: the events of a pull request and of an issue, wherever they are kept."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from followspot.evidence.connectors._rows import Row, row

NOBODY = "nobody"  # whose account is gone, or of whom it isn't said
TEAM = "team"


class Somebody(NamedTuple):
    """Who acted. id : the service's own number, which a change of the login leaves alone; "" for who is gone."""

    identity: str
    id: str


GONE = Somebody(NOBODY, "")


class _Thing:
    kind, mark = "", ""

    def __init__(self, where: str, number: object, author: Somebody) -> None:
        self.author = author
        self._object = f"{self.kind}:{where}#{number}"
        self._about = (f"repository:{where}",)
        self._key = f"{self.mark}{number}"
        self._author = (author.identity,) if author.id else ()

    def _row(
        self, at: str, activity: str, by: str, key: str, to: Sequence[str] = (), invited_by: str | None = None
    ) -> Row:
        return (at, activity, by, self._object, self._about, to, None, None, invited_by, key)

    def _to_author(self, by: Somebody) -> tuple[str, ...]:
        return () if by == self.author else self._author


class Pull(_Thing):
    """The events of one pull request."""

    kind, mark = "pull", "p"

    def opened(self, at: str) -> Row:
        return self._row(at, "pull.opened", self.author.identity, f"{self._key}:opened")

    def asked(self, at: str, by: Somebody, reviewer: Somebody) -> Row:
        """Whoever is asked twice was asked once; of a team nobody is addressed by name."""
        to = (reviewer.identity,) if reviewer.id else ()
        return self._row(at, "review.asked", by.identity, self._ask(reviewer.id or TEAM), to)

    def _ask(self, whom: str) -> str:
        return f"{self._key}:asked:{whom}"

    def _invited(self, by: Somebody, asked: Container[str]) -> str | None:
        """Return the asking that somebody may answer: of themselves, or of a team."""
        mine, team = by.id and by.id in asked, TEAM in asked
        if mine:
            return f"{self._ask(by.id)} {self._ask(TEAM)}" if team else self._ask(by.id)
        return self._ask(TEAM) if team else None

    def reviewed(self, at: str, by: Somebody, number: object, asked: Container[str]) -> Row:
        """Return a review, or, of what the author says there to the others, a comment."""
        if by == self.author:
            return self._row(at, "comment.written", by.identity, f"r{number}")
        invited = self._invited(by, asked) if asked else None
        return self._row(at, "review.given", by.identity, f"r{number}", self._author, invited)

    def commented(self, at: str, by: Somebody, number: object, asked: Container[str]) -> Row:
        invited = self._invited(by, asked) if asked and by != self.author else None
        return self._row(at, "comment.written", by.identity, f"c{number}", self._to_author(by), invited)

    def merged(self, at: str, by: Somebody) -> tuple[Row, Row]:
        return (
            self._row(at, "pull.merged", self.author.identity, f"{self._key}:merged"),
            self._row(at, "pull.accepted", by.identity, f"{self._key}:accepted", self._to_author(by)),
        )

    def closed(self, at: str, by: Somebody) -> Row:
        return self._row(at, "pull.closed", by.identity, f"{self._key}:closed", self._to_author(by))


class Item(_Thing):
    """The events of one issue."""

    kind, mark = "item", "i"

    def opened(self, at: str) -> Row:
        return self._row(at, "item.opened", self.author.identity, f"{self._key}:opened")

    def commented(self, at: str, by: Somebody, number: object) -> Row:
        return self._row(at, "comment.written", by.identity, f"c{number}", self._to_author(by))

    def done(self, at: str, by: Somebody) -> Row:
        """Finished, for the first time; whose work it was is the one it was given to, or who closed it."""
        return self._row(at, "item.done", by.identity, f"{self._key}:done")


class _Anybody:
    def __contains__(self, whom: object) -> bool:
        return True


ANYBODY = _Anybody()  # where it isn't known who was asked, the log says later who was


def published(where: str, number: object, at: str, by: Somebody) -> Row:
    """Return a release."""
    about = (f"repository:{where}",)
    return row(at, "release.published", by.identity, f"release:{where}#{number}", f"rel{number}", about=about)
