"""Jira's own language, of the Cloud (REST v3) and of a Data Center (v2): what is asked of it, in which order, and what its noes mean.

Items are read in the order of their last change. Behind every page it is asked anew for what changed since its last, so that
nothing can slip by that changes meanwhile, and a place that is no longer known does no harm.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from followspot.errors import BadInput
from followspot.evidence.connectors._http import Answer, Client, Denied, Service, Unanswered
from followspot.evidence.connectors._rounds import Cursor, Nodes, Page, counted, rounds
from followspot.language import say

CALLED = {"items": "items"}
_A_PAGE = 50
_RELOADS = 100  # pages of one item's own history, beyond which the rest of it is left
# As many of an item's changes and comments come along in the Cloud, whatever it says of how many there are.
_COME = {"changelog": 40, "comment": 20}
_AGAIN = 10  # items that come twice at the edge of a page: those before may have changed meanwhile, so that the rest moved up
_SLOW = timedelta(minutes=5)  # within which what has changed may be slow to show
_BEGINNING = datetime(1990, 1, 1, tzinfo=UTC)  # the Cloud answers no question without bounds
_FIELDS = (
    "created,creator,reporter,assignee,status,issuetype,project,components,comment,updated,resolutiondate"
)
NEEDS = say("It reads what its person may see.")
_ADVICE = {
    401: say(
        "Jira doesn’t accept the token: it has run out, was withdrawn, or was copied in part. For the Cloud write your mail address, a colon and the token. A token with scopes opens api.atlassian.com/ex/jira/… only. Make a new one and replace it here."
    ),
    403: say(
        "Jira accepts the token but not for this. {needs} A Data Center asks for a sign-in in the browser after too many wrong ones.",
        needs=NEEDS,
    ),
    404: say("There is no Jira at this host. Is its address right?"),
}


def _says(answer: Answer) -> str:
    """Return what Jira says of a question that it doesn't understand."""
    if answer.status != 400 or not isinstance(answer.data, dict):
        return ""
    said = answer.data.get("errorMessages")
    return " ".join(map(str, said)) if isinstance(said, list) else ""


SERVICE = Service("Jira", _ADVICE, says=_says)


@dataclass(frozen=True, slots=True)
class _Site:
    """Of which kind it is, on whose clock its questions are understood, and which states mean that an item is done."""

    cloud: bool
    zone: ZoneInfo
    done: dict[str, bool]


