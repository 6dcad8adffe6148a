"""A GitLab on this machine: the lists of its REST, in pages, with its limits and troubles, and what its webhooks send."""

import random
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.stubs._server import Handler, Node, Served

TOKEN = "right"
START = datetime(2024, 1, 8, 9, tzinfo=UTC)
NOW = datetime(2024, 6, 3, 12, tzinfo=UTC)
CAST = [("Ada Lovelace", "ada"), ("Ben Blau", "ben"), ("Chi Chen", "chi"), ("Dee", "dee")]
GHOST: Node = {"id": 9, "username": "ghost", "name": "Ghost User"}
_THINGS = ("merge_requests", "issues")
_NUMBER = 77


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


class History:
    """What happened in quay/cranes/tower until NOW, made up from a seed."""

    def __init__(self, *, merges: int = 12, issues: int = 6, releases: int = 2, seed: int = 7):
        self._chance = random.Random(seed)
        self.people = [
            {"id": 50 + n, "username": login, "name": name} for n, (name, login) in enumerate(CAST)
        ]
        self.parts: dict[str, list[Node]] = {part: [] for part in (*_THINGS, "events", "releases")}
        self.asked: dict[int, list[Node]] = {}
        self._last = 0
        kinds = ["merge_requests"] * merges + ["issues"] * issues
        self._chance.shuffle(kinds)
        for n, kind in enumerate(kinds):
            self._thing(kind, START + timedelta(hours=5 * n, milliseconds=n))
        for n in range(releases):
            at = stamp(START + timedelta(days=3 * n + 1))
            self.parts["releases"].append({"tag_name": f"v{n}", "released_at": at, "author": self._one(), "upcoming_release": False})  # fmt: skip

    def _one(self) -> Node:
        return self._chance.choice(self.people)

    def _id(self) -> int:
        self._last += 1
        return self._last

    def say(self, part: str, node: Node, by: Node, at: datetime, *, kind: str | None = None) -> Node:
        """Let somebody say something on a thing, or, as kind "approved", approve it."""
        where = {"merge_requests": "MergeRequest", "issues": "Issue"}[part]
        event = {"id": self._id(), "author": by, "created_at": stamp(at), "project_id": _NUMBER}
        if kind == "approved":
            event |= {"action_name": "approved", "target_type": where, "target_iid": node["iid"]}
        else:
            note = {"id": self._id(), "type": kind, "body": "…", "author": by, "system": False, "noteable_type": where, "noteable_iid": node["iid"], "created_at": stamp(at)}  # fmt: skip
            event |= {"action_name": "commented on", "target_type": kind or "Note", "target_iid": note["id"], "note": note}  # fmt: skip
        self.parts["events"].append(event)
        node["updated_at"] = max(node["updated_at"], stamp(at))
        return event

    def _thing(self, part: str, at: datetime) -> None:
        odds, author = self._chance.random, self._one()
        node: Node = {
            "iid": len(self.parts[part]) + 1,
            "title": "…",
            "author": GHOST if odds() < 0.05 else author,
            "created_at": stamp(at),
            "updated_at": stamp(at),
            "closed_at": None,
            "closed_by": None,
            "assignees": [self._one()] if odds() < 0.5 else [],
        }
        self.parts[part].append(node)
        last = self._merge(node, at) if part == "merge_requests" else self._issue(node, at)
        node["updated_at"] = max(node["updated_at"], stamp(last))
        pushed = {"id": self._id(), "author": author, "created_at": stamp(at), "action_name": "pushed to", "target_type": None}  # fmt: skip
        self.parts["events"].append(pushed)

    def _later(self, at: datetime) -> datetime:
        return at + timedelta(minutes=1 + self._chance.randrange(400))

    def _merge(self, node: Node, at: datetime) -> datetime:
        odds = self._chance.random
        node |= {"reviewers": [], "merged_at": None, "merge_user": None}
        reviewer = self._chance.choice([p for p in self.people if p is not node["author"]])
        if odds() < 0.7:
            at = self._later(at)
            node["reviewers"] = [reviewer]
            self.asked[node["iid"]] = [{"user": reviewer, "state": "unreviewed", "created_at": stamp(at)}]
        for kind in self._chance.sample([None, None, "DiffNote", "DiffNote", "DiscussionNote", "approved"], self._chance.randrange(5)):  # fmt: skip
            at = self._later(at)
            by = reviewer if kind in ("approved", "DiffNote") else self._one()
            self.say("merge_requests", node, by, at, kind=kind)
        at = self._later(at)
        if odds() < 0.8:
            node |= {"merged_at": stamp(at), "merge_user": self._one(), "state": "merged"}
        elif odds() < 0.6:
            node |= {"closed_at": stamp(at), "closed_by": self._one(), "state": "closed"}
        return at

    def _issue(self, node: Node, at: datetime) -> datetime:
        for _ in range(self._chance.randrange(3)):
            at = self._later(at)
            self.say("issues", node, self._one(), at)
        if self._chance.random() < 0.7:
            at = self._later(at)
            moved = {"moved_to_id": 5} if self._chance.random() < 0.2 else {}
            node |= {"closed_at": stamp(at), "closed_by": self._one(), "state": "closed", **moved}
        return at


