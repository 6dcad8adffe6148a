"""Comments, mentions, what belongs together, and the search."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from followspot.language import Said
from followspot.objects import actions
from followspot.objects.models import find, kinds
from followspot.practices.barriers import actions as barriers
from followspot.practices.expectations import actions as expectations
from followspot.roles import LEADER, MEMBER
from followspot.teams.models import Person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def barrier(team, ben):
    return barriers.raise_barrier(
        team, "The printer has no contract", by=ben, roles=frozenset({MEMBER}), now=NOW
    )


def say(client, team, thing, text):
    return client.post(reverse("comment", args=[team.slug]), {"object": thing.reference, "text": text})


def test_a_comment_stands_on_its_page_as_text_and_can_be_taken_back_by_its_author(
    client_of, team, barrier, ben, chi
):
    say(client_of(chi), team, barrier, "<b>Which</b> one?\n@Ben")
    page = client_of(ben).get(barrier.get_absolute_url()).text
    assert "&lt;b&gt;Which&lt;/b&gt; one?" in page
    said = team.comments.get()
    address = reverse("withdraw-comment", args=[team.slug, said.pk])
    assert client_of(ben).post(address).status_code == 409
    assert client_of(chi).post(address).status_code == 302
    assert "Which" not in client_of(ben).get(barrier.get_absolute_url()).text
    said.refresh_from_db()
    assert (said.text, said.mentions.count()) == ("", 0)


@pytest.mark.parametrize(
    "reference", ["barrier:1000000000", "person:1", "barrier:x", "barrier:" + "9" * 40, "", "nonsense"]
)
def test_there_is_no_talking_about_what_is_not_there(client_of, team, barrier, ben, reference):
    assert (
        client_of(ben)
        .post(reverse("comment", args=[team.slug]), {"object": reference, "text": "x"})
        .status_code
        == 404
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Ada look", ["Ada"]),
        ("@ada @Ben", ["Ada", "Ben"]),
        ("mail ada@example.org", []),
        ("@Adam", []),
        ("@Chi, and @chi", ["Chi"]),
    ],
)
def test_a_mention_is_an_at_and_a_name(team, ada, ben, chi, text, names):
    assert [p.name for p in actions.mentioned_in(text, [ada, ben, chi])] == names


def test_a_first_name_that_two_people_have_is_nobodys():
    people = [Person(name="Ada Low"), Person(name="Ada High")]
    assert actions.mentioned_in("@Ada", people) == []
    assert actions.mentioned_in("@Ada Low", people) == people[:1]


def test_what_was_begun_about_an_object_stands_on_its_page(client_of, team, ada, ben):
    it = expectations.propose(
        team, "Refunds in two days", owners=[ben], starts_on=NOW.date(), due_on=date(2027, 1, 1), by=ada, roles=frozenset({LEADER}), now=NOW
    )  # fmt: skip
    barriers.raise_barrier(
        team, "No keys", by=ben, roles=frozenset({MEMBER}), now=NOW, holds=it.reference, holds_words=str(it)
    )
    page = client_of(ada).get(it.get_absolute_url()).text
    assert "Belongs to it" in page
    assert "No keys" in page


def test_the_search_finds_words_in_objects_and_comments_of_this_team_alone(
    client_of, team, barrier, ben, dee
):
    from followspot.teams import actions as teams

    other = teams.start_team("Elsewhere", by=None)
    teams.hand_lead(other, to=dee, on=None)
    barriers.raise_barrier(other, "Another printer", by=dee, roles=frozenset({LEADER}), now=NOW)
    say(client_of(ben), team, barrier, "The supplier signs on Thursday")
    address = reverse("search", args=[team.slug])
    for words, found in (
        ("PRINTER contract", True),
        ("thursday", True),
        ("printer nowhere", False),
        ("another", False),
        ("%", False),
    ):
        text = client_of(ben).get(address, {"q": words}).text
        assert ("The printer has no contract" in text) == found, words
        assert "Another printer" not in text
    assert client_of(ben).get(address, {"q": "x" * 5000}).status_code == 200


def test_an_object_is_found_by_how_the_log_writes_it(team, barrier):
    assert find(team, barrier.reference) == barrier


def test_every_kind_has_a_name_for_people():
    assert [m for m in kinds().values() if not isinstance(m.called, Said)] == []
