"""What happened at GitHub as events: out of what is read, and out of what it sends by itself, with the same keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from followspot.evidence.connectors._rows import Row
from followspot.evidence.connectors._things import ANYBODY, GONE, TEAM, Item, Pull, Somebody, published

_DONE = (None, "", "COMPLETED", "completed")  # reasons for closing; before 2022 none was given


@dataclass(slots=True)
class Reader:
    """Turns the things of one repository into events, and remembers as whom their people are known elsewhere."""

    repository: str
    host: str
    aliases: dict[str, str] = field(default_factory=dict)
    _known: dict[tuple[object, object], Somebody] = field(default_factory=dict)

    def events(self, part: str, nodes: Iterable[Mapping[str, Any]]) -> list[Row]:
        """Return the events of a page, of one part."""
        way = {"pullRequests": self._pull, "issues": self._item, "releases": self._release}[part]
        return [row for node in nodes for row in way(node)]

    def _who(self, node: Mapping[str, Any] | None) -> Somebody:
        if not node:
            return GONE
        at = (node.get("login"), node.get("databaseId"))
        return self._known.get(at) or self._met(node, at)

    def _met(self, node: Mapping[str, Any], at: tuple[object, object]) -> Somebody:
        """Return somebody who is met for the first time."""
        if not node.get("login"):
            return GONE
        who = _somebody(str(node["login"]), node.get("databaseId"), node.get("__typename") == "Bot")
        self._known[at] = who
        if node.get("__typename") == "User":
            self.aliases |= self._known_as(who, node)
        return who

    def _known_as(self, who: Somebody, node: Mapping[str, Any]) -> dict[str, str]:
        """Return a login, and the address that it shows, as somebody who signs changes with the address that hides it."""
        name = " ".join(str(node.get("name") or "").split()).replace("<", "").replace(">", "") or who.identity
        hidden = f"{name} <{who.id}+{who.identity}@users.noreply.{self.host}>"
        mail = str(node.get("email") or "").strip(" <>")
        return {who.identity: hidden, **({f"<{mail}>": hidden} if mail else {})}

    def _pull(self, node: Mapping[str, Any]) -> Iterator[Row]:
        pull = Pull(self.repository, node["number"], self._who(node["author"]))
        yield pull.opened(node["createdAt"])
        asked: set[str] = set()
        closings: list[Mapping[str, Any]] = []
        for item in _happened(node):
            kind = item["__typename"]
            if kind == "PullRequestReview":
                if item["submittedAt"]:  # one that is still being written has none
                    by = self._who(item["author"])
                    yield pull.reviewed(item["submittedAt"], by, item["fullDatabaseId"], asked)
            elif kind == "IssueComment":
                by = self._who(item["author"])
                yield pull.commented(item["createdAt"], by, item["fullDatabaseId"], asked)
            elif kind == "ReviewRequestedEvent":
                whom = item["requestedReviewer"] or {}
                team = whom.get("__typename") == "Team"
                reviewer = GONE if team else self._who(whom)
                if team or reviewer.id:
                    asked.add(TEAM if team else reviewer.id)
                    yield pull.asked(item["createdAt"], self._who(item["actor"]), reviewer)
            elif kind == "ClosedEvent":
                closings.append(item)
        if node["mergedAt"]:
            yield from pull.merged(node["mergedAt"], self._who(node["mergedBy"]))
            closings = closings[:-1]  # what is let in is closed by that
        if closings:
            yield pull.closed(closings[0]["createdAt"], self._who(closings[0]["actor"]))

    def _item(self, node: Mapping[str, Any]) -> Iterator[Row]:
        item = Item(self.repository, node["number"], self._who(node["author"]))
        yield item.opened(node["createdAt"])
        done = False
        for it in _happened(node):
            if it["__typename"] == "IssueComment":
                yield item.commented(it["createdAt"], self._who(it["author"]), it["fullDatabaseId"])
            elif it["__typename"] == "ClosedEvent" and it.get("stateReason") in _DONE and not done:
                done = True
                whose = node["assignees"]["nodes"] or [it["actor"]]
                yield item.done(it["createdAt"], self._who(whose[0]))

    def _release(self, node: Mapping[str, Any]) -> Iterator[Row]:
        if node["publishedAt"] and not node["isDraft"]:
            yield published(
                self.repository, node["databaseId"], node["publishedAt"], self._who(node["author"])
            )


def _happened(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return filter(None, node["timelineItems"]["nodes"])


def _somebody(login: str, number: object, bot: bool) -> Somebody:
    """Return an account as one identity, alike in both of GitHub's languages: only one of them writes “[bot]”."""
    marked = f"{login}[bot]" if bot and not login.endswith("[bot]") else login
    return Somebody(marked, "" if number is None else str(number))


