"""The pages of the pulse: twenty seconds for who answers, nothing before the close, and no trace of who answered."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followspot import practices
from followspot.objects import ballots
from followspot.practices.pulse import actions
from followspot.practices.pulse.models import CheckIn, Scale, Wave
from followspot.practices.pulse.rules import What
from followspot.roles import LEADER
from followspot.teams import actions as teams
from tests import mirrors

pytestmark = pytest.mark.django_db
L = frozenset({LEADER})
SAID = {"energy": "4", "safety": "2", "work": "5", "comment": "The printer"}


@pytest.fixture
def wave(team, ada, crew):
    crew(12)
    return actions.open_wave(team, by=ada, roles=L, now=timezone.now(), days=4)


def everything():
    """Return every row of every table as text, but for the sealed box."""
    rows = {}
    for model in apps.get_models():
        fields = [f.attname for f in model._meta.concrete_fields if f.attname != "box"]
        rows[model._meta.label] = sorted(map(str, model._default_manager.values_list(*fields)))
    return rows


def close(team):
    Wave.objects.filter(team=team).update(closes_at=timezone.now() - timedelta(minutes=1))
    practices.by_itself(now=timezone.now())


def test_a_member_answers_and_finds_what_they_said(wave, ben, client_of):
    client = client_of(ben)
    page = client.get("/teams/quay/pulse/")
    assert "Send, without my name" in page.content.decode()
    assert client.post("/teams/quay/pulse/answer/", SAID)["Location"] == "/teams/quay/pulse/"
    page = client.get("/teams/quay/pulse/").content.decode()
    assert "Your answers are in, without your name" in page
    assert 'name="safety" value="2" checked' in page
    assert "The printer" in page


def test_an_answer_leaves_no_trace_in_any_table_but_the_sealed_box(wave, ben, client_of):
    client = client_of(ben)
    client.get("/teams/quay/pulse/")
    before = everything()
    client.post("/teams/quay/pulse/answer/", SAID)
    client.get("/teams/quay/pulse/")
    assert everything() == before


def test_of_an_answer_sent_after_the_session_was_lost_nothing_is_kept(wave, ben, client_of):
    assert 'name="unnamed"' in client_of(ben).get("/teams/quay/pulse/").content.decode()
    before = everything()
    answer = client_of(None).post("/teams/quay/pulse/answer/", SAID | {"unnamed": "on"})
    assert answer.status_code == 403
    assert "The printer" in answer.content.decode()  # in this page, and nowhere else
    after = everything()
    assert {t: r for t, r in after.items() if t != "sessions.Session"} == {
        t: r for t, r in before.items() if t != "sessions.Session"
    }
    assert not any("unsent" in str(s.get_decoded()) for s in Session.objects.all())


def test_nobody_sees_another_s_answer_or_a_count_before_the_close(wave, ada, ben, chi, client_of):
    client_of(ben).post("/teams/quay/pulse/answer/", SAID)
    for person in (ada, chi):
        for address in ("", f"{wave.pk}/", "settings/", "?format=csv"):
            page = client_of(person).get(f"/teams/quay/pulse/{address}")
            text = b"".join(page).decode()
            assert "The printer" not in text
            assert "of 12 answered" not in text


def test_the_leader_has_no_form(wave, ada, client_of):
    page = client_of(ada).get("/teams/quay/pulse/").content.decode()
    assert "The front line answers" in page
    assert "Send, without my name" not in page
    assert client_of(ada).post("/teams/quay/pulse/answer/", SAID).status_code == 409


def test_a_stranger_finds_nothing(wave, dee, client_of):
    for address in ("", "settings/", f"{wave.pk}/"):
        assert client_of(dee).get(f"/teams/quay/pulse/{address}").status_code == 404


def test_a_link_from_a_mail_needs_no_sign_in_and_no_script(wave, ben, client_of):
    address = f"/teams/quay/pulse/{wave.pk}/answer/{ballots.word_for(wave.key_name, ben.pk)}/"
    client = client_of(None)
    assert "How is it, at Quay?" in client.get(address).content.decode()
    assert client.post(address, SAID)["Location"] == address
    page = client.get(address)
    assert page["Referrer-Policy"] == "same-origin"  # the address lets somebody in: it goes nowhere else
    assert 'name="work" value="5" checked' in page.content.decode()
    assert client.get(address[:-9] + "/").status_code == 404
    close(wave.team)
    assert client.get(address).status_code == 404


def test_after_the_close_the_team_sees_what_may_be_told(wave, team, ada, ben, crew, client_of):
    for person in crew(12):
        actions.answer(wave, person, {"energy": "4", "safety": "4"}, "", now=timezone.now())
    close(team)
    page = client_of(ben).get("/teams/quay/pulse/").content.decode()
    assert "12 of 12 answered" in page
    assert "about 12" in page
    assert "Fewer than 5 answered this one" in page
    assert "alice" not in page
    csv = b"".join(client_of(ben).get("/teams/quay/pulse/?format=csv")).decode()
    assert "everybody,12,,0,0,0,12,0" in csv


def test_the_leader_says_one_thing_and_it_stands_above_the_next_wave(wave, team, ada, ben, client_of):
    close(team)
    wave.refresh_from_db()
    client = client_of(ada)
    said = {"text": "A second printer", "version": wave.version}
    assert client.post(f"/teams/quay/pulse/{wave.pk}/promise/", said).status_code == 302
    Wave.objects.update(opened_at=timezone.now() - timedelta(days=9))
    actions.open_wave(team, by=ada, roles=L, now=timezone.now())
    assert "This will be done: A second printer" in client_of(ben).get("/teams/quay/pulse/").content.decode()
    assert client_of(ben).post(f"/teams/quay/pulse/{wave.pk}/promise/", said).status_code == 409


def test_too_few_for_a_pulse_are_offered_a_check_in_by_name(team, ben, chi, client_of):
    client = client_of(ben)
    assert "Too few for a pulse" in client.get("/teams/quay/pulse/").content.decode()
    client.post("/teams/quay/pulse/check-in/", {"text": "Tired, but well"})
    assert "Tired, but well" in client_of(chi).get("/teams/quay/pulse/").content.decode()
    it = CheckIn.objects.get()
    assert client_of(chi).post(f"/teams/quay/pulse/check-in/{it.pk}/withdraw/").status_code == 409
    client.post(f"/teams/quay/pulse/check-in/{it.pk}/withdraw/")
    assert (
        "Tired, but well"
        not in client.get("/teams/quay/pulse/").content.decode().split("<main")[1].split("messages")[0]
    )


def test_a_bad_cadence_names_its_field_and_loses_nothing(team, ada, client_of, crew):
    crew(6)
    said = {"every": "2", "open_for": "99", "next_on": "soon", "floor": "3"}
    page = client_of(ada).post("/teams/quay/pulse/settings/cadence/", said)
    assert page.status_code == 422
    text = page.content.decode()
    assert 'value="99"' in text
    assert 'value="soon"' in text
    assert "greater than or equal to 5" in text


def test_questions_of_one_s_own_need_a_licence_and_five_steps(team, ada, client_of, crew):
    crew(6)
    client = client_of(ada)
    said = {"title": "Pace", "source": "Ours", "licence": "Ours", "lines": "The pace | Slow | Fast"}
    page = client.post("/teams/quay/pulse/settings/scale/", said)
    assert page.status_code == 422
    assert "say that the team may use these questions" in page.content.decode()
    page = client.post("/teams/quay/pulse/settings/scale/", said | {"right": "1"})
    assert "Questions, line 1" in page.content.decode()
    assert "The pace | Slow | Fast" in page.content.decode()
    good = said | {"right": "1", "lines": "The pace | Too slow | Slow | Right | Fast | Too fast"}
    assert client.post("/teams/quay/pulse/settings/scale/", good).status_code == 302
    scale = Scale.objects.get()
    assert client.post("/teams/quay/pulse/settings/open/", {"scale": scale.pk}).status_code == 302
    assert [i.words for i in Wave.objects.get().asks()] == ["The pace"]


def test_the_page_asks_the_same_number_of_queries_for_any_size(team, ada, ben, crew, client_of):
    asked = []
    for n, people in enumerate((12, 30)):
        now = timezone.now() - timedelta(days=20 - 10 * n)
        crew(people)
        wave = actions.open_wave(team, by=ada, roles=L, now=now)
        for person in crew(people):
            actions.answer(wave, person, {wave.items[0]: "4"}, f"Word {person.pk}", now=now)
        practices.by_itself(now=now + timedelta(days=5))
        client = client_of(ben)
        client.get("/teams/quay/pulse/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/teams/quay/pulse/")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 24


def test_a_mirror_s_own_page_leads_its_leader_to_the_mirror_and_nobody_else_there(team, ada, ben, client_of):
    it = mirrors.answered(team, ada)
    page = client_of(ada).get(it.get_absolute_url()).content.decode()
    assert f"/teams/quay/mirror/?round={team.day(it.closed_at)}" in page
    assert client_of(ben).get(it.get_absolute_url()).status_code == 404


def test_who_came_after_it_opened_is_told_so_by_the_link(wave, team, dee, client_of):
    teams.join(team, dee, on=None)
    page = client_of(None).get(
        f"/teams/quay/pulse/{wave.pk}/answer/{ballots.word_for(wave.key_name, dee.pk)}/"
    )
    assert "before you were of the front line" in page.content.decode()


def test_questions_that_are_not_the_team_s_own_open_no_wave(team, ada, crew, client_of):
    crew(6)
    for scale in ("999", "x", "\u00b2"):
        assert client_of(ada).post("/teams/quay/pulse/settings/open/", {"scale": scale}).status_code == 404
    assert not Wave.objects.exists()


def test_a_mirror_asks_about_who_led_when_it_opened_and_says_who_sees_it(
    team, ada, ben, chi, crew, client_of
):
    crew(6)
    it = actions.open_wave(team, what=What.MIRROR, by=ada, roles=L, now=timezone.now(), days=4)
    teams.hand_over(team, to=ben, on=timezone.localdate())
    link = f"/teams/quay/pulse/{it.pk}/answer/{ballots.word_for(it.key_name, chi.pk)}/"
    for page in (client_of(chi).get("/teams/quay/pulse/"), client_of(None).get(link)):
        said = page.content.decode()
        assert "How does Ada lead" in said
        assert "for Ada alone, unless they share it" in said


def test_a_comment_that_is_too_long_is_kept_in_the_page_with_the_answers_as_they_were(wave, ben, client_of):
    page = client_of(ben).post("/teams/quay/pulse/answer/", SAID | {"comment": "x" * 301}).content.decode()
    assert "301 characters long; 300 fit" in page
    assert '<input type="hidden" name="energy" value="4">' in page
    assert "x" * 301 in page


def test_a_title_that_is_too_long_is_named_and_the_questions_stay(team, ada, crew, client_of):
    said = {
        "title": "x" * 121,
        "source": "Us",
        "licence": "Ours",
        "lines": "The pace|a|b|c|d|e",
        "right": "1",
    }
    page = client_of(ada).post("/teams/quay/pulse/settings/scale/", said)
    assert page.status_code == 422
    assert "Title: it is 121 characters long" in page.content.decode()
    assert "The pace|a|b|c|d|e" in page.content.decode()