def delivery(kind: str = "issue", project: str = "quay/cranes/tower") -> Node:
    """Return what a webhook sends, as far as anybody looks."""
    return {"object_kind": kind, "project": {"id": _NUMBER, "path_with_namespace": project}}


class Stub(Served):
    """The server."""

    def __init__(self, history: History) -> None:
        self.handler = _Handler
        super().__init__()
        self.history, self.now = history, NOW
        self.closed_parts: set[str] = set()
        self.project: Node = {"id": _NUMBER, "path_with_namespace": "quay/cranes/tower", "created_at": stamp(START)}  # fmt: skip
        self.most = 100  # things on a page, whatever was asked for

    @property
    def address(self) -> str:
        return f"{self.root}/quay/cranes/tower"

    def listed(self, part: str, asked: dict[str, str], numbers: Iterable[int]) -> list[Node]:
        """Return what a list has, in the order in which it was asked for."""
        nodes = self.history.parts[part]
        if part == "events":
            kept = [
                n for n in nodes if asked.get("after", "") < n["created_at"][:10] < asked.get("before", "9")
            ]
            return sorted(kept, key=_by("created_at"))
        if part == "releases":
            return sorted(nodes, key=_by("released_at"), reverse=True)
        some = set(numbers)
        kept = [n for n in nodes if not some or n["iid"] in some]
        if since := asked.get("updated_after"):
            wanted = datetime.fromisoformat(since)
            kept = [n for n in kept if datetime.fromisoformat(n["updated_at"]) >= wanted]
        return sorted(kept, key=_by("updated_at"))


def _by(name: str) -> Callable[[Node], Any]:
    return lambda node: (node[name], node.get("iid", 0))


class _Handler(Handler):
    def authorised(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.served.now, usegmt=True)

    def do_GET(self) -> None:
        self.served.asked.append(self.path)
        if self.troubled():
            return
        url = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
        found = re.fullmatch(r"/api/v4/projects/([^/]+)(?:/(\w+))?(?:/(\d+)/reviewers)?", url.path)
        path = self.served.project["path_with_namespace"]
        if not found or unquote(found[1]).casefold() not in (path, str(_NUMBER)):
            self.say({"message": "404 Project Not Found"}, status=404)
        elif found[2] in self.served.closed_parts:
            self.say({"message": "403 Forbidden"}, status=403)
        elif found[3]:
            self.say(self.served.history.asked.get(int(found[3]), []))
        elif found[2]:
            numbers = [int(n) for n in parse_qs(url.query).get("iids[]", ())]
            self._page(self.served.listed(found[2], asked, numbers), asked, url.path)
        else:
            self.say(self.served.project)

    def _page(self, nodes: list[Node], asked: dict[str, str], path: str) -> None:
        size, number = min(int(asked.get("per_page", 20)), self.served.most), int(asked.get("page", 1))
        headers = {"X-Total": str(len(nodes)), "RateLimit-Remaining": "400", "RateLimit-Reset": "0"}
        if number * size < len(nodes):
            headers["Link"] = f'<{self.served.root}{path}?page={number + 1}>; rel="next"'
        self.say(nodes[(number - 1) * size : number * size], headers)
