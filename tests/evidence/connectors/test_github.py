"""A repository at GitHub becomes events: whole, in pieces, again; and the same out of what its webhooks send."""

import hashlib
import hmac
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from followspot.errors import BadInput
from followspot.evidence import identities
from followspot.evidence.connectors import _http, _pieces, github
from followspot.evidence.event import SCHEMA
from tests.stubs.github import TOKEN, History, Stub, deliveries

LIMIT = {"X-RateLimit-Remaining": "0"}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    monkeypatch.setattr(_http, "sleep", lambda seconds: None)


@pytest.fixture(scope="module")
def history():
    return History(pulls=160, issues=70, releases=3)


@pytest.fixture
def stub(history):
    with Stub(history) as stub:
        yield stub


@pytest.fixture
def small():
    with Stub(History()) as stub:
        yield stub


def read(stub, cursor=None, token=TOKEN):
    harvest = github.read(stub.address, cursor=cursor, token=token)
    rows = [row for batch in harvest.batches for row in batch.to_pylist()]
    return rows, harvest.finish()


def whole(stub):
    """Read piece after piece until there is no more."""
    rows, finish = read(stub)
    while finish.more:
        some, finish = read(stub, finish.cursor)
        rows += some
    return rows


def by_key(rows):
    return {row["key"]: row for row in rows}


