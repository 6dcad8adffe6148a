"""Connecting a service on its pages: the token is tried at once, kept sealed, and never shown again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from followspot import seals
from followspot.evidence.connectors import _http
from followspot.evidence.models import Source
from tests.evidence.services import connected, events
from tests.stubs import gitlab, jira
from tests.stubs.github import TOKEN, History, Stub

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    monkeypatch.setattr(_http, "sleep", lambda seconds: None)


@pytest.fixture
def stub():
    with Stub(History()) as stub:
        yield stub


@pytest.fixture
def add(team):
    return reverse("add-service", args=[team.slug, "github"])


def given(stub, **other):
    return {"repository": "quay/tower", "host": f"http://127.0.0.1:{stub.port}", "token": TOKEN, **other}


def test_it_is_offered_and_asks_for_what_it_needs(client_of, team, ada, add):
    assert add in client_of(ada).get(reverse("evidence", args=[team.slug])).text
    page = client_of(ada).get(add).text
    assert "Owner and name" in page
    assert "Pull requests" in page


def test_connected_it_says_what_the_token_opens_and_is_read(client_of, team, ada, add, stub):
    page = client_of(ada).post(add, given(stub), follow=True)
    assert "The token opens quay/tower: 12 pull requests, 6 issues and 2 releases." in page.text
    source = Source.objects.get()
    assert seals.opened(source.token) == TOKEN
    assert source.settings == {}
    assert events(team)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [({"token": "stolen"}, "token", "accept the token"), ({"repository": "tower"}, "repository", "owner/name"),
     ({"repository": "quay/cellar"}, "repository", "no such repository"), ({"host": "http://a.example"}, "host", "only sent over https"), ({"token": ""}, "token", "required")],
)  # fmt: skip
def test_an_error_names_its_field_and_keeps_all_but_the_token(client_of, ada, add, stub, wrong, field, said):
    page = client_of(ada).post(add, given(stub, **wrong))
    assert page.status_code == 422
    assert said in " ".join(page.context["form"].errors[field])
    assert page.context["form"]["repository"].value() in page.text
    assert f'value="{TOKEN}"' not in page.text
    assert "stolen" not in page.text
    assert not Source.objects.exists()


def test_a_host_inside_is_not_asked_unless_it_was_named(client_of, ada, add, stub, monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "")
    page = client_of(ada).post(add, given(stub, host=f"https://127.0.0.1:{stub.port}"))
    assert "own network" in " ".join(page.context["form"].errors["host"])
    assert stub.asked == []


def test_the_same_twice_is_refused(client_of, ada, add, stub):
    client_of(ada).post(add, given(stub))
    page = client_of(ada).post(add, given(stub, repository="Quay/Tower"))
    assert "connected already" in page.text
    assert Source.objects.count() == 1


def test_a_token_is_replaced_once_it_opens(client_of, team, ada, stub):
    source = connected(team, stub, now=timezone.now(), token="old")
    address = reverse("replace-token", args=[team.slug, source.pk])
    page = client_of(ada).post(address, {"token": "older"})
    assert page.status_code == 422
    assert "accept the token" in page.text
    page = client_of(ada).post(address, {"token": TOKEN}, follow=True)
    assert "The token is replaced." in page.text
    source.refresh_from_db()
    assert seals.opened(source.token) == TOKEN


def test_what_has_another_name_since_is_still_the_same(client_of, team, ada, add, stub):
    source = connected(team, stub, now=timezone.now())
    Source.objects.update(path=stub.address.replace("tower", "spire"))
    stub.earlier = "spire"
    page = client_of(ada).post(add, given(stub))
    assert "connected already" in page.text
    address = reverse("replace-token", args=[team.slug, source.pk])
    assert "The token is replaced." in client_of(ada).post(address, {"token": TOKEN}, follow=True).text


def test_its_page_says_when_it_was_read_and_when_it_is_next(client_of, team, ada, ben, add, stub):
    client_of(ada).post(add, given(stub))
    page = reverse("source", args=[team.slug, Source.objects.get().pk])
    assert "It is read again by itself" in client_of(ada).get(page).text
    assert "Replace the token" in client_of(ada).get(page).text
    assert "Replace the token" not in client_of(ben).get(page).text


def test_who_does_not_keep_the_team_connects_nothing(client_of, team, ben, add, stub):
    assert client_of(ben).post(add, given(stub)).status_code in (403, 409)
    source = connected(team, stub, now=timezone.now())
    for name in ("replace-token", "make-webhook"):
        assert client_of(ben).post(reverse(name, args=[team.slug, source.pk]), {"token": TOKEN}).status_code in (403, 409)  # fmt: skip


def test_what_has_no_token_has_no_such_page(client_of, team, ada):
    source = Source.objects.create(team=team, connector="git", title="Quay", path="/nowhere")
    for name in ("replace-token", "make-webhook"):
        assert client_of(ada).post(reverse(name, args=[team.slug, source.pk])).status_code == 404
    assert client_of(ada).get(reverse("add-service", args=[team.slug, "git"])).status_code == 404


class TestGitLab:
    @pytest.fixture
    def stub(self):
        with gitlab.Stub(gitlab.History()) as stub:
            yield stub

    @pytest.fixture
    def add(self, team):
        return reverse("add-service", args=[team.slug, "gitlab"])

    def given(self, stub, **other):
        return {"project": "quay/cranes/tower", "host": stub.root, "token": TOKEN, **other}

    def test_connected_it_says_what_the_token_opens_and_is_read(self, client_of, team, ada, add, stub):
        assert add in client_of(ada).get(reverse("evidence", args=[team.slug])).text
        page = client_of(ada).post(add, self.given(stub), follow=True)
        assert "The token opens quay/cranes/tower: 12 merge requests, 6 issues and 2 releases." in page.text
        assert "p1:opened" in events(team)

    @pytest.mark.parametrize(
        ("wrong", "field", "said"),
        [({"token": "stolen"}, "token", "accept the token"), ({"project": "tower"}, "project", "group/project"),
         ({"project": "quay/cellar"}, "project", "no such project"), ({"host": "http://a.example"}, "host", "only sent over https")],
    )  # fmt: skip
    def test_an_error_names_its_field_and_keeps_all_but_the_token(self, client_of, ada, add, stub, wrong, field, said):  # fmt: skip
        page = client_of(ada).post(add, self.given(stub, **wrong))
        assert page.status_code == 422
        assert said in " ".join(page.context["form"].errors[field])
        assert page.context["form"]["project"].value() in page.text
        assert "stolen" not in page.text


class TestJira:
    @pytest.fixture
    def stub(self):
        with jira.Stub(jira.History()) as stub:
            yield stub

    @pytest.fixture
    def add(self, team):
        return reverse("add-service", args=[team.slug, "jira"])

    def test_connected_it_says_what_the_token_opens_and_is_read(self, client_of, team, ada, add, stub):
        page = client_of(ada).post(add, {"host": stub.root, "which": "", "token": jira.TOKEN}, follow=True)
        assert "The token opens 127.0.0.1: 20 items." in page.text
        assert {row["activity"] for row in events(team).values()} >= {"item.opened", "item.done"}
        assert jira.TOKEN not in Source.objects.get().path

    @pytest.mark.parametrize(
        ("wrong", "field", "said"),
        [({"token": "a@b:stolen"}, "token", "accept the token"), ({"host": "x y"}, "host", "Write the host"), ({"host": ""}, "host", "required"),
         ({"which": "projekt = X"}, "which", "Field 'projekt' does not exist"), ({"which": "a ORDER BY b"}, "which", "without ORDER BY")],
    )  # fmt: skip
    def test_an_error_names_its_field_and_keeps_all_but_the_token(self, client_of, ada, add, stub, wrong, field, said):  # fmt: skip
        sent = {"host": stub.root, "which": "key = TOWER-1", "token": jira.TOKEN, **wrong}
        page = client_of(ada).post(add, sent)
        assert page.status_code == 422
        assert said in " ".join(page.context["form"].errors[field])
        assert sent["which"] in page.text
        assert "stolen" not in page.text
