"""A GitHub on this machine: its GraphQL, a page of its REST, its limits, its troubles, and what its webhooks send.

`python -m tests.stubs.github --pulls 1000 --issues 300` serves a made-up repository quay/tower until it is stopped.
"""

import argparse
import json
import random
import sys
import time
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.stubs._server import Handler, Node, Served

TOKEN = "right"
START = datetime(2020, 1, 6, 9, tzinfo=UTC)
CAST = [("Ada Lovelace", "ada"), ("Ben Blau", "ben"), ("Chi Chen", "chi"), ("Dee", "dee")]
PARTS = ("pullRequests", "issues", "releases")


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


class History:
    """What happened in quay/tower, made up from a seed; each thing under the rank of its last change."""

    def __init__(
        self, *, pulls: int = 12, issues: int = 6, releases: int = 2, people: int = 4, seed: int = 7
    ):
        self._chance = random.Random(seed)
        names = CAST + [(f"Person {n}", f"person{n}") for n in range(4, people)]
        self._people = [_user(name, login, 100 + n) for n, (name, login) in enumerate(names)]
        self._bot = {"__typename": "Bot", "login": "renovate", "databaseId": 99}
        self._next = {"id": 3_000_000_000, "number": 0}  # numbers larger than 32 bits, as GitHub's are
        self.rank = 0
        self.parts: dict[str, list[tuple[int, Node]]] = {part: [] for part in PARTS}
        kinds = ["pullRequests"] * pulls + ["issues"] * issues + ["releases"] * releases
        self._chance.shuffle(kinds)
        make = {"pullRequests": self._pull, "issues": self._issue, "releases": self._release}
        for n, kind in enumerate(kinds):
            self.add(kind, make[kind](START + timedelta(hours=3 * n)))

    def add(self, part: str, node: Node) -> Node:
        self.rank += 1
        self.parts[part].append((self.rank, node))
        return node

    def again(self, part: str, node: Node) -> None:
        """Move a thing to the end: it has just changed."""
        self.parts[part] = [pair for pair in self.parts[part] if pair[1] is not node]
        self.add(part, node)

    def comment(self, part: str, node: Node, by: int = 0) -> Node:
        """Let somebody say one thing more."""
        last = node["timelineItems"]["nodes"][-1:] or [{"createdAt": node["createdAt"]}]
        at = datetime.fromisoformat(last[0].get("createdAt") or last[0]["submittedAt"]) + timedelta(minutes=5)
        said = self._said(at, self._people[by])
        node["timelineItems"]["nodes"].append(said)
        self.again(part, node)
        return said

    def _id(self, what: str = "id") -> int:
        self._next[what] += 1
        return self._next[what]

    def _somebody(self, but: Node | None = None) -> Node:
        return self._chance.choice([p for p in self._people[:20] if p is not but])

    def _said(self, at: datetime, by: Node | None) -> Node:
        return {
            "__typename": "IssueComment",
            "fullDatabaseId": str(self._id()),
            "createdAt": stamp(at),
            "author": by,
        }

    def _pull(self, at: datetime) -> Node:
        number, odds = self._id("number"), self._chance.random
        author = self._bot if odds() < 0.1 else None if odds() < 0.02 else self._chance.choice(self._people)
        reviewer, merger = self._somebody(author), self._somebody()
        items = []

        def later(minutes: int) -> datetime:
            nonlocal at
            at += timedelta(minutes=1 + self._chance.randrange(minutes))
            return at

        begun = at
        if odds() < 0.7:
            whom = {"__typename": "Team", "slug": "night"} if odds() < 0.2 else reviewer
            items.append({"__typename": "ReviewRequestedEvent", "createdAt": stamp(later(9)), "actor": author, "requestedReviewer": whom})  # fmt: skip
        for _ in range(self._chance.randrange(3)):
            items.append(self._said(later(300), self._somebody()))
        for by in [reviewer, author, reviewer][: self._chance.randrange(4)]:
            items.append({"__typename": "PullRequestReview", "fullDatabaseId": str(self._id()), "submittedAt": stamp(later(600)), "author": by})  # fmt: skip
        merged, closed = odds() < 0.8, False
        if merged or odds() < 0.5:
            closed = True
            items.append({"__typename": "ClosedEvent", "createdAt": stamp(later(600)), "actor": merger})
        return {
            "id": f"PR_{number}",
            "number": number,
            "createdAt": stamp(begun),
            "mergedAt": stamp(at) if merged and closed else None,
            "author": author,
            "mergedBy": merger if merged and closed else None,
            "timelineItems": {"nodes": items},
        }

    def _issue(self, at: datetime) -> Node:
        number, author = self._id("number"), self._somebody()
        items = [
            self._said(at + timedelta(hours=1 + n), self._somebody())
            for n in range(self._chance.randrange(4))
        ]
        if self._chance.random() < 0.6:
            why = self._chance.choice(["COMPLETED", "COMPLETED", "NOT_PLANNED", None])
            closed = {"__typename": "ClosedEvent", "createdAt": stamp(at + timedelta(hours=9)), "stateReason": why, "actor": self._somebody()}  # fmt: skip
            items.append(closed)
        given = [self._somebody()] if self._chance.random() < 0.5 else []
        return {
            "id": f"I_{number}",
            "number": number,
            "createdAt": stamp(at),
            "author": author,
            "assignees": {"nodes": given},
            "timelineItems": {"nodes": items},
        }

    def _release(self, at: datetime) -> Node:
        return {
            "databaseId": self._id(),
            "publishedAt": stamp(at),
            "isDraft": False,
            "author": self._somebody(),
        }