class TestReading:
    def test_it_keeps_the_promises_of_every_connector(self, stub):
        batches = list(github.read(stub.address, token=TOKEN).batches)
        rows = [row for batch in batches for row in batch.to_pylist()]
        assert all(batch.schema.equals(SCHEMA) for batch in batches)
        assert len({row["key"] for row in rows}) == len(rows)
        assert {row["activity"] for row in rows} == github.connector.emits
        assert all(row["actor"] and row["object"] and row["key"] for row in rows)

    def test_both_clocks_of_what_was_let_in(self, stub, history):
        rows = by_key(whole(stub))
        node = next(n for _, n in history.parts["pullRequests"] if n["mergedAt"] and n["author"])
        number = node["number"]
        opened, merged, accepted = (rows[f"p{number}:{what}"] for what in ("opened", "merged", "accepted"))
        assert (opened["at"], merged["at"]) == (moment(node["createdAt"]), moment(node["mergedAt"]))
        assert opened["actor"] == merged["actor"]
        assert opened["object"] == accepted["object"] == f"pull:quay/tower#{number}"
        assert accepted["actor"] == node["mergedBy"]["login"]
        assert opened["about"] == ["repository:quay/tower"]

    def test_a_review_that_was_asked_for_says_by_which_asking(self, stub):
        rows = by_key(whole(stub))
        invited = [r for r in rows.values() if r["invited_by"]]
        assert invited
        for row in invited:
            for key in row["invited_by"].split():
                ask = rows[key]
                assert ask["activity"] == "review.asked"
                assert ask["object"] == row["object"]
                assert ask["at"] <= row["at"]
                assert ask["to"] in ([], [row["actor"]])

    def test_what_authors_say_on_their_own_is_a_comment_to_nobody(self, stub):
        rows = whole(stub)
        authors = {r["object"]: r["actor"] for r in rows if r["activity"] in ("pull.opened", "item.opened")}
        for row in rows:
            if row["activity"] in ("review.given", "comment.written") and authors[row["object"]] != "nobody":
                own = row["actor"] == authors[row["object"]]
                assert row["to"] == ([] if own else [authors[row["object"]]])
                assert not (own and row["activity"] == "review.given")

    def test_an_issue_is_done_once_when_it_was_completed_and_by_whom_it_was_given_to(self, stub, history):
        rows = by_key(whole(stub))
        for _, node in history.parts["issues"]:
            closed = [i for i in node["timelineItems"]["nodes"] if i["__typename"] == "ClosedEvent"]
            completed = bool(closed) and closed[0]["stateReason"] in ("COMPLETED", None)
            assert (f"i{node['number']}:done" in rows) == completed
            if completed:
                whose = (node["assignees"]["nodes"] or [closed[0]["actor"]])[0]
                assert rows[f"i{node['number']}:done"]["actor"] == whose["login"]

    def test_what_was_closed_and_let_in_after_all_was_closed_once(self, small):
        """Whenever it is read: while it is closed, and after it was opened again and let in."""
        ben = {"__typename": "User", "login": "ben", "databaseId": 101, "name": "Ben Blau"}
        node = next(n for _, n in small.history.parts["pullRequests"] if not n["mergedAt"])
        items = node["timelineItems"]["nodes"]
        items[:] = [{"__typename": "ClosedEvent", "createdAt": "2024-01-01T09:00:00Z", "actor": ben}]
        early = by_key(whole(small))
        items.append({"__typename": "ClosedEvent", "createdAt": "2024-01-03T09:00:00Z", "actor": ben})
        node |= {"mergedAt": "2024-01-03T09:00:00Z", "mergedBy": ben}
        small.history.again("pullRequests", node)
        late = by_key(whole(small))
        assert early.items() <= late.items()
        new = {key.split(":")[1] for key in late.keys() - early.keys()}
        assert new == {"merged", "accepted"}

    def test_bots_are_known_for_bots_and_who_is_gone_is_nobody(self, stub):
        actors = Counter(r["actor"] for r in whole(stub))
        assert actors["renovate[bot]"]
        assert identities.is_bot("renovate[bot]")
        assert actors["nobody"]
        assert "renovate" not in actors

    def test_a_login_is_joined_with_how_its_person_signs_changes(self, stub):
        _, finish = read(stub)
        signed = "Ada <1+ada@users.noreply.127.0.0.1>", "Ben Blau <ben@home.example>"
        joined = identities.join(["ada", "ben", *signed], aliases=finish.aliases)
        assert joined["ada"] == joined[signed[0]]
        assert joined["ben"] == joined[signed[1]]
        assert joined["ada"] != joined["ben"]

    def test_a_shown_address_joins_too_where_the_token_shows_it(self, small):
        small.no_mails = False
        for person in small.history._people:
            person["email"] = f"{person['login']}@quay.example"
        _, finish = read(small)
        joined = identities.join(["dee", "D. <dee@quay.example>"], aliases=finish.aliases)
        assert len(set(joined.values())) == 1

    def test_a_history_of_its_own_that_is_long_is_read_to_its_end(self, history):
        with Stub(history) as whole_at_once, Stub(history, inside=1) as one_by_one:
            assert by_key(whole(one_by_one)) == by_key(whole(whole_at_once))


class TestGoingOn:
    def test_nothing_new_brings_nothing_that_is_not_known(self, stub):
        rows, finish = read(stub)
        again, then = read(stub, finish.cursor)
        assert by_key(again).items() <= by_key(rows).items()
        assert then.cursor["begins"] == finish.cursor["begins"]
        assert not then.more

    def test_in_pieces_it_is_the_same(self, stub, monkeypatch):
        once = by_key(whole(stub))
        monkeypatch.setattr(_pieces, "PIECE", 100)
        first, finish = read(stub)
        assert finish.more
        assert len(first) < len(once)
        assert not github.complete(finish.cursor)
        assert by_key(whole(stub)) == once

    def test_what_changes_comes_next_time(self, small):
        rows, finish = read(small)
        node = small.history.parts["pullRequests"][0][1]
        small.history.comment("pullRequests", node)
        more, _ = read(small, finish.cursor)
        new = by_key(more).keys() - by_key(rows).keys()
        assert len(new) == 1

    def test_what_changes_while_it_is_read_is_not_missed(self, stub, monkeypatch):
        monkeypatch.setattr(_pieces, "PIECE", 100)
        with Stub(History(pulls=160, issues=70, releases=3)) as moving:
            rows, finish = read(moving)
            said = moving.history.comment("pullRequests", moving.history.parts["pullRequests"][0][1])
            while finish.more:
                some, finish = read(moving, finish.cursor)
                rows += some
        assert f"c{said['fullDatabaseId']}" in by_key(rows)

    def test_a_place_that_is_no_longer_known_is_read_from_the_beginning(self, stub):
        _, finish = read(stub)
        lost = {"type": "INVALID_CURSOR_ARGUMENTS", "message": "`x` does not appear to be a valid cursor."}
        stub.troubles.append(("errors", [lost]))
        rows, then = read(stub, finish.cursor)
        assert not then.more
        assert by_key(rows).keys() >= {"p1:opened", "i1:opened"} & by_key(whole(stub)).keys()

    def test_how_far_it_is_is_told(self, stub):
        told = []
        harvest = github.read(stub.address, tell=lambda done, total: told.append((done, total)), token=TOKEN)
        list(harvest.batches)
        assert told[-1] == (233, 233)


