"""What happened at GitHub as events: out of what is read, and out of what it sends by itself, with the same keys."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from followspot.evidence.connectors._rows import Row, row

NOBODY = "nobody"  # whose account is gone
_TEAM = "team"
_DONE = (None, "", "COMPLETED", "completed")  # reasons for closing; before 2022 none was given


class Somebody(NamedTuple):
    """Who acted. id : GitHub's number, which a change of the login leaves alone; "" for who is gone."""

    identity: str
    id: str


_GONE = Somebody(NOBODY, "")


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
        if not node or not node.get("login"):
            return _GONE
        at = (node["login"], node.get("databaseId"))
        if at not in self._known:
            who = _somebody(str(node["login"]), node.get("databaseId"), node.get("__typename") == "Bot")
            self._known[at] = who
            if node.get("__typename") == "User":
                self.aliases |= self._known_as(who, node)
        return self._known[at]

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
        closed: Mapping[str, Any] | None = None
        for item in _happened(node):
            match item["__typename"]:
                case "ReviewRequestedEvent":
                    whom = item["requestedReviewer"] or {}
                    team = whom.get("__typename") == "Team"
                    reviewer = _GONE if team else self._who(whom)
                    if team or reviewer.id:
                        asked.add(_TEAM if team else reviewer.id)
                        yield pull.asked(item["createdAt"], self._who(item["actor"]), reviewer)
                case "PullRequestReview":
                    if item["submittedAt"]:  # one that is still being written has none
                        by = self._who(item["author"])
                        yield pull.reviewed(item["submittedAt"], by, item["fullDatabaseId"], asked)
                case "IssueComment":
                    yield pull.commented(
                        item["createdAt"], self._who(item["author"]), item["fullDatabaseId"], asked
                    )
                case "ClosedEvent":
                    closed = closed or item
        if node["mergedAt"]:
            yield from pull.merged(node["mergedAt"], self._who(node["mergedBy"]))
        elif closed:
            yield pull.closed(closed["createdAt"], self._who(closed["actor"]))

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
            yield _published(
                self.repository, node["databaseId"], node["publishedAt"], self._who(node["author"])
            )


def _happened(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (item for item in node["timelineItems"]["nodes"] if item)


def _somebody(login: str, number: object, bot: bool) -> Somebody:
    """Return an account as one identity, alike in both of GitHub's languages: only one of them writes “[bot]”."""
    marked = f"{login}[bot]" if bot and not login.endswith("[bot]") else login
    return Somebody(marked, "" if number is None else str(number))


class _Thing:
    """What is opened by somebody, and on which others act."""

    kind, mark = "", ""

    def __init__(self, repository: str, number: int, author: Somebody) -> None:
        self.author = author
        self._object = f"{self.kind}:{repository}#{number}"
        self._about = (f"repository:{repository}",)
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
        return self._row(at, "review.asked", by.identity, self._ask(reviewer.id or _TEAM), to)

    def _ask(self, whom: str) -> str:
        return f"{self._key}:asked:{whom}"

    def _invited(self, by: Somebody, asked: Container[str]) -> str | None:
        """Return the asking that somebody may answer: of themselves, or of a team."""
        return " ".join(self._ask(whom) for whom in (by.id, _TEAM) if whom and whom in asked) or None

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
        """Closed as completed, for the first time; whose work it was is the one it was given to, or who closed it."""
        return self._row(at, "item.done", by.identity, f"{self._key}:done")


class _Anybody:
    """Everybody: where it isn't known who was asked, the log says later who was."""

    def __contains__(self, whom: object) -> bool:
        return True


_ANYBODY = _Anybody()


def _published(repository: str, number: object, at: str, by: Somebody) -> Row:
    about = (f"repository:{repository}",)
    return row(
        at, "release.published", by.identity, f"release:{repository}#{number}", f"rel{number}", about=about
    )


def told(kind: str, payload: Any, repository: str) -> list[Row]:
    """Return the events of one delivery, none for what says nothing new. Raises KeyError or TypeError for what isn't GitHub's."""
    where = payload.get("repository") or {"full_name": ""}
    if str(where["full_name"]).casefold() != repository.casefold():
        return []  # a webhook of the whole organisation tells of others, too
    way = _WAYS.get((kind, str(payload.get("action"))))
    return list(way(payload, repository)) if way else []


def _user(user: Mapping[str, Any] | None) -> Somebody:
    if not user:
        return _GONE
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
    yield _pull_of(payload, repository).reviewed(it["submitted_at"], _user(it["user"]), it["id"], _ANYBODY)


def _told_comment(payload: Mapping[str, Any], repository: str) -> Iterator[Row]:
    it, on = payload["comment"], _item_of(payload, repository)
    by = _user(it["user"])
    if payload["issue"].get("pull_request"):
        pull = Pull(repository, int(payload["issue"]["number"]), on.author)
        yield pull.commented(it["created_at"], by, it["id"], _ANYBODY)
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
        yield _published(repository, it["id"], it["published_at"], _user(it["author"]))


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