def _user(name: str, login: str, number: int) -> Node:
    return {"__typename": "User", "login": login, "databaseId": number, "name": name}


# What GitHub's webhooks send of the same things, in REST's shape.


def _rest(user: Node | None) -> Node | None:
    if user is None:
        return None
    bot = user["__typename"] == "Bot"
    return {
        "login": user["login"] + ("[bot]" if bot else ""),
        "id": user["databaseId"],
        "type": "Bot" if bot else "User",
    }


def deliveries(history: History, full_name: str = "quay/tower") -> list[tuple[str, Node]]:
    """Return (kind, payload) of everything that happened, in the order in which it did."""
    found: list[tuple[str, str, Node]] = []
    for part, told in (("pullRequests", _of_pull), ("issues", _of_issue), ("releases", _of_release)):
        for _, node in history.parts[part]:
            found += told(node)
    where = {"full_name": full_name}
    return [
        (kind, {**payload, "repository": where}) for _, kind, payload in sorted(found, key=lambda f: f[0])
    ]


def _of_pull(node: Node) -> list[tuple[str, str, Node]]:
    author = _rest(node["author"])
    it = {"number": node["number"], "user": author, "created_at": node["createdAt"], "merged_at": None}
    found = [(node["createdAt"], "pull_request", {"action": "opened", "pull_request": it, "sender": author})]
    as_issue = {"number": node["number"], "user": author, "pull_request": {"url": "…"}}
    for item in node["timelineItems"]["nodes"]:
        match item["__typename"]:
            case "ReviewRequestedEvent":
                at, whom = item["createdAt"], item["requestedReviewer"]
                asked = (
                    {"requested_team": {"slug": whom["slug"]}}
                    if whom["__typename"] == "Team"
                    else {"requested_reviewer": _rest(whom)}
                )
                found.append((at, "pull_request", {"action": "review_requested", "pull_request": {**it, "updated_at": at}, "sender": _rest(item["actor"]), **asked}))  # fmt: skip
            case "PullRequestReview":
                at = item["submittedAt"]
                review = {
                    "id": int(item["fullDatabaseId"]),
                    "user": _rest(item["author"]),
                    "submitted_at": at,
                }
                found.append((at, "pull_request_review", {"action": "submitted", "pull_request": it, "review": review}))  # fmt: skip
            case "IssueComment":
                found.append(_comment(item, as_issue))
            case "ClosedEvent":
                at = item["createdAt"]
                ended = {**it, "closed_at": at, "merged_at": node["mergedAt"], "merged_by": _rest(node["mergedBy"])}  # fmt: skip
                found.append((at, "pull_request", {"action": "closed", "pull_request": ended, "sender": _rest(item["actor"])}))  # fmt: skip
    return found