class Desk:
    """What of one Jira was asked for."""

    def __init__(self, address: str, token: str) -> None:
        url = httpx2.URL(address)
        self._narrowed = url.params.get("jql", "")
        self._root = url.path.rstrip("/")
        who = token.partition(":")[0]
        signed = f"Basic {base64.b64encode(token.encode()).decode()}" if "@" in who else f"Bearer {token}"
        base = str(url.copy_with(path="/", query=None))
        self._client = Client(base, SERVICE, headers={"Authorization": signed})
        self._first = _A_PAGE
        self.site = _Site(False, ZoneInfo("UTC"), {})

    def close(self) -> None:
        self._client.close()

    def open(self) -> None:
        """Find out what is there, and whether the token opens it."""
        info = self._get("/rest/api/2/serverInfo")
        me = self._get("/rest/api/2/myself")
        states = self._client.get(f"{self._root}/rest/api/2/status").data
        done = {str(s.get("id")): _is_done(s) for s in states if isinstance(s, dict)} if isinstance(states, list) else {}  # fmt: skip
        try:
            zone = ZoneInfo(str(me.get("timeZone") or "UTC"))
        except (ValueError, OSError):
            zone = ZoneInfo("UTC")
        self.site = _Site(info.get("deploymentType") == "Cloud", zone, done)

    def count(self, since: datetime = _BEGINNING) -> int:
        """Return about how many items changed since then."""
        asked = {"jql": self._question(since, ordered=False)}
        if self.site.cloud:
            data = self._client.post(f"{self._root}/rest/api/3/search/approximate-count", asked).data
            found = data.get("count") if isinstance(data, dict) else 0
        else:
            found = self._get("/rest/api/2/search", {**asked, "maxResults": "0"}).get("total")
        return found if isinstance(found, int) else 0

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        """Yield what is new since a cursor; the last page's cursor begins the next round."""
        self.open()
        yield from rounds({"since": _BEGINNING.isoformat(), "place": "", **cursor}, CALLED, self._next)

    def _next(self, part: str, at: Cursor) -> tuple[Nodes, Cursor, bool]:
        since = datetime.fromisoformat(at["since"])
        total = 0 if part in at["counted"] else self.count(since)
        data, nodes, place = self._things(since, at["place"])
        at = counted(at, part, len(nodes), total)
        last = max([since, *filter(None, map(_changed, nodes))])
        place = self._behind(data, place, len(nodes))
        if not place:
            kept = max(_BEGINNING, last - _SLOW) if nodes else since
            return nodes, {**at, "since": kept.isoformat(), "place": ""}, True
        minute = last.replace(second=0, microsecond=0)
        if minute > since:
            return nodes, {**at, "since": minute.isoformat(), "place": ""}, False
        return nodes, {**at, "place": place}, False

    def _behind(self, data: dict[str, Any], place: str, count: int) -> str:
        """Return where the next page of the same question begins, or "" where there is none."""
        if self.site.cloud:
            return "" if data.get("isLast") else str(data.get("nextPageToken") or "")
        behind, total = int(place or 0) + count, data.get("total")
        again = min(_AGAIN, count // 2)
        return str(behind - again) if count and isinstance(total, int) and behind < total else ""

    def _things(self, since: datetime, place: str) -> tuple[dict[str, Any], Nodes, str]:
        """Ask for a page; for a smaller one where it was too much, and from the beginning where the place is not known.

        Returns where it began, too.
        """
        way = "/rest/api/3/search/jql" if self.site.cloud else "/rest/api/2/search"
        while True:
            asked = {"jql": self._question(since), "fields": _FIELDS, "expand": "changelog", "maxResults": str(self._first)}  # fmt: skip
            if place:
                asked["nextPageToken" if self.site.cloud else "startAt"] = place
            try:
                data = self._get(way, asked)
            except Unanswered:
                if self._first == 1:
                    raise
                self._first = max(1, self._first // 4)
                continue
            except Denied as error:
                if error.status != 400 or not place:
                    raise
                place = ""
                continue
            self._first = min(_A_PAGE, self._first * 2)
            found = data.get("issues")
            nodes = [node for node in found if isinstance(node, dict)] if isinstance(found, list) else []
            return data, tuple(self._whole(node) for node in nodes), place

    def _question(self, since: datetime, *, ordered: bool = True) -> str:
        """Return what is asked, on the clock of whose token it is, in whole minutes."""
        local = since.astimezone(self.site.zone)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            local -= timedelta(hours=1)  # this hour comes twice, or never: rather too early than too late
        narrowed = f"({self._narrowed}) AND " if self._narrowed else ""
        order = " ORDER BY updated ASC, key ASC" if ordered else ""
        return f'{narrowed}updated >= "{local:%Y-%m-%d %H:%M}"{order}'

    def _whole(self, node: dict[str, Any]) -> dict[str, Any]:
        """Return an item with the rest of what happened to it, where that is longer than what came along."""
        fields = node.get("fields") if isinstance(node.get("fields"), dict) else {}
        log, said = node.get("changelog") or {}, (fields or {}).get("comment") or {}
        histories = self._rest(node, "changelog", log, "histories", "values")
        comments = self._rest(node, "comment", said, "comments", "comments")
        return {**node, "fields": fields, "histories": histories, "comments": comments}

    def _rest(self, node: dict[str, Any], what: str, came: Any, name: str, later: str) -> Nodes:
        some = came.get(name) if isinstance(came, dict) else None
        total = came.get("total") if isinstance(came, dict) else None
        found = _dicts(some)
        cut = self.site.cloud and len(found) >= _COME[what]
        if not cut and (not isinstance(total, int) or total <= len(found)):
            return found
        found = ()
        address = f"{self._root}/rest/api/{3 if self.site.cloud else 2}/issue/{node.get('id')}/{what}"
        for _ in range(_RELOADS):
            asked = {"startAt": str(len(found)), "maxResults": "100"}
            try:
                data = self._client.get(address, params=asked).data
            except Denied as error:
                if error.status != 404:
                    raise
                return _dicts(some)  # it was deleted meanwhile, or a Data Center that tells no more
            data = data if isinstance(data, dict) else {}
            more, total = _dicts(data.get(later)), data.get("total")
            found += more
            if not more or (isinstance(total, int) and len(found) >= total):
                break
        return found

    def _get(self, address: str, asked: dict[str, str] | None = None) -> dict[str, Any]:
        data = self._client.get(f"{self._root}{address}", params=asked).data
        if not isinstance(data, dict):
            raise BadInput(say("Jira’s answer is none that can be understood. Is the host right?"))
        return data


def _dicts(some: object) -> Nodes:
    return tuple(one for one in some if isinstance(one, dict)) if isinstance(some, list) else ()


def _is_done(state: dict[str, Any]) -> bool:
    """Say whether a state means done: whatever a team calls its states, Jira sorts them into three kinds."""
    kind = state.get("statusCategory")
    return isinstance(kind, dict) and kind.get("key") == "done"


def _changed(node: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(node["fields"].get("updated"))).astimezone(UTC)
    except ValueError:
        return None
