"""A Jira on this machine, of the Cloud or a Data Center: its search in its own way of paging, with its limits and troubles."""

import base64
import json
import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from tests.stubs._server import Handler, Node, Served

TOKEN = "ada@quay.example:right"
START = datetime(2024, 1, 8, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vienna")  # on whose clock questions are understood
CAST = [("Ada Lovelace", "5a:1"), ("Ben Blau", "5a:2"), ("Chi Chen", "5a:3"), ("Dee", "5a:4")]
STATES = {"1": ("To do", "new"), "3": ("On it", "indeterminate"), "5": ("Checked", "done"), "6": ("Billed", "done")}  # fmt: skip


def stamp(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}{at.astimezone(ZONE):%z}"  # fmt: skip


def state(number: str) -> Node:
    name, kind = STATES[number]
    return {"id": number, "name": name, "statusCategory": {"key": kind}}


class History:
    """What happened in the queue TOWER, made up from a seed."""

    def __init__(self, *, items: int = 20, seed: int = 7, cloud: bool = True):
        self._chance = random.Random(seed)
        self.cloud = cloud
        self.people = [self._person(name, number) for name, number in CAST]
        self.items: list[Node] = []
        self._last = 10_000
        for n in range(items):
            self._item(START + timedelta(hours=5 * n))

    def _person(self, name: str, number: str) -> Node:
        if self.cloud:
            return {"accountId": number, "displayName": name, "accountType": "atlassian"}
        login = name.split()[0].lower()
        return {"key": f"JIRAUSER{number[-1]}", "name": login, "displayName": name, "emailAddress": f"{login}@quay.example"}  # fmt: skip

    def _id(self) -> str:
        self._last += 1
        return str(self._last)

    def _one(self) -> Node:
        return self._chance.choice(self.people)

    def _item(self, at: datetime) -> None:
        number, opener = self._id(), self._one()
        first = self._one() if self._chance.random() < 0.3 else None
        fields: Node = {
            "created": stamp(at), "updated": stamp(at), "creator": opener, "reporter": opener, "assignee": first, "status": state("1"), "resolutiondate": None,
            "project": {"key": "TOWER"}, "issuetype": {"name": "Bug"}, "components": [{"name": "Masonry"}], "comment": {"comments": [], "total": 0},
        }  # fmt: skip
        item = {"id": number, "key": f"TOWER-{len(self.items) + 1}", "fields": fields, "changelog": {"histories": []}}  # fmt: skip
        self.items.append(item)
        for _ in range(self._chance.randrange(6)):
            at += timedelta(minutes=1 + self._chance.randrange(300), milliseconds=7)
            what = self._chance.choice(["give", "move", "say"])
            if what == "give":
                self.give(item, self._one(), at)
            elif what == "move":
                self.move(item, self._chance.choice(list(STATES)), at)
            else:
                self.say(item, self._one(), at)

    def _changed(
        self, item: Node, by: Node, at: datetime, field: str, was: list[Any], now: list[Any]
    ) -> None:
        it = {"field": field, "from": was[0], "fromString": was[1], "to": now[0], "toString": now[1]}
        history = {"id": self._id(), "author": by, "created": stamp(at), "items": [{"field": "rank"}, it]}
        item["changelog"]["histories"].insert(0, history)  # the newest first, as the Cloud has them
        item["fields"]["updated"] = stamp(at)

    def give(self, item: Node, whom: Node | None, at: datetime) -> None:
        mark = "accountId" if self.cloud else "key"
        was, now = ([p and p[mark], p and p["displayName"]] for p in (item["fields"]["assignee"], whom))
        item["fields"]["assignee"] = whom
        self._changed(item, self._one(), at, "assignee", was, now)

    def move(self, item: Node, number: str, at: datetime) -> None:
        was, now = item["fields"]["status"], state(number)
        item["fields"]["status"] = now
        self._changed(item, self._one(), at, "status", [was["id"], was["name"]], [now["id"], now["name"]])

    def say(self, item: Node, by: Node | None, at: datetime) -> Node:
        said = {"id": self._id(), "author": by, "created": stamp(at), "body": "…"}
        item["fields"]["comment"]["comments"].append(said)
        item["fields"]["updated"] = stamp(at)
        return said


class Stub(Served):
    """The server."""

    def __init__(self, history: History, *, inside: int = 100) -> None:
        self.handler = _Handler
        super().__init__()
        self.history, self.inside = history, inside  # how much of an item's own history comes with it
        self.most, self.largest = 100, 100  # items on a page, and beyond which it breaks down
        self.folder = ""
        self.counts = True  # says of what comes along with an item how much there is of it in all

    @property
    def address(self) -> str:
        return f"{self.root}{self.folder}/"

    def found(self, question: str) -> list[Node]:
        """Return the items that a question finds, in the order of their last change."""
        since = re.search(r'updated >= "([^"]+)"', question)
        assert since
        local = datetime.strptime(since[1], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
        kept = [i for i in self.history.items if datetime.fromisoformat(i["fields"]["updated"]) >= local]
        if named := re.search(r"key = (TOWER-\d+)", question):
            kept = [i for i in kept if i["key"] == named[1]]
        return sorted(kept, key=lambda i: (datetime.fromisoformat(i["fields"]["updated"]), int(i["id"])))

    def shown(self, item: Node) -> Node:
        """Return an item as a search shows it: with the beginning of what happened to it."""
        said, log = item["fields"]["comment"]["comments"], item["changelog"]["histories"]
        kept, some = (log[: self.inside] if self.history.cloud else log), said[: self.inside]
        if not self.counts:
            log, said = kept, some
        fields = {**item["fields"], "comment": {"comments": some, "total": len(said)}}
        return {**item, "fields": fields, "changelog": {"histories": kept, "total": len(log)}}


class _Handler(Handler):
    def authorised(self) -> bool:
        basic = base64.b64encode(TOKEN.encode()).decode()
        right = f"Basic {basic}" if self.served.history.cloud else "Bearer right"
        return self.headers.get("Authorization") == right

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "projekt" in asked["jql"]:
            self.say({"errorMessages": ["Field 'projekt' does not exist."], "errors": {}}, status=400)
        elif not self.troubled():
            assert self.path.endswith("/rest/api/3/search/approximate-count")
            self.say({"count": len(self.served.found(asked["jql"]))})

    def do_GET(self) -> None:
        self.served.asked.append(self.path)
        if self.troubled():
            return
        url = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
        way = url.path.removeprefix(f"{self.served.folder}/rest/api/")
        one = re.fullmatch(r"[23]/issue/(\d+)/(changelog|comment)", way)
        cloud = self.served.history.cloud
        if way == "2/serverInfo":
            self.say({"deploymentType": "Cloud" if cloud else "Server"})
        elif way == "2/myself":
            self.say({**self.served.history.people[0], "timeZone": ZONE.key})
        elif way == "2/status":
            self.say([state(number) for number in STATES])
        elif one:
            self._inside(one[1], one[2], int(asked["startAt"]))
        elif way == ("3/search/jql" if cloud else "2/search"):
            self._search(asked)
        else:
            self.say({"errorMessages": ["dead link"]}, status=404)

    def _inside(self, number: str, what: str, since: int) -> None:
        item = next(i for i in self.served.history.items if i["id"] == number)
        some = (
            item["changelog"]["histories"][::-1]
            if what == "changelog"
            else item["fields"]["comment"]["comments"]
        )
        name = "values" if what == "changelog" else "comments"
        self.say({name: some[since : since + self.served.inside], "startAt": since, "total": len(some)})

    def _search(self, asked: dict[str, str]) -> None:
        stub, cloud = self.served, self.served.history.cloud
        if int(asked["maxResults"]) > stub.largest:
            self.answer(502, b"{}")
            return
        some, size = stub.found(asked["jql"]), min(int(asked["maxResults"]), stub.most)
        place = asked.get("nextPageToken", "") if cloud else asked.get("startAt", "0")
        if place == "gone":
            self.say({"errorMessages": ["The token is not valid."]}, status=400)
            return
        since = int(place or 0)
        items, more = [stub.shown(i) for i in some[since : since + size]], since + size < len(some)
        if cloud:
            self.say(
                {
                    "issues": items,
                    "isLast": not more,
                    **({"nextPageToken": str(since + size)} if more else {}),
                }
            )
        else:
            self.say({"issues": items, "startAt": since, "maxResults": size, "total": len(some)})


def delivery(event: str = "jira:issue_updated") -> Node:
    """Return what a webhook sends, as far as anybody looks."""
    return {"webhookEvent": event, "timestamp": 1, "issue": {"id": "10001", "key": "TOWER-1"}}
