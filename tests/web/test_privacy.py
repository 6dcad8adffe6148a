"""Who must not learn what: private and withdrawn things, the team above, unseen choices, unnamed tellers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followspot.brief import moves
from followspot.errors import Refused
from followspot.objects import actions as comments
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.expectations import actions as expectations
from followspot.practices.lessons import actions as lessons
from followspot.roles import OWNER, TELLER
from followspot.teams import actions as teams
from tests.web.agreed import DID, LED, exp

pytestmark = pytest.mark.django_db
SECRET = "Ada carried me through the divorce"


@pytest.fixture
def now():
    return timezone.now()


def private(team, ben, ada, now):
    return applause.give(team, SECRET, to=[ada], cites_words="x", by=ben, roles=DID, now=now)


def test_private_applause_by_about_of_a_lesson_form(client_of, team, ada, ben, chi, now):
    a = private(team, ben, ada, now)
    page = client_of(chi).get(reverse("tell-lesson", args=[team.slug]), {"about": a.reference})
    assert SECRET not in page.text


def test_private_applause_by_about_of_a_lesson(client_of, team, ada, ben, chi, now):
    a = private(team, ben, ada, now)
    page = client_of(chi).post(
        reverse("tell-lesson", args=[team.slug]),
        {"about": a.reference, "happened": "x y", "known": "z z"},
        follow=True,
    )
    assert SECRET not in page.text


def test_private_applause_by_link_of_a_follow_up(client_of, team, ada, ben, chi, now):
    a = private(team, ben, ada, now)
    told = lessons.tell(team, happened="x", known="y", changes=("c",), by=chi, roles=DID, now=now)
    page = client_of(chi).post(
        reverse("move-followup", args=[team.slug, told.followups.first().pk, "link"]),
        {"becomes": a.reference},
        follow=True,
    )
    assert SECRET not in page.text


def test_private_applause_by_citing_it(client_of, team, ada, ben, chi, now):
    a = private(team, ben, ada, now)
    page = client_of(chi).post(
        reverse("applaud", args=[team.slug]),
        {"to": ben.pk, "words": "hm", "cites": a.reference, "cites_words": "x"},
        follow=True,
    )
    assert SECRET not in page.text


def test_withdrawn_lesson_by_about(client_of, team, ada, ben, chi, now):
    told = lessons.tell(team, happened=SECRET, known="y", by=ben, roles=DID, now=now)
    lessons.withdraw(told, by=ben, roles=DID | {TELLER}, now=now)
    page = client_of(chi).get(reverse("tell-lesson", args=[team.slug]), {"about": told.reference})
    assert SECRET not in page.text


def test_no_move_tells_an_unseen_choice(client_of, team, ada, ben, now):
    done = exp(team, [ben], ada, LED, now, "under way")
    expectations.meet(done, note="", by=ben, roles=DID | {OWNER}, now=now)
    it = expectations.propose(
        team,
        "Another",
        owners=[ben],
        starts_on=now.date(),
        due_on=now.date() + timedelta(days=9),
        by=ada,
        roles=LED,
        now=now,
    )
    it = expectations.agree(it, by=ben, roles=DID | {OWNER}, now=now)
    for who, roles in ((ben, DID | {OWNER}), (ada, LED)):
        expectations.vote(it, 4, by=who, roles=roles, now=now)
    expectations.vote(it, 7, by=ben, roles=DID | {OWNER}, now=now)  # a new round, unseen
    assert not [m for m in moves.compose(team, ada, now=now) if "wanted more head" in m.says]


def test_a_withdrawn_lesson_is_in_no_suggestion(team, ada, ben, now):
    told = lessons.tell(team, happened=SECRET, known="y", by=ben, roles=DID, now=now)
    lessons.withdraw(told, by=ben, roles=DID | {TELLER}, now=now)
    assert SECRET not in str(moves.compose(team, ada, now=now))


def test_a_withdrawn_lesson_waits_for_nobody(client_of, team, ada, ben, chi, now):
    told = lessons.tell(team, happened=SECRET, known="y", by=ben, roles=DID, now=now)
    comments.comment(told, "@Chi look", by=ada, now=now)
    lessons.withdraw(told, by=ben, roles=DID | {TELLER}, now=now)
    assert SECRET not in client_of(chi).get(reverse("stage", args=[team.slug])).text


def test_nobody_is_asked_to_look_at_private_applause(client_of, team, ada, ben, chi, now):
    a = private(team, ben, ada, now)
    client_of(ada).post(
        reverse("comment", args=[team.slug]), {"object": a.reference, "text": "@Chi thanks to you too"}
    )
    assert SECRET not in client_of(chi).get(reverse("stage", args=[team.slug])).text


def test_a_withdrawn_lesson_is_in_nobodys_list(client_of, team, ada, ben, now):
    told = lessons.tell(team, happened=SECRET, known="y", by=ben, roles=DID, now=now)
    lessons.thank(told, by=ada, roles=LED, now=now)
    comments.comment(told, "why?", by=ada, now=now)
    lessons.withdraw(told, by=ben, roles=DID | {TELLER}, now=now)
    assert SECRET not in client_of(ada).get(reverse("sideline", args=[team.slug])).text


def test_only_people_who_could_have_told_it_hide_anybody(team, ada, ben, chi, now):
    for n in range(3):
        teams.join(team, teams.known_from_history(f"H{n}"), on=None)
    teams.leave(team.memberships.get(person=chi), on=now.date() - timedelta(days=1))
    with pytest.raises(Refused):
        # ada leads, so it can only be ben
        barriers.raise_barrier(team, "x", by=ben, roles=DID, now=now, word_hash="h" * 64)


# (b) access


def test_the_front_line_above_reads_nothing_of_what_was_passed_up(client_of, team, ada, ben, above, now):
    b = barriers.raise_barrier(team, "Payroll is late again", by=ben, roles=DID, now=now)
    comments.comment(b, "My rent bounced because of it", by=ben, now=now)
    b.refresh_from_db()
    barriers.pass_up(b, note="", by=ada, roles=LED, now=now)
    page = client_of(above.peer).get(reverse("barrier", args=[above.slug, b.pk]))
    assert "My rent bounced" not in page.text


def test_what_belongs_to_a_passed_up_barrier_stays_below(client_of, team, ada, ben, chi, above, now):
    b = barriers.raise_barrier(team, "Payroll is late again", by=ben, roles=DID, now=now)
    lessons.tell(
        team, happened="A lesson for our team alone", known="y", by=chi, roles=DID, now=now, about=b.reference
    )
    b.refresh_from_db()
    barriers.pass_up(b, note="", by=ada, roles=LED, now=now)
    for who in (above.peer,):
        page = client_of(who).get(reverse("barrier", args=[above.slug, b.pk]))
        assert "A lesson for our team alone" not in page.text


def test_no_giver_claps_along(client_of, team, ada, ben, chi, now):
    a = applause.give(team, "w", to=[ben], cites_words="x", by=chi, roles=DID, now=now)
    client_of(chi).post(reverse("move-applause", args=[team.slug, a.pk, "clap"]))
    assert not a.claps.exists()


# (c) rules


def test_what_was_typed_without_a_name_is_not_kept_beside_an_account(client_of, team, ada, ben):
    """Session row of an account holds the text of an unnamed barrier until somebody looks."""
    from django.contrib.sessions.models import Session

    c = Client()
    c.post(reverse("barriers", args=[team.slug]), {"what": "My boss shouts", "unnamed": "on"})
    c.force_login(ben.account)
    found = [s.get_decoded() for s in Session.objects.all()]
    assert not [s for s in found if "_auth_user_id" in s and "My boss shouts" in str(s)]


def test_whoever_signs_in_next_does_not_read_it(client_of, team, ada, ben, chi):
    """A browser that people share: Ben's session runs out, he sends, walks off; Chi signs in."""
    c = client_of(ben)
    c.get(reverse("barriers", args=[team.slug]))
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()  # it ran out
    c.post(reverse("barriers", args=[team.slug]), {"what": "Chi never helps", "unnamed": "on"})
    c.force_login(chi.account)
    assert "Chi never helps" not in c.get(reverse("unsent")).text
