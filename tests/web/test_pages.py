"""Pages as nobody, stranger, member and leader see them."""

from datetime import date

import pytest
from django.urls import reverse

from followspot.practices.stepaways import actions as stepaways
from followspot.roles import LEADER
from followspot.teams.models import Identity
from followspot.web import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def stepaway(team, ada, now):
    return stepaways.plan(
        team,
        ada,
        stretches=[(date(2026, 8, 3), date(2026, 8, 16))],
        margin=0.2,
        flow="landed",
        by=ada,
        roles=frozenset({LEADER}),
        now=now,
    )


@pytest.fixture(scope="module")
def sampled(django_db_setup, django_db_blocker):
    """The samples, brought once for the module."""
    with django_db_blocker.unblock():
        assert list(samples.bring()) == ["Redis", "Git", "Sphinx"]
        yield
        from followspot.practices.stepaways.models import StepAway
        from followspot.teams.models import Person, Team

        StepAway.objects.all().delete()
        Team.objects.all().delete()
        Person.objects.all().delete()


def test_a_member_sees_step_aways_and_not_the_sideline(client_of, team, stepaway, ben):
    client = client_of(ben)
    assert client.get(reverse("stepaways", args=[team.slug])).status_code == 200
    assert client.get(stepaway.get_absolute_url()).status_code == 200
    assert client.get(reverse("sideline", args=[team.slug])).status_code == 403
    assert client.get(reverse("panel", args=[team.slug, "dependence"])).status_code == 403


def test_a_member_changes_nothing(client_of, team, stepaway, ben):
    client = client_of(ben)
    assert client.post(reverse("move-stepaway", args=[team.slug, stepaway.pk, "withdraw"])).status_code == 409
    assert (
        client.post(
            reverse("stepaways", args=[team.slug]),
            {"begins_on": "2026-09-01", "margin": "0.2", "flow": "landed"},
        ).status_code
        == 409
    )
    assert team.stepaway_set.count() == 1


def test_the_leader_sees_the_sideline(client_of, team, ada):
    answer = client_of(ada).get(reverse("sideline", args=[team.slug]))
    assert answer.status_code == 200
    assert b"Seen by you only" in answer.content


def test_a_stepaway_that_is_not_over_has_no_numbers(client_of, team, ada, now):
    coming = stepaways.plan(
        team,
        ada,
        stretches=[(date(2090, 1, 2), date(2090, 1, 20))],
        margin=0.2,
        flow="landed",
        by=ada,
        roles=frozenset({LEADER}),
        now=now,
    )
    page = client_of(ada).get(coming.get_absolute_url()).text
    assert "Who takes the stage while Ada is away?" in page
    assert 'class="verdict' not in page
    kept = reverse("keep-stepaway", args=[team.slug, coming.pk, "json"])
    assert client_of(ada).get(kept).status_code == 404


def test_a_form_with_a_mistake_keeps_what_was_written(client_of, team, ada):
    sent = {
        "begins_on": "2026-09-10",
        "ends_on": "2026-09-01",
        "margin": "0.2",
        "flow": "landed",
        "what_else": "A <b>fair</b> 🎪",
    }
    answer = client_of(ada).post(reverse("stepaways", args=[team.slug]), sent)
    assert answer.status_code == 422
    assert "The last day away is before the first." in answer.text
    assert "A &lt;b&gt;fair&lt;/b&gt; 🎪" in answer.text


def test_overlapping_stepaways_are_refused(client_of, team, ada, stepaway):
    sent = {"begins_on": "2026-08-10", "ends_on": "2026-08-30", "margin": "0.2", "flow": "landed"}
    answer = client_of(ada).post(reverse("stepaways", args=[team.slug]), sent)
    assert answer.status_code == 409
    assert "overlap" in answer.text


def test_without_evidence_the_report_says_what_is_missing(client_of, stepaway, ada):
    assert (
        b"no work of anybody but the leader to look at"
        in client_of(ada).get(stepaway.get_absolute_url()).content
    )


def test_the_first_run_starts_a_team(client_of, dee):
    answer = client_of(dee).post("/start/", {"name": "New quay", "zone": "Europe/Lisbon", "leads": "me"})
    assert answer.url == "/teams/new-quay/evidence/"
    assert client_of(dee).get(answer.url).status_code == 200


def test_only_who_runs_the_server_names_a_path_on_it(client_of, dee, team, ada, tmp_path):
    (tmp_path / "secrets.csv").write_text("date,word\n2024-01-01,secret")
    sent = {"name": "Quay", "zone": "UTC", "leads": "me", "path": str(tmp_path / "secrets.csv")}
    answer = client_of(dee).post("/start/", sent)
    assert answer.status_code == 422
    answer = client_of(ada).post(f"/teams/{team.slug}/evidence/add/", {"path": str(tmp_path / "secrets.csv")})
    assert answer.status_code == 422
    assert not team.sources.exists()


def test_the_first_run_refuses_both_path_and_nothing_there(client_of, dee):
    dee.account.is_staff = True
    dee.account.save()
    answer = client_of(dee).post(
        "/start/", {"name": "Quay", "zone": "UTC", "leads": "me", "path": "/no/such/place"}
    )
    assert answer.status_code == 422
    assert "nothing at this path" in answer.text
    assert 'value="Quay"' in answer.text


def test_a_zone_that_does_not_exist_is_named(client_of, dee):
    answer = client_of(dee).post("/start/", {"name": "Quay", "zone": "Mars/Olympus", "leads": "me"})
    assert answer.status_code == 422
    assert "Mars/Olympus" in answer.text


