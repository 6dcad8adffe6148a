"""A project at GitLab becomes events: whole, in pieces, again; whatever is missing in what it says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.evidence import identities
from followspot.evidence.connectors import _http, _pieces, gitlab
from followspot.evidence.connectors._gitlab_events import Reader
from followspot.evidence.connectors._rows import batch
from followspot.evidence.event import SCHEMA
from tests.stubs.gitlab import TOKEN, History, Stub, delivery, stamp


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    monkeypatch.setattr(_http, "sleep", lambda seconds: None)


@pytest.fixture(scope="module")
def history():
    return History(merges=120, issues=60)


@pytest.fixture
def stub(history):
    with Stub(history) as stub:
        yield stub


@pytest.fixture
def small():
    with Stub(History()) as stub:
        yield stub


def read(stub, cursor=None, token=TOKEN):
    harvest = gitlab.read(stub.address, cursor=cursor, token=token)
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


class TestReading:
    def test_it_keeps_the_promises_of_every_connector(self, stub):
        batches = list(gitlab.read(stub.address, token=TOKEN).batches)
        rows = [row for batch in batches for row in batch.to_pylist()]
        assert all(batch.schema.equals(SCHEMA) for batch in batches)
        assert {row["activity"] for row in rows} == gitlab.connector.emits
        assert all(row["actor"] and row["object"] and row["key"] for row in rows)

    def test_both_clocks_of_what_was_let_in(self, stub, history):
        rows = by_key(whole(stub))
        for node in history.parts["merge_requests"]:
            number = node["iid"]
            opened, accepted = rows[f"p{number}:opened"], rows.get(f"p{number}:accepted")
            assert opened["at"] == datetime.fromisoformat(node["created_at"])
            assert opened["object"] == f"pull:quay/cranes/tower#{number}"
            assert bool(accepted) == bool(node["merged_at"])
            assert (f"p{number}:closed" in rows) == bool(node["closed_at"])
            if accepted:
                assert accepted["at"] == datetime.fromisoformat(node["merged_at"])
                assert accepted["actor"] == node["merge_user"]["username"]
                assert rows[f"p{number}:merged"]["actor"] == opened["actor"]

    def test_a_review_that_was_asked_for_says_by_which_asking(self, stub):
        rows = by_key(whole(stub))
        answered = [r for r in rows.values() if r["activity"] == "review.given" and set(r["invited_by"].split()) & rows.keys()]  # fmt: skip
        assert answered
        for row in answered:
            ask = next(rows[key] for key in row["invited_by"].split() if key in rows)
            assert (ask["activity"], ask["object"], ask["to"]) == ("review.asked", row["object"], [row["actor"]])  # fmt: skip
            assert ask["at"] <= row["at"]
            assert ask["actor"] == "nobody"  # GitLab doesn't say who asked

    def test_what_is_said_to_single_lines_on_one_day_is_one_review(self, small):
        node, ben = small.history.parts["merge_requests"][0], small.history.people[1]
        node["author"] = small.history.people[0]
        at = datetime(2024, 5, 1, 9, tzinfo=UTC)
        for minutes in (0, 5, 60 * 24):
            small.history.say("merge_requests", node, ben, at + timedelta(minutes=minutes), kind="DiffNote")
        rows = by_key(whole(small))
        given = sorted(r["at"] for r in rows.values() if r["activity"] == "review.given" and r["at"] >= at)
        assert given == [at, at + timedelta(days=1)]

    def test_what_authors_say_on_their_own_is_a_comment_to_nobody(self, stub):
        rows = whole(stub)
        authors = {r["object"]: r["actor"] for r in rows if r["activity"] in ("pull.opened", "item.opened")}
        for row in rows:
            if row["activity"] in ("review.given", "comment.written") and authors[row["object"]] != "nobody":
                own = row["actor"] == authors[row["object"]]
                assert row["to"] == ([] if own else [authors[row["object"]]])
                assert not (own and row["activity"] == "review.given")

    def test_an_issue_is_done_by_whom_it_was_given_to_unless_it_went_elsewhere(self, stub, history):
        rows = by_key(whole(stub))
        for node in history.parts["issues"]:
            done = rows.get(f"i{node['iid']}:done")
            assert bool(done) == (bool(node["closed_at"]) and "moved_to_id" not in node)
            if done:
                assert done["actor"] == (node["assignees"] or [node["closed_by"]])[0]["username"]

    def test_who_is_gone_is_nobody(self, stub):
        actors = {r["actor"] for r in whole(stub)}
        assert "nobody" in actors
        assert "ghost" not in actors

    def test_a_login_is_joined_with_how_its_person_signs_changes(self, stub):
        _, finish = read(stub)
        signed = "A. <50-ada@users.noreply.127.0.0.1>", "Ben Blau <ben@home.example>"
        joined = identities.join(["ada", "ben", *signed], aliases=finish.aliases)
        assert joined["ada"] == joined[signed[0]]
        assert joined["ben"] == joined[signed[1]]
        assert joined["ada"] != joined["ben"]

    def test_it_asks_few_questions(self, stub, history):
        whole(stub)
        single = [path for path in stub.asked if path.endswith("/reviewers")]
        assert len(single) <= len(history.asked) * 1.1
        assert len(stub.asked) - len(single) < 30

    def test_an_old_project_says_what_gitlab_no_longer_knows(self, small):
        small.project["created_at"] = "2019-01-01T00:00:00Z"
        assert "three years" in read(small)[1].notes[0]


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
        assert not gitlab.complete(finish.cursor)
        assert len(first) < len(once)
        assert by_key(whole(stub)) == once

    def test_a_host_that_gives_less_on_a_page_is_read_to_its_end(self, stub):
        once = by_key(whole(stub))
        stub.most = 7
        assert by_key(whole(stub)) == once

    def test_many_that_changed_in_one_instant_are_all_read(self, small):
        for node in small.history.parts["merge_requests"]:
            node["updated_at"] = stamp(datetime(2024, 5, 1, tzinfo=UTC))
        once = by_key(whole(small))
        small.most = 5
        assert by_key(whole(small)) == once

    def test_what_changes_comes_next_time(self, small):
        rows, finish = read(small)
        small.now += timedelta(hours=1)
        node, by = small.history.parts["issues"][0], small.history.people[1]
        said = small.history.say("issues", node, by, small.now - timedelta(minutes=5))
        more, _ = read(small, finish.cursor)
        assert by_key(more).keys() - by_key(rows).keys() == {f"c{said['note']['id']}"}

    def test_what_was_said_since_a_round_began_waits_for_the_next(self, small):
        """Whoever was asked meanwhile isn't known before, so nobody would know that it was asked for."""
        node, ben = small.history.parts["merge_requests"][0], small.history.people[1]
        node["author"] = small.history.people[0]
        small.history.say("merge_requests", node, ben, small.now + timedelta(minutes=1), kind="approved")
        rows, finish = read(small)
        small.history.asked[node["iid"]] = [{"user": ben, "created_at": stamp(small.now)}]
        node |= {"reviewers": [ben], "updated_at": stamp(small.now + timedelta(minutes=1))}
        small.now += timedelta(hours=1)
        more, _ = read(small, finish.cursor)
        new = by_key(more).keys() - by_key(rows).keys()
        assert {key.split(":")[1] for key in new} == {"asked", "approved"}

    def test_a_project_with_another_path_goes_on_under_its_number(self, small):
        _, finish = read(small)
        small.project["path_with_namespace"] = "quay/spire"
        rows, _ = read(small, finish.cursor)
        assert all("quay/cranes/tower" in row["object"] for row in rows)

    def test_an_empty_project_is_read_at_once(self):
        with Stub(History(merges=0, issues=0, releases=0)) as stub:
            rows, finish = read(stub)
            again, then = read(stub, finish.cursor)
        assert rows == again == []
        assert gitlab.complete(finish.cursor)
        assert then.cursor == finish.cursor

    def test_how_far_it_is_is_told(self, stub):
        told = []
        harvest = gitlab.read(stub.address, tell=lambda done, total: told.append((done, total)), token=TOKEN)
        list(harvest.batches)
        assert told[-1][1] == 180
        assert told[-1][0] >= 180