class TestTrouble:
    @pytest.mark.parametrize(
        "trouble",
        [("status", 502), ("cut", None), ("reset", None), ("text", b"<html>"), ("headers", (403, {"Retry-After": "60"})),
         ("errors", [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]),
         ("errors", [{"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": "API rate limit already exceeded for user ID 1."}]),
         ("errors", [{"message": "Something went wrong while executing your query. This may be the result of a timeout"}])],
    )  # fmt: skip
    def test_what_passes_costs_nothing(self, stub, trouble):
        once = by_key(whole(stub))
        stub.troubles.extend([("fine", None), trouble, ("fine", None), trouble])
        assert by_key(whole(stub)) == once

    def test_pages_that_are_too_much_are_asked_for_smaller(self, stub):
        once = by_key(whole(stub))
        stub.largest = 20
        assert by_key(whole(stub)) == once

    @pytest.mark.parametrize(
        "error",
        [{"type": "RATE_LIMIT", "message": "API rate limit already exceeded for user ID 1."}, {"message": "You have exceeded a secondary rate limit."}],
    )  # fmt: skip
    def test_a_limit_in_a_good_answer_is_waited_out(self, small, monkeypatch, error):
        waits = []
        monkeypatch.setattr(_http, "sleep", waits.append)
        small.troubles.append(("errors", [error]))
        read(small)
        assert waits == [60.0]

    @pytest.mark.parametrize("lacks", [None, {"number": 1, "timelineItems": None}])
    def test_what_github_leaves_out_of_too_large_an_answer_is_asked_for_again(self, stub, lacks):
        once = by_key(whole(stub))
        said = {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["repository", "pullRequests", "nodes", 0], "message": "Resource limits for this query exceeded."}  # fmt: skip
        part = {"totalCount": 120, "pageInfo": {"hasNextPage": True, "endCursor": "9"}, "nodes": [lacks]}
        body = {"data": {"repository": {"pullRequests": part}}, "errors": [said]}
        stub.troubles.append(("text", json.dumps(body).encode()))
        assert by_key(whole(stub)) == once

    def test_and_so_is_the_rest_of_a_long_history(self, history):
        with Stub(history, inside=1) as stub:
            once = by_key(whole(stub))
            lost = {
                "data": {"node": {"timelineItems": None}},
                "errors": [{"message": "Something went wrong."}],
            }
            stub.troubles.extend([("fine", None)] * 2 + [("text", json.dumps(lost).encode())] * 2)
            assert by_key(whole(stub)) == once
            stub.troubles.extend([("fine", None)] * 2 + [("text", json.dumps(lost).encode())] * 99)
            with pytest.raises(BadInput, match="Something went wrong"):
                whole(stub)

    def test_what_a_token_may_not_see_of_a_page_does_not_stop_it(self, small):
        said = {"type": "FORBIDDEN", "path": ["repository", "pullRequests", "nodes", 0], "message": "Protected by SAML"}  # fmt: skip
        part = {"totalCount": 1, "pageInfo": {"hasNextPage": False, "endCursor": "9"}, "nodes": [None]}
        body = {"data": {"repository": {"pullRequests": part}}, "errors": [said]}
        small.troubles.extend([("fine", None), ("text", json.dumps(body).encode())])
        rows, _ = read(small)
        assert {row["activity"] for row in rows} >= {"item.opened", "release.published"}

    def test_who_never_answers_is_said_not_to(self, small):
        small.troubles.extend([("status", 502)] * 99)
        with pytest.raises(BadInput, match="GitHub did not answer"):
            read(small)

    def test_a_long_wait_ends_the_piece_with_what_came(self, stub):
        until = datetime.now(UTC) + timedelta(minutes=30)
        limit = {**LIMIT, "X-RateLimit-Reset": str(int(until.timestamp()))}
        stub.troubles.extend([("fine", None), ("fine", None), ("headers", (403, limit))])
        rows, finish = read(stub)
        assert rows
        assert abs(finish.resume_at - until) < timedelta(seconds=5)
        assert not finish.more
        assert "left alone" in finish.notes[0]
        rest, then = read(stub, finish.cursor)
        assert by_key([*rows, *rest]) == by_key(whole(stub))
        assert then.resume_at is None

    def test_a_part_that_the_token_may_not_read_is_left_out_and_said(self, stub):
        stub.closed_parts.add("issues")
        rows, finish = read(stub)
        assert not [r for r in rows if r["activity"].startswith("item.")]
        assert any("issues" in note for note in finish.notes)

    @pytest.mark.parametrize(
        ("trouble", "said"),
        [(("status", 403), "Contents, Issues and Pull requests"), (("status", 404), "no such repository"),
         (("text", b"[]"), "Is the host right"), (("errors", [{"type": "FORBIDDEN", "message": "Resource protected by organization SAML enforcement."}]), "single sign-on")],
    )  # fmt: skip
    def test_a_no_says_what_to_do(self, small, trouble, said):
        small.troubles.append(trouble)
        with pytest.raises(BadInput, match=said):
            read(small)

    def test_a_token_that_is_not_accepted(self, small):
        with pytest.raises(BadInput, match="Make a new one"):
            read(small, token="wrong")

    def test_whoever_stops_early_leaves_no_thread_behind(self, stub):
        import threading

        harvest = github.read(stub.address, token=TOKEN)
        next(harvest.batches)
        harvest.batches.close()
        assert not [t for t in threading.enumerate() if t.name == "ahead"]

    def test_a_name_of_half_a_character_stops_nothing(self, small):
        small.history._people[0]["name"] = "Ada \ud800"
        small.history._people[0]["login"] = "a\ud800da"
        rows, finish = read(small)
        assert "a?da" in {row["actor"] for row in rows}
        assert finish.aliases["a?da"].startswith("Ada ?")

    def test_a_repository_that_is_gone_in_the_middle_keeps_what_came_before(self, stub, monkeypatch):
        monkeypatch.setattr(_pieces, "PIECE", 100)
        rows, finish = read(stub)
        stub.troubles.append(("errors", [{"type": "NOT_FOUND", "path": ["repository"], "message": "gone"}]))
        with pytest.raises(BadInput, match="no such repository"):
            read(stub, finish.cursor)
        assert rows
        assert by_key([*rows, *read(stub, finish.cursor)[0]]).keys() <= by_key(whole(stub)).keys()

    def test_an_empty_repository_is_read_at_once(self):
        with Stub(History(pulls=0, issues=0, releases=0)) as stub:
            rows, finish = read(stub)
        assert rows == []
        assert github.complete(finish.cursor)


