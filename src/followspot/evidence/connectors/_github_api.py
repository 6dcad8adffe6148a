"""GitHub's own language: what is asked of it, in which order, and what its noes mean.

Everything is read in the order of its last change, the oldest first, so that the place that was reached is all that has to be
kept: going on from there brings what is new, and what has changed comes again. Neither texts nor titles are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2

from followspot.errors import BadInput
from followspot.evidence.connectors._http import Answer, Client, Service, Unanswered
from followspot.evidence.connectors._rounds import Closed, Cursor, Nodes, Page, counted, rounds
from followspot.language import say

PARTS = ("pullRequests", "issues", "releases")
_CALLED = {
    "pullRequests": say("pull requests (Pull requests: read)"),
    "issues": say("issues (Issues: read)"),
    "releases": say("releases (Contents: read)"),
}
_A_PAGE = 50
_AGAIN = 3  # times that the rest of a history is asked for
_WITHHELD = ("FORBIDDEN", "INSUFFICIENT_SCOPES", "NOT_FOUND")  # what a token may not see, or is no more
_RELOADS = 100  # pages of one thing's own history, beyond which the rest of it is left
SCOPES = say(
    "A fine-grained token needs Contents, Issues and Pull requests, each “read”, on this repository; a classic one needs “repo”, or “public_repo” for what everybody may see."
)
NO_ACCESS = say(
    "GitHub shows no such repository to this token. Either the name is wrong or the token may not see it. {scopes}",
    scopes=SCOPES,
)
_ADVICE = {
    401: say(
        "GitHub doesn’t accept the token: it has run out, was withdrawn, or was copied in part. Make a new one and replace it here."
    ),
    403: say(
        "GitHub accepts the token but not for this. {scopes} An organisation with single sign-on must authorise it, too.",
        scopes=SCOPES,
    ),
    404: NO_ACCESS,
}

_WHO = """fragment who on Actor { __typename login ... on User { databaseId name%s } ... on Bot { databaseId } ... on Mannequin { databaseId } }"""
_TIMES = {
    "pullRequests": "[PULL_REQUEST_REVIEW, REVIEW_REQUESTED_EVENT, ISSUE_COMMENT, CLOSED_EVENT]",
    "issues": "[ISSUE_COMMENT, CLOSED_EVENT]",
}
_REVIEWS = """
  ... on PullRequestReview { fullDatabaseId submittedAt author { ...who } }
  ... on ReviewRequestedEvent { createdAt actor { ...who } requestedReviewer { ...who ... on Team { slug } } }"""
_HAPPENED = """pageInfo { hasNextPage endCursor } nodes { __typename%s
  ... on IssueComment { fullDatabaseId createdAt author { ...who } }
  ... on ClosedEvent { createdAt%s actor { ...who } } }"""
_INSIDE = {
    "pullRequests": _HAPPENED % (_REVIEWS, ""),
    "issues": _HAPPENED % ("", " stateReason"),
}
_NODES = {
    "pullRequests": "id number createdAt mergedAt author { ...who } mergedBy { ...who }",
    "issues": "id number createdAt author { ...who } assignees(first: 1) { nodes { ...who } }",
    "releases": "databaseId publishedAt isDraft author { ...who }",
}
_ORDER = {"pullRequests": "UPDATED_AT", "issues": "UPDATED_AT", "releases": "CREATED_AT"}
_CHECK = """query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { nameWithOwner isPrivate
  pullRequests { totalCount } issues { totalCount } releases { totalCount } } }"""


def _page_of(part: str) -> str:
    happened = (
        f" timelineItems(first: 100, itemTypes: {_TIMES[part]}) {{ {_INSIDE[part]} }}"
        if part in _TIMES
        else ""
    )
    return f"""query($owner: String!, $name: String!, $first: Int!, $after: String) {{ repository(owner: $owner, name: $name) {{
  {part}(first: $first, after: $after, orderBy: {{ field: {_ORDER[part]}, direction: ASC }}) {{
  totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {_NODES[part]}{happened} }} }} }} }}"""


def _rest_of(part: str) -> str:
    kind = "PullRequest" if part == "pullRequests" else "Issue"
    return f"""query($id: ID!, $after: String) {{ node(id: $id) {{ ... on {kind} {{
  timelineItems(first: 100, after: $after, itemTypes: {_TIMES[part]}) {{ {_INSIDE[part]} }} }} }} }}"""


PAGE = {part: _page_of(part) for part in PARTS}
REST = {part: _rest_of(part) for part in _TIMES}


def _limits(answer: Answer) -> bool:
    """Say whether an answer means “not so often”, which GitHub says in several ways."""
    if answer.status == 403:
        said = answer.data.get("message", "") if isinstance(answer.data, dict) else ""
        return "rate limit" in str(said).lower()
    return answer.status == 200 and any(map(_is_limit, _errors(answer.data)))


def _is_limit(error: dict[str, Any]) -> bool:
    """Say so of an error: it is called RATE_LIMITED in what is written of it, and RATE_LIMIT as it comes."""
    secondary = "secondary rate limit" in str(error["message"]).lower()
    return str(error["type"]).startswith("RATE_LIMIT") or secondary


SERVICE = Service("GitHub", _ADVICE, _limits)


def _errors(data: Any) -> list[dict[str, Any]]:
    found = data.get("errors") if isinstance(data, dict) else None
    some = found if isinstance(found, list) else []
    return [{"type": "", "message": "", "path": [], **e} for e in some if isinstance(e, dict)]


def _left_out(data: Any) -> str:
    """Return what GitHub says where an answer lacks something that it could have, as when it took too long or too much."""
    said = (str(e["message"]) or str(e["type"]) for e in _errors(data) if e["type"] not in _WITHHELD)
    return next(said, "")[:200]


class Hub:
    """One repository at GitHub or at a company's own."""

    def __init__(self, address: str, token: str) -> None:
        url = httpx2.URL(address)
        self._owner, self._name = url.path.strip("/").split("/")
        public = url.host == "github.com"
        self._graph = "/graphql" if public else "/api/graphql"
        base = "https://api.github.com" if public else str(url.copy_with(path="/"))
        self._client = Client(base, SERVICE, headers={"Authorization": f"Bearer {token}"})
        self._first = _A_PAGE

    def close(self) -> None:
        self._client.close()

    def check(self) -> dict[str, Any]:
        """Return what the repository is called and how much of each part the token opens, None for what it doesn't."""
        data = self._query(_CHECK, {"owner": self._owner, "name": self._name})
        return self._repository(data)

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        """Yield what is new since a cursor; the last page's cursor begins the next round."""
        return rounds({"begins": {}, "before": {}, "mails": True, **cursor}, _CALLED, self._next)

    def _next(self, part: str, at: Cursor) -> tuple[Nodes, Cursor, bool]:
        """Return a page and where it leads: on, or, at a part's end, to where the next round begins to read it.

        That is the page before the last: what changed within the same second, or was slow to show, comes once more.
        """
        begins = at["begins"].get(part)
        found, mails = self._things(part, begins, mails=at["mails"])
        at = {**counted(at, part, len(found["nodes"]), int(found["totalCount"])), "mails": mails}
        info = found["pageInfo"]
        over = not info["hasNextPage"] or info["endCursor"] == begins
        if over:
            at["begins"] = {**at["begins"], part: at["before"].get(part)}
        else:
            at["before"] = {**at["before"], part: begins}
            at["begins"] = {**at["begins"], part: info["endCursor"]}
        return tuple(self._whole(part, node) for node in found["nodes"] if node), at, over

    def _things(self, part: str, begins: str | None, *, mails: bool) -> tuple[dict[str, Any], bool]:
        """Ask for a page; ask for less where it was too much, and for no mail addresses where those are not shown."""
        while True:
            asked = {"owner": self._owner, "name": self._name, "first": self._first, "after": begins}
            try:
                data = self._query(PAGE[part] + _who(mails), asked, tries=2 if self._first > 1 else 4)
                found = self._repository(data, part)[part]
            except Unanswered:
                if self._first == 1:
                    raise
                self._first = max(1, self._first // 4)
                continue
            except _NoMails:
                mails = False
                continue
            except _NoSuchPlace:
                begins = None
                continue
            self._first = min(_A_PAGE, self._first * 2)
            return found, mails

    def _whole(self, part: str, node: dict[str, Any]) -> dict[str, Any]:
        """Return a thing with the rest of its own history, where that is longer than a page."""
        if part not in _TIMES or not node["timelineItems"]["pageInfo"]["hasNextPage"]:
            return node
        items = node["timelineItems"]
        nodes, info = list(items["nodes"]), items["pageInfo"]
        for _ in range(_RELOADS):
            if not info["hasNextPage"]:
                break
            more = self._rest(part, node["id"], info["endCursor"])
            if not more:
                break
            nodes, info = nodes + more["nodes"], more["pageInfo"]
        return {**node, "timelineItems": {"nodes": nodes}}

    def _rest(self, part: str, which: str, after: str) -> Any:
        """Return the next page of a thing's own history, or None where the thing is no more."""
        said = ""
        for _ in range(_AGAIN):
            data = self._query(REST[part] + _who(False), {"id": which, "after": after})
            said = _left_out(data)
            if not said:
                return ((data.get("data") or {}).get("node") or {}).get("timelineItems")
        raise Unanswered(say("GitHub said: {said}", said=said))

    def _query(self, text: str, variables: dict[str, Any], **how: Any) -> dict[str, Any]:
        answer = self._client.post(self._graph, {"query": text, "variables": variables}, **how)
        if not isinstance(answer.data, dict):
            raise BadInput(say("GitHub’s answer is none that can be understood. Is the host right?"))
        return answer.data

    def _repository(self, data: dict[str, Any], part: str = "") -> dict[str, Any]:
        """Return the repository out of an answer, or raise what its errors mean."""
        found = (data.get("data") or {}).get("repository")
        if found and (not part or found.get(part)):
            if part and (said := _left_out(data)):
                raise Unanswered(say("GitHub said: {said}", said=said))
            return dict(found)
        for error in _errors(data):
            self._mind(error)
        if part and found is not None:
            raise Closed
        if data.get("errors"):
            raise Unanswered(say("GitHub said: {said}", said=_errors(data)[0]["message"][:200]))
        raise BadInput(NO_ACCESS)

    def _mind(self, error: dict[str, Any]) -> None:
        kind, said, path = str(error["type"]), str(error["message"]), error["path"]
        if kind == "INSUFFICIENT_SCOPES" and "'email'" in said:
            raise _NoMails
        if "CURSOR" in kind or "valid cursor" in said:
            raise _NoSuchPlace
        if "SAML" in said:
            raise BadInput(
                say(
                    "The organisation asks for single sign-on. Authorise the token for it at GitHub (Settings, Tokens, Configure SSO)."
                )
            )
        if kind == "NOT_FOUND" and path == ["repository"]:
            raise BadInput(NO_ACCESS)
        if kind in ("FORBIDDEN", "INSUFFICIENT_SCOPES"):
            if len(path) > 1:
                raise Closed
            raise BadInput(_ADVICE[403])


class _NoMails(Exception):
    """The token does not show mail addresses."""


class _NoSuchPlace(Exception):
    """GitHub no longer knows the place that was reached."""


def _who(mails: bool) -> str:
    return _WHO % (" email" if mails else "")