class TestTrouble:
    @pytest.mark.parametrize(
        "trouble",
        [("status", 502), ("cut", None), ("reset", None), ("text", b"<html>"), ("headers", (429, {"Retry-After": "60"}))],
    )  # fmt: skip
    def test_what_passes_costs_nothing(self, small, trouble):
        once = by_key(whole(small))
        small.troubles.extend([("fine", None), trouble, ("fine", None), trouble])
        assert by_key(whole(small)) == once

    def test_a_long_wait_ends_the_piece_with_what_came(self, stub):
        until = datetime.now(UTC) + timedelta(minutes=30)
        limit = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(until.timestamp()))}
        stub.troubles.extend([("fine", None)] * 60 + [("headers", (429, limit))])
        rows, finish = read(stub)
        assert rows
        assert abs(finish.resume_at - until) < timedelta(seconds=5)
        rest, _ = read(stub, finish.cursor)
        assert by_key([*rows, *rest]) == by_key(whole(stub))

    @pytest.mark.parametrize("part", ["issues", "merge_requests", "events", "releases"])
    def test_a_part_that_the_token_may_not_read_is_left_out_and_said(self, small, part):
        small.closed_parts.add(part)
        rows, finish = read(small)
        assert rows
        assert gitlab.CALLED[part] in finish.notes[0]

    @pytest.mark.parametrize(
        ("trouble", "said"),
        [(("status", 403), "read_api"), (("status", 404), "no such project"), (("text", b"[]"), "Is the host right")],
    )  # fmt: skip
    def test_a_no_says_what_to_do(self, small, trouble, said):
        small.troubles.append(trouble)
        with pytest.raises(BadInput, match=said):
            read(small)

    def test_a_token_that_is_withdrawn_in_the_middle(self, small):
        small.troubles.extend([("fine", None)] * 3 + [("status", 401)])
        with pytest.raises(BadInput, match="Make a new one"):
            read(small)


