"""What happened at Jira as events: asked for, given to somebody, spoken of, done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from followspot.evidence.connectors._rows import Row, row
from followspot.evidence.connectors._things import GONE, Somebody

type Node = Mapping[str, Any]


@dataclass(slots=True)
class Reader:
    """Turns items into events. done : whether a state, by its number, means done; None where it is not known any more."""

    host: str
    done: Callable[[str], bool | None]
    aliases: dict[str, str] = field(default_factory=dict)

    def events(self, nodes: Iterable[Node]) -> list[Row]:
        """Return the events of a page. What Jira leaves out is left out."""
        return [row for node in nodes for row in self._item(node)]

    def _who(self, user: object) -> Somebody:
        if not isinstance(user, dict):
            return GONE
        number = next((str(user[n]) for n in ("accountId", "key", "name") if user.get(n)), "")
        who = self._called(number, user.get("displayName"), bot=user.get("accountType") == "app")
        mail = str(user.get("emailAddress") or "").strip(" <>")
        if who.id and "@" in mail:
            self.aliases[f"<{mail}>"] = who.identity
        return who

    def _called(self, number: str, name: object, *, bot: bool = False) -> Somebody:
        """Return an account as one identity: a name as changes are signed with, so that it is joined with those."""
        if not number:
            return GONE
        called = " ".join(str(name or "").replace("<", "").replace(">", "").split()) or number
        return Somebody(f"{called}{' [bot]' if bot else ''} <{number}@{self.host}>", number)

    def _item(self, node: Node) -> Iterator[Row]:
        fields, number = node["fields"], node.get("id")
        if not (number and fields.get("created")):
            return
        opener = self._who(fields.get("creator") or fields.get("reporter"))
        item = _Item(f"item:{self.host}#{number}", f"i{number}", _about(fields))
        moves = sorted(_moves(node), key=lambda move: _moment(move.at))
        now = self._who(fields.get("assignee"))
        gifts = [move for move in moves if move.field == "assignee"]
        first = self._called(*gifts[0].was) if gifts else now
        yield item.row(
            fields["created"], "item.opened", opener, "opened", to=first if first.id != opener.id else GONE
        )
        given = [(move, self._called(*move.now)) for move in gifts if move.now[0]]
        for move, whom in given:
            yield item.row(move.at, "item.given", self._who(move.by), f"given:{move.key}", to=whom)
        yield from self._done(item, fields, moves, first, now)
        for said in sorted(node["comments"], key=lambda said: _moment(said.get("created"))):
            if said.get("id") and said.get("created"):
                by, at = self._who(said.get("author")), said["created"]
                asked = [m.key for m, whom in given if whom.id == by.id and _moment(m.at) <= _moment(at)]
                yield item.row(
                    at,
                    "comment.written",
                    by,
                    said["id"],
                    mark="c",
                    to=opener if opener.id != by.id else GONE,
                    invited_by=f"i{number}:given:{asked[-1]}" if asked and by.id != opener.id else None,
                )

    def _done(
        self, item: _Item, fields: Node, moves: Iterable[_Move], first: Somebody, now: Somebody
    ) -> Iterator[Row]:
        """Yield that it was done, for the first time: whose it was then, or, if nobody's, of who said so."""
        whose = first
        for move in moves:
            if move.field == "assignee":
                whose = self._called(*move.now)
            elif self.done(move.now[0]):
                yield item.row(move.at, "item.done", whose if whose.id else self._who(move.by), "done")
                return
        state = fields.get("status")
        kind = state.get("statusCategory") if isinstance(state, dict) else None
        if isinstance(kind, dict) and kind.get("key") == "done" and fields.get("resolutiondate"):
            yield item.row(fields["resolutiondate"], "item.done", now, "done")  # its state then is no more


@dataclass(frozen=True, slots=True)
class _Move:
    """One change of an item. was, now : number and name of the state, or of whose it is."""

    at: str
    field: str
    by: Any
    key: str
    was: tuple[str, object]
    now: tuple[str, object]


def _moves(node: Node) -> Iterator[_Move]:
    """Yield what changed of whose an item is, and of its state."""
    for history in node["histories"]:
        at, number, items = history.get("created"), history.get("id"), history.get("items")
        if not (at and number and isinstance(items, list)):
            continue
        for it in items:
            if isinstance(it, dict) and it.get("field") in ("assignee", "status"):
                was, now = ((str(it.get(n) or ""), it.get(f"{n}String")) for n in ("from", "to"))
                yield _Move(str(at), str(it["field"]), history.get("author"), str(number), was, now)


def _moment(text: object) -> datetime:
    """Return when that was: two moments may be written on two clocks."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _about(fields: Node) -> tuple[str, ...]:
    """Return the queue, the type and the components of an item."""
    queue, kind = fields.get("project"), fields.get("issuetype")
    parts = fields.get("components")
    found = [("queue", queue, "key"), ("type", kind, "name")]
    found += [("component", part, "name") for part in (parts if isinstance(parts, list) else ())]
    return tuple(f"{mark}:{it[name]}" for mark, it, name in found if isinstance(it, dict) and it.get(name))


@dataclass(frozen=True, slots=True)
class _Item:
    thing: str
    key: str
    about: tuple[str, ...]

    def row(
        self,
        at: str,
        activity: str,
        by: Somebody,
        key: object,
        *,
        mark: str = "",
        to: Somebody = GONE,
        invited_by: str | None = None,
    ) -> Row:
        whom = (to.identity,) if to.id else ()
        key = f"{mark}{key}" if mark else f"{self.key}:{key}"
        return row(
            at, activity, by.identity, self.thing, key, about=self.about, to=whom, invited_by=invited_by
        )
