"""GitLab's own language (REST v4): what is asked of it, in which order, and what its noes mean.

Merge requests and issues are read in the order of their last change, what was said and approved out of the project's activity,
day after day. Nothing is asked one by one, but when somebody was asked for a review, where somebody was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx2

from followspot.errors import BadInput
from followspot.evidence.connectors._http import Answer, Client, Denied, Service
from followspot.evidence.connectors._rounds import Closed, Cursor, Nodes, Page, counted, rounds
from followspot.language import say

CALLED = {
    "merge_requests": say("merge requests"),
    "issues": say("issues"),
    "events": say("the project’s activity"),
    "releases": say("releases"),
}
_THINGS = ("merge_requests", "issues")
_ON = {"MergeRequest": "merge_requests", "Issue": "issues", "WorkItem": "issues"}
_A_PAGE = {
    "merge_requests": 20,
    "issues": 100,
}  # reviewers are asked for one by one: little is to be lost with a page
_WINDOW = timedelta(days=30)  # of activity, asked for at once
_SLOW = timedelta(minutes=5)  # within which what has changed may be slow to show
_KEPT = timedelta(days=3 * 365)  # for which GitLab keeps a project's activity
SCOPES = say("The token needs the scope read_api, and at least the role Reporter in the project.")
NO_ACCESS = say(
    "GitLab shows no such project to this token. Either the path is wrong or the token may not see it. {scopes}",
    scopes=SCOPES,
)
_ADVICE = {
    401: say(
        "GitLab doesn’t accept the token: it has run out, was withdrawn, or was copied in part. Make a new one and replace it here."
    ),
    403: say("GitLab accepts the token but not for this. {scopes}", scopes=SCOPES),
    404: NO_ACCESS,
}
SERVICE = Service("GitLab", _ADVICE)
_OLD = say(
    "GitLab keeps what was said and approved for three years; from before that only the merge requests and issues themselves are here."
)


class Lab:
    """One project at GitLab."""

    def __init__(self, address: str, token: str) -> None:
        url = httpx2.URL(address)
        self._client = Client(
            str(url.copy_with(path="/")), SERVICE, headers={"Authorization": f"Bearer {token}"}
        )
        self._at = f"/api/v4/projects/{quote(url.path.strip('/'), safe='')}"
        self._authors: dict[tuple[str, int], Any] = {}

    def close(self) -> None:
        self._client.close()

    def check(self) -> tuple[dict[str, Any], dict[str, int | None]]:
        """Return the project, and how much of each part the token opens: None for what it doesn't, -1 where it isn't said."""
        project, _ = self._project()
        opens: dict[str, int | None] = {}
        for part in CALLED:
            asked = {"state": "all", "scope": "all"} if part in _THINGS else {}
            try:
                opens[part] = _total(self._ask(part, {**asked, "per_page": "1"}))
            except Closed:
                opens[part] = None
        return project, opens

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        """Yield what is new since a cursor. A project that got another path since is known by its number."""
        self._at = f"/api/v4/projects/{cursor['id']}" if "id" in cursor else self._at
        project, now = self._project()
        self._at = f"/api/v4/projects/{project['id']}"
        at: Cursor = {"since": {}, "place": {}, **cursor, "id": project["id"]}
        if not at.get("under_way"):
            at |= {"now": now.isoformat(), "notes": [_OLD] if _is_old(project, now) else []}
        at.setdefault("days", str(project.get("created_at") or now.isoformat())[:10])
        return rounds(at, CALLED, self._next)

    def _with_authors(self, nodes: Nodes) -> Nodes:
        """Return of some activities those that are ours, each with on what it happened, and whose that is.

        No activity says that last thing, so it is asked for a hundred at a time.
        """
        found = tuple((node, *_place(node)) for node in nodes)
        for part in _THINGS:
            self._learn(part, {number for _, its, number in found if its == part})
        return tuple(
            {**node, "part": part, "number": number, "whose": self._authors[part, number]}
            for node, part, number in found
            if part
        )

    def _learn(self, part: str, numbers: Collection[int]) -> None:
        lacking = sorted(n for n in numbers if (part, n) not in self._authors)
        for some in (lacking[i : i + 100] for i in range(0, len(lacking), 100)):
            asked = "&".join(f"iids%5B%5D={n}" for n in some)
            self._authors |= {(part, n): None for n in some}
            try:
                answer = self._client.get(f"{self._at}/{part}?{asked}&state=all&scope=all&per_page=100")
            except Denied as error:
                if error.status not in (403, 404):
                    raise
            else:
                self._knows(part, _nodes(answer))

    def _knows(self, part: str, nodes: Nodes) -> None:
        self._authors |= {(part, node["iid"]): node.get("author") for node in nodes if "iid" in node}

    def _project(self) -> tuple[dict[str, Any], datetime]:
        """Return what the project is called, and what time it is over there."""
        answer = self._client.get(self._at)
        if not isinstance(answer.data, dict) or "path_with_namespace" not in answer.data:
            raise BadInput(say("GitLab’s answer is none that can be understood. Is the host right?"))
        said = answer.headers.get("date", "")
        return answer.data, parsedate_to_datetime(said) if said else datetime.now(UTC)

    def _ask(self, part: str, asked: dict[str, str]) -> Answer:
        try:
            return self._client.get(f"{self._at}/{part}", params=asked)
        except Denied as error:
            if error.status in (403, 404):
                raise Closed from None
            raise

    def _next(self, part: str, at: Cursor) -> tuple[Nodes, Cursor, bool]:
        if part in _THINGS:
            return self._things(part, at)
        return self._activity(at) if part == "events" else self._releases(at)

    def _things(self, part: str, at: Cursor) -> tuple[Nodes, Cursor, bool]:
        """Return what changed next. Behind a page it is asked for what changed since its last, so that nothing can slip by.

        Only where all of a page changed in the same instant it is asked for the next page.
        """
        since, place = at["since"].get(part, ""), at["place"].get(part, 1)
        asked = {"state": "all", "scope": "all", "order_by": "updated_at", "sort": "asc", "per_page": str(_A_PAGE[part])}  # fmt: skip
        answer = self._ask(part, {**asked, "page": str(place), **({"updated_after": since} if since else {})})
        nodes = _nodes(answer)
        self._knows(part, nodes)
        if part == "merge_requests":
            nodes = tuple(self._asked_of(node) for node in nodes)
        last = str(nodes[-1].get("updated_at") or since) if nodes else since
        over = not answer.next
        place = place + 1 if last == since and not over else 1
        at = counted(at, part, len(nodes), max(0, _total(answer)))
        if over and last:
            last = (datetime.fromisoformat(last) - _SLOW).isoformat()
        at |= {"since": {**at["since"], part: last}, "place": {**at["place"], part: place}}
        return nodes, at, over

    def _asked_of(self, node: dict[str, Any]) -> dict[str, Any]:
        """Return a merge request with when each reviewer was asked, which no list says."""
        if not node.get("reviewers"):
            return node
        try:
            answer = self._client.get(f"{self._at}/merge_requests/{int(node['iid'])}/reviewers")
        except Denied as error:
            if error.status in (403, 404):
                return node
            raise
        return {**node, "asked": _nodes(answer)}

    def _activity(self, at: Cursor) -> tuple[Nodes, Cursor, bool]:
        """Return what was said and approved next, whole days at a time, up to when this round began.

        What came since belongs to the next round: who was asked for it isn't known before.
        """
        place, now = at["place"].get("events", 1), datetime.fromisoformat(at["now"])
        first = date.fromisoformat(at["days"])
        behind = min(first + _WINDOW, now.date() + timedelta(days=2))
        asked = {"after": str(first - timedelta(days=1)), "before": str(behind), "sort": "asc"}
        answer = self._ask("events", {**asked, "per_page": "100", "page": str(place)})
        nodes = self._with_authors(tuple(node for node in _nodes(answer) if _happened(node) <= now))
        if answer.next:
            return nodes, {**at, "place": {**at["place"], "events": place + 1}}, False
        over = behind > now.date()
        days = now.date() - timedelta(days=2) if over else behind
        return nodes, {**at, "days": str(days), "place": {**at["place"], "events": 1}}, over

    def _releases(self, at: Cursor) -> tuple[Nodes, Cursor, bool]:
        """Return the newest releases, page after page back to those that are known."""
        place, since = at["place"].get("releases", 1), at["since"].get("releases", "")
        asked = {"order_by": "released_at", "sort": "desc", "per_page": "100", "page": str(place)}
        answer = self._ask("releases", asked)
        nodes = _nodes(answer)
        known = any(since and str(node.get("released_at") or "") < since for node in nodes)
        over = known or not answer.next
        now = datetime.fromisoformat(at["now"])
        at = {**at, "place": {**at["place"], "releases": 1 if over else place + 1}}
        if over:
            at["since"] = {**at["since"], "releases": (now - timedelta(days=2)).isoformat()}
        return nodes, at, over


def _nodes(answer: Answer) -> Nodes:
    if not isinstance(answer.data, list):
        raise BadInput(say("GitLab’s answer is none that can be understood. Is the host right?"))
    return tuple(node for node in answer.data if isinstance(node, dict))


def _place(node: dict[str, Any]) -> tuple[str, int]:
    """Return on what an activity happened: its part and number, or ("", 0) for what is none of ours."""
    note = node.get("note")
    if isinstance(note, dict) and note.get("id") and not note.get("system"):
        part, number = _ON.get(str(note.get("noteable_type")), ""), note.get("noteable_iid")
    elif node.get("action_name") == "approved" and node.get("target_type") == "MergeRequest":
        part, number = "merge_requests", node.get("target_iid")
    else:
        return "", 0
    return (part, number) if part and isinstance(number, int) else ("", 0)


def _total(answer: Answer) -> int:
    """Return how many there are, or -1 where it isn't said, as of more than 10,000."""
    said = answer.headers.get("x-total", "")
    return int(said) if said.isdecimal() else -1


def _happened(node: dict[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(str(node.get("created_at")))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _is_old(project: dict[str, Any], now: datetime) -> bool:
    return _happened(project) < now - _KEPT