def _comment(item: Node, issue: Node) -> tuple[str, str, Node]:
    at = item["createdAt"]
    said = {"id": int(item["fullDatabaseId"]), "user": _rest(item["author"]), "created_at": at}
    return at, "issue_comment", {"action": "created", "issue": issue, "comment": said}


def _of_issue(node: Node) -> list[tuple[str, str, Node]]:
    given = [_rest(one) for one in node["assignees"]["nodes"]]
    it = {
        "number": node["number"],
        "user": _rest(node["author"]),
        "created_at": node["createdAt"],
        "assignees": given,
    }
    found = [
        (node["createdAt"], "issues", {"action": "opened", "issue": it, "sender": _rest(node["author"])})
    ]
    for item in node["timelineItems"]["nodes"]:
        if item["__typename"] == "IssueComment":
            found.append(_comment(item, it))
        else:
            why = (item["stateReason"] or "completed").lower()
            closed = {**it, "closed_at": item["createdAt"], "state_reason": why}
            found.append((item["createdAt"], "issues", {"action": "closed", "issue": closed, "sender": _rest(item["actor"])}))  # fmt: skip
    return found


def _of_release(node: Node) -> list[tuple[str, str, Node]]:
    it = {
        "id": node["databaseId"],
        "published_at": node["publishedAt"],
        "author": _rest(node["author"]),
        "draft": False,
    }
    return [(node["publishedAt"], "release", {"action": "published", "release": it})]


class Stub(Served):
    """The server."""

    def __init__(self, history: History, *, inside: int = 100, port: int = 0) -> None:
        self.handler = _Handler
        super().__init__(port=port)
        self.history, self.inside = history, inside  # how much of a thing's own history comes with it
        self.closed_parts: set[str] = set()
        self.no_mails = True
        self.earlier = ""  # what the repository was called before
        self.largest = 100
        self.takes = 0.0  # seconds for every page
        self._pages: dict[tuple[Any, ...], bytes] = {}

    @property
    def address(self) -> str:
        return f"{self.root}/quay/tower"

    def prepare(self, first: int) -> None:
        """Render all pages of a length before anybody asks."""
        for part in PARTS:
            after: str | None = None
            while True:
                info = json.loads(self.page(part, first, after))["data"]["repository"][part]["pageInfo"]
                if not info["hasNextPage"]:
                    break
                after = info["endCursor"]

    def page(self, part: str, first: int, after: str | None) -> bytes:
        """Return a page of a part as GitHub would; kept, as long as nothing changes."""
        at = (self.history.rank, part, first, after)
        if at not in self._pages:
            self._pages[at] = self._rendered(part, first, after)
        return self._pages[at]

    def _rendered(self, part: str, first: int, after: str | None) -> bytes:
        pairs = self.history.parts[part]
        since = bisect_right(pairs, int(after or 0), key=lambda pair: pair[0])
        some = pairs[since : since + first]
        more = since + first < len(pairs)
        end = str(some[-1][0]) if some else None
        body = {
            "totalCount": len(pairs),
            "pageInfo": {"hasNextPage": more, "endCursor": end},
            "nodes": [self._begun(node) for _, node in some],
        }
        return json.dumps({"data": {"repository": {part: body}}}).encode()

    def _begun(self, node: Node) -> Node:
        return {**node, "timelineItems": self.items(node, 0)} if "timelineItems" in node else node

    def items(self, node: Node, since: int) -> Node:
        nodes = node["timelineItems"]["nodes"]
        end = since + self.inside
        return {
            "pageInfo": {"hasNextPage": end < len(nodes), "endCursor": str(end)},
            "nodes": nodes[since:end],
        }