def test_light_or_dark_is_kept_and_never_leads_away(client_of, ada):
    client = client_of(ada)
    assert client.post("/theme/", {"next": "https://elsewhere.example/"}).url == "/"
    assert 'data-theme="dark"' in client.get("/", follow=True).text


@pytest.mark.parametrize("slug", ["redis", "git", "sphinx"])
def test_a_sample_has_a_report_with_its_source_and_figures(sampled, client_of, dee, slug):
    page = client_of(dee).get(f"/teams/{slug}/step-aways/", follow=True)
    link = next(
        w for w in page.text.split('"') if w.startswith(f"/teams/{slug}/step-aways/") and w[-2].isdigit()
    )
    report = client_of(dee).get(link)
    assert report.status_code == 200
    assert "Known from:" in report.text
    assert '<svg role="img"' in report.text
    assert client_of(dee).get(f"{link}report.json").json()["verdict"] in {
        "held",
        "dropped",
        "rose",
        "cant_tell",
    }
    assert client_of(dee).get(f"{link}report.pdf").content.startswith(b"%PDF")
    assert b"<style>" in client_of(dee).get(f"{link}report.html").content


def test_pages_load_nothing_from_elsewhere_and_have_no_inline_style(sampled, client_of, dee):
    client = client_of(dee)
    for address in (
        "/",
        "/start/",
        "/teams/git/evidence/",
        "/teams/git/sideline/",
        "/teams/git/panels/dependence/",
    ):
        text = client.get(address).text
        assert "style=" not in text, address
        assert 'src="http' not in text, address


@pytest.mark.parametrize("address", ["/", "/teams/git/step-aways/", "/teams/git/evidence/"])
def test_queries_do_not_grow_with_the_number_of_stepaways(
    sampled, client_of, dee, django_assert_max_num_queries, address
):
    client = client_of(dee)
    client.get(address)  # readings are in the cache from here on
    with django_assert_max_num_queries(45):
        client.get(address)


def test_htmx_gets_a_part_and_everybody_else_a_page(sampled, client_of, dee):
    address = "/teams/git/panels/dependence/"
    assert "<html" not in client_of(dee).get(address, headers={"HX-Request": "true"}).text
    assert "<html" in client_of(dee).get(address).text


def test_people_join_leave_and_take_the_lead_with_dates(client_of, team, ada):
    client, address = client_of(ada), reverse("people", args=[team.slug])
    client.post(address, {"name": "Eve", "identity": "Eve <eve@x.org>", "on": "2026-01-05", "as": "member"})
    eve = team.memberships.get(person__name="Eve")
    assert eve.person.identities.get().written_as == "Eve <eve@x.org>"
    client.post(address, {"leaves": eve.pk, "on": "2026-06-30"})
    eve.refresh_from_db()
    assert eve.ends_on == date(2026, 6, 30)
    client.post(address, {"name": "Ben", "on": "2026-10-01", "as": "leader"})
    assert team.leader_on(date(2026, 10, 1)).name == "Ben"
    assert "until 30 September 2026" in client.get(address).text
    assert client.post(address, {"name": "Chi", "on": "soon"}).status_code == 409


def test_an_identity_is_joined_set_apart_and_taken_back(client_of, team, ada):
    client, address = client_of(ada), reverse("identities", args=[team.slug])
    client.post(address, {"identity": "b <b@x>", "same_as": "Ben <ben@x.org>"})
    joined = team.identities.filter(written_as__in=["b <b@x>", "Ben <ben@x.org>"])
    assert joined.count() == 2
    assert joined.values("person").distinct().count() == 1
    client.post(address, {"identity": "ci <ci@x>", "automaton": "1"})
    assert Identity.objects.get(written_as="ci <ci@x>").person.automaton
    client.post(address, {"identity": "b <b@x>", "undo": "1"})
    assert not Identity.objects.filter(written_as="b <b@x>").exists()


def test_a_keeper_puts_nobody_in_the_place_of_a_leader_with_an_account(client_of, team, ada, dee):
    team.keeper = dee.account
    team.save()
    team.identities.create(person=ada, written_as="Ada <ada@x.org>")
    client = client_of(dee)
    assert (
        client.post(reverse("lead", args=[team.slug]), {"name": "Sock", "on": "2026-01-01"}).status_code
        == 409
    )
    assert (
        client.post(reverse("people", args=[team.slug]), {"name": "Sock", "as": "leader"}).status_code == 409
    )
    taken = {"identity": "Ada <ada@x.org>"}
    assert client.post(reverse("identities", args=[team.slug]), taken).status_code == 409
    assert client.get(reverse("sideline", args=[team.slug])).status_code == 403


def test_days_out_of_the_calendar_are_refused(client_of, team, ada):
    sent = {"name": "Ben", "on": "0001-01-01"}
    assert client_of(ada).post(reverse("lead", args=[team.slug]), sent).status_code == 409


def test_a_member_does_not_see_what_a_broken_upload_said(client_of, team, ada, ben, now):
    source = team.sources.create(connector="csv", title="Desk", path="/srv/somewhere/desk.csv")
    run = source.runs.create(began_at=now, beat_at=now, state="failed", message="row 3: Bob Secret")
    address = reverse("source", args=[team.slug, source.pk])
    assert "Bob Secret" not in client_of(ben).get(address).text
    assert run.message in client_of(ada).get(address).text