class TestConnecting:
    def test_what_a_token_opens_is_said(self, small):
        access = gitlab.check(small.address, TOKEN)
        assert (access.address, access.title) == (small.address, "quay/cranes/tower")
        assert access.sentence == "The token opens quay/cranes/tower: 12 merge requests, 6 issues and 2 releases."  # fmt: skip

    def test_and_what_it_lacks(self, small):
        small.closed_parts.add("issues")
        assert "It may not read issues. The token needs the scope" in gitlab.check(small.address, TOKEN).sentence  # fmt: skip

    def test_a_project_that_it_does_not_show(self, small):
        with pytest.raises(BadInput, match="no such project"):
            gitlab.check(small.address.replace("tower", "cellar"), TOKEN)

    def test_a_long_wait_is_said_at_once(self, small):
        small.troubles.append(("headers", (429, {"Retry-After": "3600"})))
        with pytest.raises(BadInput, match="asked again at"):
            gitlab.check(small.address, TOKEN)

    @pytest.mark.parametrize(
        ("project", "host", "address"),
        [("quay/tower", "", "https://gitlab.com/quay/tower"), ("https://gitlab.com/quay/cranes/tower/-/issues", "", "https://gitlab.com/quay/cranes/tower"),
         ("quay/tower.git", "git.quay.example", "https://git.quay.example/quay/tower"), ("quay/tower", "http://127.0.0.1:8", "http://127.0.0.1:8/quay/tower")],
    )  # fmt: skip
    def test_an_address_from_what_a_person_writes(self, project, host, address):
        assert gitlab.address({"project": project, "host": host}) == address

    @pytest.mark.parametrize(
        ("project", "host"),
        [("", ""), ("tower", ""), ("quay/to wer", ""), ("../x", ""), ("quay/tower", "http://git.quay.example"), ("quay/tower", "https://a:b@x.example"), ("quay/tower", "x y")],
    )  # fmt: skip
    def test_what_is_none_is_told(self, project, host):
        with pytest.raises(BadInput):
            gitlab.address({"project": project, "host": host})


class TestWebhook:
    ADDRESS = "https://gitlab.com/quay/cranes/tower"

    @pytest.mark.parametrize("kind", ["issue", "merge_request", "note", "release", "work_item"])
    def test_it_says_that_there_is_something_new(self, kind):
        assert gitlab.from_webhook("", delivery(kind), self.ADDRESS) is None

    def test_of_this_project_and_of_what_is_read_here(self):
        assert gitlab.from_webhook("", delivery("pipeline"), self.ADDRESS) == ()
        assert gitlab.from_webhook("", delivery(project="quay/cellar"), self.ADDRESS) == ()
        assert gitlab.from_webhook("", {}, self.ADDRESS) == ()

    @pytest.mark.parametrize("payload", [None, [], 7, {"project": 3}])
    def test_what_is_not_of_its_shape_is_refused(self, payload):
        with pytest.raises(BadInput):
            gitlab.from_webhook("", payload, self.ADDRESS)

    @pytest.mark.parametrize(("said", "right"), [("s", True), ("t", False), ("", False), ("ø", False)])
    def test_it_carries_the_secret(self, said, right):
        assert gitlab.connector.remote.hook.genuine({"X-Gitlab-Token": said}, b"", "s") == right


_texts = st.none() | st.sampled_from(["", "ada", "ghost1", "<x>", "2024-01-01T09:00:00.000Z"]) | st.integers(0, 3)  # fmt: skip
_users = st.none() | st.fixed_dictionaries({}, optional={"id": st.none() | st.integers(1, 5), "username": _texts, "name": _texts})  # fmt: skip
_moments = st.none() | st.just("2024-01-01T09:00:00.000+02:00")
_things = st.fixed_dictionaries(
    {},
    optional={
        "iid": st.none() | st.integers(1, 3), "created_at": _moments, "merged_at": _moments, "closed_at": _moments, "released_at": _moments,
        "author": _users, "merge_user": _users, "closed_by": _users, "tag_name": _texts, "_links": st.none() | st.just({}),
        "reviewers": st.none() | st.lists(_users, max_size=2), "assignees": st.none() | st.lists(_users, max_size=2),
        "asked": st.none() | st.lists(st.fixed_dictionaries({}, optional={"user": _users, "created_at": _moments}), max_size=2),
    },
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["merge_requests", "issues", "releases"]), st.lists(_things, max_size=4))
def test_whatever_is_missing_the_rest_is_read(part, nodes):
    batch(Reader("quay/tower", "x").events(part, nodes))
