"""A queue at Jira becomes events, in the Cloud and at a Data Center: whole, in pieces, again; whatever is missing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.evidence import identities
from followspot.evidence.connectors import _http, _jira_api, _pieces, jira
from followspot.evidence.connectors._jira_events import Reader
from followspot.evidence.connectors._rows import batch
from followspot.evidence.event import SCHEMA
from tests.stubs.jira import STATES, TOKEN, ZONE, History, Stub, delivery, stamp

LATER = datetime(2024, 6, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    monkeypatch.setattr(_http, "sleep", lambda seconds: None)


@pytest.fixture(scope="module", params=["cloud", "data center"])
def history(request):
    return History(items=160, cloud=request.param == "cloud")


@pytest.fixture
def stub(history):
    with Stub(history) as stub:
        yield stub


@pytest.fixture
def small():
    with Stub(History()) as stub:
        yield stub


def read(stub, cursor=None, token=None):
    given = token or (TOKEN if stub.history.cloud else "right")
    harvest = jira.read(stub.address, cursor=cursor, token=given)
    rows = [row for batch in harvest.batches for row in batch.to_pylist()]
    return rows, harvest.finish()


def whole(stub):
    rows, finish = read(stub)
    while finish.more:
        some, finish = read(stub, finish.cursor)
        rows += some
    return rows


def by_key(rows):
    """As the log keeps them: of two with one key the first stays."""
    return {row["key"]: row for row in reversed(rows)}


def named(rows, activity):
    return [row for row in rows if row["activity"] == activity]


class TestReading:
    def test_it_keeps_the_promises_of_every_connector(self, stub):
        batches = list(jira.read(stub.address, token=TOKEN if stub.history.cloud else "right").batches)
        rows = [row for batch in batches for row in batch.to_pylist()]
        assert all(batch.schema.equals(SCHEMA) for batch in batches)
        assert {row["activity"] for row in rows} == jira.connector.emits
        assert all(row["actor"] and row["object"] and row["key"] for row in rows)

    def test_an_item_says_its_queue_its_type_and_its_component(self, stub, history):
        rows = by_key(whole(stub))
        for item in history.items:
            opened = rows[f"i{item['id']}:opened"]
            assert opened["about"] == ["queue:TOWER", "type:Bug", "component:Masonry"]
            assert opened["object"] == f"item:127.0.0.1#{item['id']}"
            assert opened["at"] == datetime.fromisoformat(item["fields"]["created"])

    def test_done_is_the_first_state_that_jira_sorts_under_done_whatever_its_name(self, stub, history):
        rows = by_key(whole(stub))
        for item in history.items:
            ends = [
                h["created"]
                for h in reversed(item["changelog"]["histories"])
                for i in h["items"]
                if i["field"] == "status" and STATES[i["to"]][1] == "done"
            ]
            done = rows.get(f"i{item['id']}:done")
            assert bool(done) == bool(ends)
            assert not done or done["at"] == datetime.fromisoformat(ends[0])

    def test_it_is_whose_it_was_then(self, small):
        ada, ben, chi, _ = small.history.people
        small.history.items.clear()
        small.history._item(LATER)
        item = small.history.items[0]
        item["changelog"]["histories"].clear()
        item["fields"] |= {"assignee": ada, "status": {"id": "1", "name": "To do"}}
        for n, whom in enumerate((ben, chi)):
            small.history.give(item, whom, LATER + timedelta(days=1 + n))
            small.history.move(item, "5", LATER + timedelta(days=1 + n, hours=1))
        rows = whole(small)
        assert named(rows, "item.done")[0]["actor"] == "Ben Blau <5a:2@127.0.0.1>"
        assert [r["to"] for r in named(rows, "item.given")] == [["Ben Blau <5a:2@127.0.0.1>"], ["Chi Chen <5a:3@127.0.0.1>"]]  # fmt: skip
        assert named(rows, "item.opened")[0]["to"] in (["Ada Lovelace <5a:1@127.0.0.1>"], [])

    def test_who_was_given_it_was_asked_to_speak(self, stub):
        rows = by_key(whole(stub))
        invited = [row for row in rows.values() if row["invited_by"]]
        assert invited
        for row in invited:
            given = rows[row["invited_by"]]
            assert (given["activity"], given["object"]) == ("item.given", row["object"])
            assert given["to"] == [row["actor"]]
            assert given["at"] <= row["at"]

    def test_a_state_that_is_no_more_is_done_when_it_was_resolved(self, small):
        small.history.items.clear()
        small.history._item(LATER)
        item = small.history.items[0]
        item["changelog"]["histories"].clear()
        item["fields"] |= {"status": {"id": "99", "statusCategory": {"key": "done"}}, "resolutiondate": stamp(LATER)}  # fmt: skip
        assert [r["at"] for r in named(whole(small), "item.done")] == [LATER]

    def test_people_are_joined_with_how_they_sign_changes(self, stub):
        _, finish = read(stub)
        written = (
            "Ada Lovelace <5a:1@127.0.0.1>" if stub.history.cloud else "Ada Lovelace <JIRAUSER1@127.0.0.1>"
        )
        joined = identities.join([written, "Ada Lovelace <ada@home.example>"], aliases=finish.aliases)
        assert len(set(joined.values())) == 1
        if not stub.history.cloud:
            joined = identities.join([written, "A. <ada@quay.example>"], aliases=finish.aliases)
            assert len(set(joined.values())) == 1

    def test_who_is_gone_is_nobody_and_an_app_is_a_bot(self, small):
        app = {"accountId": "557", "displayName": "Automation for Jira", "accountType": "app"}
        item = small.history.items[0]
        gone, by_app = (small.history.say(item, by, LATER) for by in (None, app))
        rows = by_key(whole(small))
        assert rows[f"c{gone['id']}"]["actor"] == "nobody"
        assert identities.is_bot(rows[f"c{by_app['id']}"]["actor"])

    def test_a_history_of_its_own_that_is_long_is_read_to_its_end(self, stub, history):
        once = by_key(whole(stub))
        with Stub(history, inside=1) as one_by_one:
            assert by_key(whole(one_by_one)) == once

    def test_and_so_it_is_where_the_cloud_counts_only_what_comes_along(self, small, monkeypatch):
        once = by_key(whole(small))
        small.inside, small.counts = 1, False
        monkeypatch.setattr(_jira_api, "_COME", {"changelog": 1, "comment": 1})
        assert by_key(whole(small)) == once

    def test_an_address_may_have_a_folder(self, small):
        small.folder = "/jira"
        assert whole(small)

    def test_what_a_person_asked_for_narrows_it(self, small):
        harvest = jira.read(f"{small.address}?jql=key+%3D+TOWER-3", token=TOKEN)
        rows = [row for batch in harvest.batches for row in batch.to_pylist()]
        assert {row["object"] for row in rows} == {f"item:127.0.0.1#{small.history.items[2]['id']}"}


class TestGoingOn:
    def test_nothing_new_brings_nothing_that_is_not_known(self, stub):
        rows, finish = read(stub)
        again, then = read(stub, finish.cursor)
        assert by_key(again).items() <= by_key(rows).items()
        assert not then.more

    def test_in_pieces_it_is_the_same(self, stub, monkeypatch):
        once = by_key(whole(stub))
        monkeypatch.setattr(_pieces, "PIECE", 60)
        first, finish = read(stub)
        assert finish.more
        assert not jira.complete(finish.cursor)
        assert len(first) < len(once)
        assert by_key(whole(stub)) == once

    def test_many_that_changed_within_one_minute_are_all_read(self, stub, history, monkeypatch):
        once = by_key(whole(stub))
        with Stub(History(items=160, cloud=history.cloud)) as bulk:
            for item in bulk.history.items:
                item["fields"]["updated"] = stamp(LATER)
            bulk.most = 7
            monkeypatch.setattr(_pieces, "PIECE", 50)
            assert by_key(whole(bulk)).keys() == once.keys()

    def test_what_changes_while_it_is_read_is_not_missed(self, history, monkeypatch):
        monkeypatch.setattr(_pieces, "PIECE", 60)
        with Stub(History(items=160, cloud=history.cloud)) as moving:
            moving.most = 20
            rows, finish = read(moving)
            before = {item["id"] for item in moving.history.items}
            for item in moving.history.items[:19]:
                said = moving.history.say(item, moving.history.people[0], LATER)
            while finish.more:
                some, finish = read(moving, finish.cursor)
                rows += some
        assert f"c{said['id']}" in by_key(rows)
        assert {key for key in before if f"i{key}:opened" in by_key(rows)} == before

    def test_nor_what_moves_up_among_many_that_changed_within_one_minute(self, monkeypatch):
        with Stub(History(items=60, cloud=False)) as moving:
            for item in moving.history.items:
                item["fields"]["updated"] = stamp(LATER)
            moving.most, found = 20, moving.found
            asked = []

            def found_later(question):
                asked.append(question)
                if len(asked) == 4:  # what is counted, and the first page, were told
                    for item in moving.history.items[:3]:
                        moving.history.say(item, moving.history.people[0], LATER + timedelta(seconds=9))
                return found(question)

            monkeypatch.setattr(moving, "found", found_later)
            rows = by_key(whole(moving))
        assert len(asked) >= 4
        assert {f"i{item['id']}:opened" for item in moving.history.items} <= rows.keys()

    def test_a_place_that_is_no_longer_known_is_read_from_its_beginning(self, small):
        _, finish = read(small)
        lost = {
            **finish.cursor,
            "under_way": True,
            "part": 0,
            "place": "gone",
            "since": "2024-01-01T00:00:00+00:00",
        }
        rows, _ = read(small, lost)
        assert by_key(rows) == by_key(whole(small))

    def test_what_changes_comes_next_time(self, small):
        rows, finish = read(small)
        said = small.history.say(small.history.items[0], small.history.people[1], LATER)
        more, _ = read(small, finish.cursor)
        assert by_key(more).keys() - by_key(rows).keys() == {f"c{said['id']}"}

    @pytest.mark.parametrize("hour", range(24))
    def test_the_hour_that_comes_twice_hides_nothing(self, hour):
        desk = _jira_api.Desk("http://127.0.0.1:8/", TOKEN)
        desk.site = _jira_api._Site(True, ZONE, {})
        since = datetime(2024, 10, 27, hour, 30, tzinfo=UTC) - timedelta(hours=12)
        asked = desk._question(since).split('"')[1]
        later = datetime.strptime(asked, "%Y-%m-%d %H:%M").replace(tzinfo=desk.site.zone, fold=1)
        assert later.astimezone(UTC) <= since
        desk.close()

    def test_nothing_at_all_is_read_at_once(self):
        with Stub(History(items=0)) as stub:
            rows, finish = read(stub)
            again, then = read(stub, finish.cursor)
        assert rows == again == []
        assert jira.complete(finish.cursor)
        assert then.cursor == finish.cursor

    def test_how_far_it_is_is_told(self, stub):
        told = []
        token = TOKEN if stub.history.cloud else "right"
        list(
            jira.read(stub.address, tell=lambda done, total: told.append((done, total)), token=token).batches
        )
        assert told[-1][1] == 160
        assert told[-1][0] >= 160


class TestTrouble:
    @pytest.mark.parametrize(
        "trouble",
        [("status", 503), ("cut", None), ("reset", None), ("text", b"<html>"), ("headers", (429, {"Retry-After": "60"}))],
    )  # fmt: skip
    def test_what_passes_costs_nothing(self, small, trouble):
        once = by_key(whole(small))
        small.troubles.extend([("fine", None), trouble, ("fine", None), trouble])
        assert by_key(whole(small)) == once

    def test_pages_that_are_too_much_are_asked_for_smaller(self, stub):
        once = by_key(whole(stub))
        stub.largest = 20
        assert by_key(whole(stub)) == once

    def test_and_so_are_those_that_are_too_large(self, small, monkeypatch):
        once = by_key(whole(small))
        monkeypatch.setattr(_http, "MOST_BYTES", 9_000)
        assert by_key(whole(small)) == once

    def test_a_long_wait_ends_the_piece_with_what_came(self, stub):
        stub.most = 20
        stub.troubles.extend([("fine", None)] * 8 + [("headers", (429, {"Retry-After": "1800"}))])
        rows, finish = read(stub)
        assert rows
        assert timedelta(minutes=29) < finish.resume_at - datetime.now(UTC) < timedelta(minutes=31)
        rest, _ = read(stub, finish.cursor)
        assert by_key([*rows, *rest]) == by_key(whole(stub))

    @pytest.mark.parametrize(
        ("trouble", "said"),
        [(("status", 401), "mail address, a colon"), (("status", 403), "sign-in in the browser"), (("status", 404), "no Jira at this host"), (("text", b"[]"), "Is the host right")],
    )  # fmt: skip
    def test_a_no_says_what_to_do(self, small, trouble, said):
        small.troubles.append(trouble)
        with pytest.raises(BadInput, match=said):
            read(small)

    def test_a_token_that_is_withdrawn_in_the_middle(self, small):
        small.troubles.extend([("fine", None)] * 4 + [("status", 401)])
        with pytest.raises(BadInput, match="Make a new one"):
            read(small)


class TestConnecting:
    def test_what_a_token_opens_is_said(self, small):
        access = jira.check(small.address, TOKEN)
        assert (access.address, access.title) == (small.address, "127.0.0.1")
        assert access.sentence == "The token opens 127.0.0.1: 20 items."

    def test_and_of_what_a_person_asked_for(self, small):
        access = jira.check(f"{small.address}?jql=key+%3D+TOWER-3", TOKEN)
        assert access.sentence == "The token opens 127.0.0.1: key = TOWER-3: 1 items."

    def test_what_jira_says_of_a_question_is_shown(self, small):
        said = r"Jira says: Field 'projekt' does not exist\. Mend it under “Which items”"
        with pytest.raises(BadInput, match=said):
            jira.check(f"{small.address}?jql=projekt+%3D+X", TOKEN)

    @pytest.mark.parametrize(
        ("host", "which", "address"),
        [("quay.atlassian.net", "", "https://quay.atlassian.net/"), ("https://quay.atlassian.net/jira/software/projects/TOWER", "project = TOWER", "https://quay.atlassian.net/?jql=project+%3D+TOWER"),
         ("https://api.atlassian.com/ex/jira/11-22", "", "https://api.atlassian.com/ex/jira/11-22/"),
         ("jira.quay.example/jira/", "", "https://jira.quay.example/jira/"), ("http://127.0.0.1:8", "", "http://127.0.0.1:8/")],
    )  # fmt: skip
    def test_an_address_from_what_a_person_writes(self, host, which, address):
        assert jira.address({"host": host, "which": which}) == address

    @pytest.mark.parametrize(
        ("host", "which"),
        [("", ""), ("quay", "a = b ORDER  by c"), ("quay.example", "x" * 501), ("quay.example", "ø" * 400), ("http://quay.example", "")],
    )  # fmt: skip
    def test_what_is_none_is_told(self, host, which):
        with pytest.raises(BadInput):
            jira.address({"host": host, "which": which})


class TestWebhook:
    @pytest.mark.parametrize("event", ["jira:issue_created", "jira:issue_updated", "comment_created"])
    def test_it_says_that_there_is_something_new(self, event):
        assert jira.from_webhook("", delivery(event), "") is None

    def test_or_nothing_that_is_read_here(self):
        assert jira.from_webhook("", delivery("sprint_started"), "") == ()

    @pytest.mark.parametrize("payload", [None, [], 7, {}, {"webhookEvent": 3}])
    def test_what_is_not_of_its_shape_is_refused(self, payload):
        with pytest.raises(BadInput):
            jira.from_webhook("", payload, "")


_texts = st.none() | st.sampled_from(["", "5", "Ada Lovelace", "<x>"]) | st.integers(0, 3)
_users = st.none() | st.just([]) | st.fixed_dictionaries({}, optional={"accountId": _texts, "key": _texts, "displayName": _texts, "emailAddress": _texts})  # fmt: skip
_moments = st.none() | st.sampled_from(["2024-01-01T09:00:00.000+0200", "2024-01-01T09:00:00.000-0330", "2024-03-01T09:00:00.000Z"])  # fmt: skip
_things = st.none() | st.just({}) | st.fixed_dictionaries({"key": _texts, "name": _texts})
_moves = st.fixed_dictionaries({}, optional={"field": st.sampled_from(["status", "assignee", "rank"]), "from": _texts, "to": _texts, "toString": _texts})  # fmt: skip
_items = st.fixed_dictionaries(
    {
        "fields": st.fixed_dictionaries({}, optional={
            "created": _moments, "creator": _users, "reporter": _users, "assignee": _users, "project": _things, "issuetype": _things, "resolutiondate": _moments,
            "components": st.none() | st.lists(_things, max_size=2), "status": st.none() | st.just({"statusCategory": {"key": "done"}}) | st.just({"statusCategory": None}),
        }),
        "histories": st.lists(st.fixed_dictionaries({}, optional={"id": _texts, "created": _moments, "author": _users, "items": st.none() | st.lists(_moves, max_size=2)}), max_size=3),
        "comments": st.lists(st.fixed_dictionaries({}, optional={"id": _texts, "created": _moments, "author": _users}), max_size=2),
    },
    optional={"id": _texts},
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(_items, max_size=3))
def test_whatever_is_missing_the_rest_is_read(nodes):
    batch(Reader("quay.example", {"5": True}.get).events(nodes))