class TestConnecting:
    def test_what_a_token_opens_is_said(self, small):
        access = github.check(small.address.replace("quay", "Quay"), TOKEN)
        assert access.address == small.address
        assert access.title == "quay/tower"
        assert access.sentence == "The token opens quay/tower: 12 pull requests, 6 issues and 2 releases."

    def test_and_what_it_lacks(self, small):
        small.closed_parts.add("issues")
        assert (
            "It may not read issues. A fine-grained token needs"
            in github.check(small.address, TOKEN).sentence
        )

    def test_a_repository_that_it_does_not_show(self, small):
        with pytest.raises(BadInput, match="no such repository"):
            github.check(small.address.replace("tower", "cellar"), TOKEN)

    @pytest.mark.parametrize(
        ("repository", "host", "address"),
        [("quay/tower", "", "https://github.com/quay/tower"), (" https://github.com/quay/tower.git ", "", "https://github.com/quay/tower"),
         ("quay/tower", "git.quay.example", "https://git.quay.example/quay/tower"), ("quay/tower", "http://127.0.0.1:8", "http://127.0.0.1:8/quay/tower")],
    )  # fmt: skip
    def test_an_address_from_what_a_person_writes(self, repository, host, address):
        assert github.address({"repository": repository, "host": host}) == address

    @pytest.mark.parametrize(
        ("repository", "host"),
        [("", ""), ("tower", ""), ("a/b/c", ""), ("quay/to wer", ""), ("../x", ""), ("quay/tower", "http://git.quay.example"), ("quay/tower", "ftp://x")],
    )  # fmt: skip
    def test_what_is_none_is_told(self, repository, host):
        with pytest.raises(BadInput):
            github.address({"repository": repository, "host": host})


