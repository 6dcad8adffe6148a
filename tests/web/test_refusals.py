"""Nothing that was typed is lost: not when refused, stale, badly written, signed out or too old."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from followspot.practices.barriers import actions as barriers
from followspot.roles import LEADER, MEMBER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ODD = "<script>alert(1)</script> “quoted” عطلان 🖨️ =1+1"


@pytest.fixture
def barrier(team, ben):
    return barriers.raise_barrier(team, "No keys", by=ben, roles=frozenset({MEMBER}), now=NOW)


def move(barrier, verb):
    return reverse("move-barrier", args=[barrier.team.slug, barrier.pk, verb])


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-13-45", "1999-01-01", "0000-00-00"])
def test_a_bad_day_is_named_and_the_note_is_kept(client_of, barrier, ada, day):
    answer = client_of(ada).post(move(barrier, "take"), {"promised_on": day, "note": ODD})
    assert answer.status_code in (409, 422)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; “quoted” عطلان 🖨️ =1+1" in answer.text
    assert "<script>alert" not in answer.text
    assert 'name="note"' in answer.text


def test_who_was_slower_sees_so_and_can_send_it_again(client_of, barrier, ada, chi):
    before = barrier.version
    barriers.take(barrier, promised_on=NOW.date(), by=chi, roles=frozenset({MEMBER}), now=NOW)
    answer = client_of(ada).post(move(barrier, "clear"), {"aftermath": "Ben decides", "version": before})
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.text
    assert barrier.get_absolute_url() in answer.text
    assert f'name="version" value="{before + 1}"' in answer.text
    assert (
        client_of(ada)
        .post(move(barrier, "clear"), {"aftermath": "Ben decides", "version": before + 1})
        .status_code
        == 302
    )


def test_a_lost_session_keeps_what_was_typed_but_no_secret(client_of, team, ben):
    client, address = Client(), reverse("barriers", args=[team.slug])
    answer = client.post(address, {"what": ODD, "password": "hunter2", "version": "3"})
    assert answer.url == "/sign-in/?next=/unsent/"
    assert "hunter2" not in str(dict(client.session))
    client.force_login(ben.account)
    shown = client.get("/unsent/")
    assert "Nothing was lost" in shown.text
    assert "عطلان 🖨️ =1+1" in shown.text
    assert f'action="{address}"' in shown.text
    assert client.get("/unsent/").status_code == 302  # once
    assert not team.barrier_set.exists()


def test_a_page_older_than_the_sign_in_keeps_what_was_typed(team, ben):
    client = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    client.force_login(ben.account)
    answer = client.post(
        reverse("barriers", args=[team.slug]), {"what": ODD, "csrfmiddlewaretoken": "x" * 64}
    )
    assert answer.status_code == 403
    assert "عطلان 🖨️ =1+1" in answer.text


def test_what_another_site_sends_is_not_put_into_anybodys_mouth(team, ben):
    client = Client(enforce_csrf_checks=True, headers={"origin": "https://elsewhere.example"})
    client.force_login(ben.account)
    answer = client.post(reverse("barriers", args=[team.slug]), {"what": "I resign"})
    assert answer.status_code == 403
    assert "I resign" not in answer.text


@pytest.mark.parametrize(
    ("name", "sent", "told"),
    [
        ("barriers", {"what": "x" * 281}, "at most 280 characters"),
        (
            "new-expectation",
            {"outcome": ODD, "starts_on": "2026-11-01", "due_on": "2026-10-01"},
            "Allot it some time",
        ),
        ("applaud", {"words": ODD}, "Applause needs evidence"),
        ("bring-words", {"quote": ODD, "said_on": "yesterday"}, "valid date"),
        ("tell-lesson", {"happened": ODD}, "What do we know now"),
        ("dangers", {"why": ODD, "ends_at": "soon"}, "without an exit"),
    ],
)
def test_a_form_with_a_mistake_says_which_and_keeps_the_rest(client_of, team, ben, name, sent, told):
    answer = client_of(ben).post(reverse(name, args=[team.slug]), sent)
    assert answer.status_code == 422
    assert told in answer.text
    typed = next(iter(sent.values()))
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in answer.text


@pytest.mark.parametrize("verb", ["take", "promise", "nonsense"])
def test_a_verb_by_get_or_by_a_name_that_is_none_does_nothing(client_of, barrier, ada, verb):
    assert client_of(ada).get(move(barrier, verb)).status_code == 405
    if verb == "nonsense":
        assert client_of(ada).post(move(barrier, verb)).status_code == 404


def test_every_list_is_a_table_that_a_spreadsheet_can_open(client_of, team, ben):
    barriers.raise_barrier(team, "=HYPERLINK(1)", by=ben, roles=frozenset({MEMBER}), now=NOW)
    for name in ("barriers", "expectations", "applauses", "lessons", "dangers"):
        answer = client_of(ben).get(reverse(name, args=[team.slug]) + "?format=csv")
        text = answer.getvalue().decode()
        assert answer["Content-Type"].startswith("text/csv")
        assert "\n=" not in text
        assert not text.startswith("=")
    assert LEADER