def told(kind: str, payload: Any, repository: str) -> list[Row]:
    """Return the events of one delivery, none for what says nothing new. Raises KeyError or TypeError for what isn't GitHub's."""
    where = payload.get("repository") or {"full_name": ""}
    if str(where["full_name"]).casefold() != repository.casefold():
        return []  # a webhook of the whole organisation tells of others, too
    way = _WAYS.get((kind, str(payload.get("action"))))
    return list(way(payload, repository)) if way else []


def _user(user: Mapping[str, Any] | None) -> Somebody:
    if not user:
        return GONE
    return _somebody(str(user["login"]), user["id"], user.get("type") == "Bot")


def _pull_of(payload: Mapping[str, Any], repository: str) -> Pull:
    it = payload["pull_request"]
    return Pull(repository, int(it["number"]), _user(it["user"]))


def _item_of(payload: Mapping[str, Any], repository: str) -> Item:
    it = payload["issue"]
    return Item(repository, int(it["number"]), _user(it["user"]))


def _told_opened(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    yield _pull_of(payload, repository).opened(payload["pull_request"]["created_at"])


def _told_closed(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    pull, it = _pull_of(payload, repository), payload["pull_request"]
    if it["merged_at"]:
        yield from pull.merged(it["merged_at"], _user(it.get("merged_by")))
    else:
        yield pull.closed(it["closed_at"], _user(payload["sender"]))


def _told_asked(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    whom = payload.get("requested_reviewer")
    at = payload["pull_request"]["updated_at"]
    yield _pull_of(payload, repository).asked(at, _user(payload["sender"]), _user(whom))


def _told_review(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    it = payload["review"]
    yield _pull_of(payload, repository).reviewed(it["submitted_at"], _user(it["user"]), it["id"], ANYBODY)


def _told_comment(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    it, on = payload["comment"], _item_of(payload, repository)
    by = _user(it["user"])
    if payload["issue"].get("pull_request"):
        pull = Pull(repository, int(payload["issue"]["number"]), on.author)
        yield pull.commented(it["created_at"], by, it["id"], ANYBODY)
    else:
        yield on.commented(it["created_at"], by, it["id"])


def _told_item(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    yield _item_of(payload, repository).opened(payload["issue"]["created_at"])


def _told_done(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    it = payload["issue"]
    if it.get("state_reason") in _DONE:
        whose = it.get("assignees") or [payload["sender"]]
        yield _item_of(payload, repository).done(it["closed_at"], _user(whose[0]))


def _told_release(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    it = payload["release"]
    if it["published_at"] and not it.get("draft"):
        yield published(repository, it["id"], it["published_at"], _user(it["author"]))


_WAYS = {
    ("pull_request", "opened"): _told_opened,
    ("pull_request", "closed"): _told_closed,
    ("pull_request", "review_requested"): _told_asked,
    ("pull_request_review", "submitted"): _told_review,
    ("issue_comment", "created"): _told_comment,
    ("issues", "opened"): _told_item,
    ("issues", "closed"): _told_done,
    ("release", "published"): _told_release,
}
