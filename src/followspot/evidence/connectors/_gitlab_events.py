"""What happened at GitLab as events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from followspot.evidence.connectors._rows import Row
from followspot.evidence.connectors._things import ANYBODY, GONE, Item, Pull, Somebody, published

type Node = Mapping[str, Any]

_GHOST = re.compile(r"ghost\d*")  # who stands in for everybody whose account is gone


@dataclass(slots=True)
class Reader:
    """Turns the things of one project into events, and remembers as whom its people sign changes."""

    project: str
    host: str
    aliases: dict[str, str] = field(default_factory=dict)
    _known: dict[str, Somebody] = field(default_factory=dict)

    def events(self, part: str, nodes: Iterable[Node]) -> list[Row]:
        """Return the events of a page, of one part. What GitLab leaves out is left out."""
        way = {
            "merge_requests": self._pull,
            "issues": self._item,
            "events": self._said,
            "releases": self._release,
        }[part]
        return [row for node in nodes for row in way(node)]

    def _who(self, user: object) -> Somebody:
        if not isinstance(user, dict) or not user.get("username") or not user.get("id"):
            return GONE
        login, number = str(user["username"]), str(user["id"])
        if number not in self._known:
            self._known[number] = GONE if _GHOST.fullmatch(login) else Somebody(login, number)
            if self._known[number].id:
                name = " ".join(re.sub(r"[<>]", "", str(user.get("name") or "")).split()) or login
                self.aliases[login] = f"{name} <{number}-{login}@users.noreply.{self.host}>"
        return self._known[number]

    def _pull(self, node: Node) -> Iterator[Row]:
        if not (node.get("iid") and node.get("created_at")):
            return
        pull = Pull(self.project, node["iid"], self._who(node.get("author")))
        yield pull.opened(node["created_at"])
        asked = node.get("asked") or [{"user": user} for user in node.get("reviewers") or ()]
        for ask in asked:
            whom = self._who(ask.get("user"))
            if whom.id:
                yield pull.asked(ask.get("created_at") or node["created_at"], GONE, whom)
        if node.get("merged_at"):
            yield from pull.merged(
                node["merged_at"], self._who(node.get("merge_user") or node.get("merged_by"))
            )
        elif node.get("closed_at"):
            yield pull.closed(node["closed_at"], self._who(node.get("closed_by")))

    def _item(self, node: Node) -> Iterator[Row]:
        if not (node.get("iid") and node.get("created_at")):
            return
        item = Item(self.project, node["iid"], self._who(node.get("author")))
        yield item.opened(node["created_at"])
        elsewhere = node.get("moved_to_id") or (node.get("_links") or {}).get("closed_as_duplicate_of")
        if node.get("closed_at") and not elsewhere:
            whose = next(iter(node.get("assignees") or ()), None) or node.get("closed_by")
            yield item.done(node["closed_at"], self._who(whose))

    def _release(self, node: Node) -> Iterator[Row]:
        at, tag = node.get("released_at"), node.get("tag_name")
        if at and tag and not node.get("upcoming_release"):
            yield published(self.project, tag, at, self._who(node.get("author")))

    def _said(self, node: Node) -> Iterator[Row]:
        """Yield what somebody said or approved."""
        number, author = node["number"], self._who(node["whose"])
        at, by, note = node["created_at"], self._who(node.get("author")), node.get("note") or {}
        if node["part"] == "issues":
            yield Item(self.project, number, author).commented(at, by, note["id"])
            return
        pull = Pull(self.project, number, author)
        if not note:
            yield pull.reviewed(at, by, f"{number}:approved:{by.id}", ANYBODY)
        elif note.get("type") == "DiffNote" and by != author:
            # What somebody says to single lines on one day is one review: GitLab keeps no other mark of it.
            yield pull.reviewed(at, by, f"{number}:{at[:10]}:{by.id}", ANYBODY)
        else:
            yield pull.commented(at, by, note["id"], ANYBODY)