class _Handler(Handler):
    def authorised(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.troubled():
            self._graph(asked["query"], asked["variables"])

    def do_GET(self) -> None:
        """One list in REST's way, of five pages."""
        if self.troubled():
            return
        number = int(self.path.rpartition("=")[2]) if "page=" in self.path else 1
        headers = {"ETag": '"1"'}
        if self.headers.get("If-None-Match") == '"1"':
            self.answer(304, b"", headers)
            return
        if number < 5:
            base = f"http://127.0.0.1:{self.served.port}/list?page="
            headers["Link"] = f'<{base}{number + 1}>; rel="next", <{base}5>; rel="last"'
        self.answer(200, json.dumps([number]).encode(), headers)

    def _graph(self, query: str, variables: dict[str, Any]) -> None:
        stub = self.served
        stub.asked.append(variables)
        if "email" in query and stub.no_mails:
            said = "Your token has not been granted the required scopes to execute this query. The 'email' field requires one of the following scopes: ['user:email', 'read:user']"
            self.answer(
                200, json.dumps({"errors": [{"type": "INSUFFICIENT_SCOPES", "message": said}]}).encode()
            )
        elif "id" in variables:
            kind = "pullRequests" if variables["id"].startswith("PR_") else "issues"
            node = next(n for _, n in stub.history.parts[kind] if n["id"] == variables["id"])
            items = stub.items(node, int(variables["after"]))
            self.answer(200, json.dumps({"data": {"node": {"timelineItems": items}}}).encode())
        elif variables["owner"].lower() != "quay" or variables["name"].lower() not in ("tower", stub.earlier):
            said = {
                "type": "NOT_FOUND",
                "path": ["repository"],
                "message": "Could not resolve to a Repository",
            }
            self.answer(200, json.dumps({"data": {"repository": None}, "errors": [said]}).encode())
        elif "first" not in variables:
            self._check()
        else:
            self._part(next(p for p in PARTS if f"{p}(first" in query), variables)

    def _part(self, part: str, variables: dict[str, Any]) -> None:
        stub = self.served
        if part in stub.closed_parts:
            said = {"type": "FORBIDDEN", "path": ["repository", part], "message": "Resource not accessible by personal access token"}  # fmt: skip
            self.answer(200, json.dumps({"data": {"repository": {part: None}}, "errors": [said]}).encode())
        elif variables["first"] > stub.largest:
            self.answer(502, b"{}")
        else:
            time.sleep(stub.takes)
            left = {"X-RateLimit-Remaining": "4000", "X-RateLimit-Reset": str(int(time.time()) + 900)}
            self.answer(200, stub.page(part, variables["first"], variables["after"]), left)

    def _check(self) -> None:
        stub = self.served
        found: Node = {"nameWithOwner": "quay/tower", "isPrivate": True}
        found |= {
            p: None if p in stub.closed_parts else {"totalCount": len(stub.history.parts[p])} for p in PARTS
        }
        self.answer(200, json.dumps({"data": {"repository": found}}).encode())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pulls", type=int, default=1000)
    asked.add_argument("--issues", type=int, default=300)
    asked.add_argument("--people", type=int, default=40)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument(
        "--first", type=int, default=50, help="How many things a page has, to render them before."
    )
    asked.add_argument("--takes", type=float, default=0.0, help="Seconds that every page takes.")
    given = asked.parse_args()
    made = History(
        pulls=given.pulls,
        issues=given.issues,
        releases=given.pulls // 100,
        people=given.people,
        seed=given.seed,
    )
    stub = Stub(made)
    stub.takes = given.takes
    stub.prepare(given.first)
    sys.stdout.write(f"{stub.address}\n")
    sys.stdout.flush()
    stub.serve()


if __name__ == "__main__":
    main()