class TestWebhook:
    def test_told_by_itself_it_is_the_same(self, stub, history):
        read_ = by_key(whole(stub))
        told = {
            row[-1]: row
            for kind, it in deliveries(history)
            for row in github.from_webhook(kind, it, stub.address)
        }
        assert told.keys() == read_.keys()
        for key, row in told.items():
            assert (row[1], row[2], row[3], list(row[5])) == tuple(
                read_[key][c] for c in ("activity", "actor", "object", "to")
            )
            assert moment(row[0]) == read_[key]["at"]

    def test_another_repository_of_the_organisation_is_passed_over(self, history):
        kind, payload = deliveries(history, "quay/cellar")[0]
        assert github.from_webhook(kind, payload, "https://github.com/quay/tower") == []

    @pytest.mark.parametrize("kind", ["push", "star", "pull_request"])
    def test_what_says_nothing_new_is_no_event(self, kind):
        payload = {"action": "edited", "repository": {"full_name": "quay/tower"}}
        assert github.from_webhook(kind, payload, "https://github.com/quay/tower") == []

    @pytest.mark.parametrize(
        "payload",
        [
            None,
            [],
            7,
            "x",
            {"repository": 3},
            {"action": "opened", "repository": {"full_name": "quay/tower"}},
        ],
    )
    def test_what_is_not_of_its_shape_is_refused(self, payload):
        with pytest.raises(BadInput):
            github.from_webhook("pull_request", payload, "https://github.com/quay/tower")

    def test_the_signature_is_that_of_the_body(self):
        body = json.dumps({"zen": "Keep it logically awesome."}).encode()
        signed = {"X-Hub-Signature-256": "sha256=" + hmac.new(b"s", body, hashlib.sha256).hexdigest()}
        assert github.connector.remote.hook.genuine(signed, body, "s")
        assert not github.connector.remote.hook.genuine(signed, body + b" ", "s")
        assert not github.connector.remote.hook.genuine(signed, body, "t")
        assert not github.connector.remote.hook.genuine({}, body, "s")
        assert not github.connector.remote.hook.genuine({"X-Hub-Signature-256": "sha256=ø"}, body, "s")


def moment(text):
    return datetime.fromisoformat(text)
