"""What can be said in a chat or a mail: read, done with the rights of whoever says it, and refused in the rules' own words."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from followspot.channels import commands
from followspot.channels.commands import Said, read
from followspot.practices.applause.models import Applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.barriers.models import Barrier
from followspot.practices.lessons.models import Lesson
from followspot.practices.pulse.models import Wave
from followspot.practices.stepaways import actions as stepaways
from followspot.roles import LEADER, MEMBER
from followspot.teams import actions as teams

NAMES = ("Quay", "quay", "Quay North", "quay-north")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("barrier No keys for the night shift", Said("barrier", "No keys for the night shift")),
        ("Barrier: No keys", Said("barrier", "No keys")),
        ("  help ", Said("help")),
        ("", Said("")),
        ("in Quay: barrier No keys", Said("barrier", "No keys", "quay")),
        ("in quay north barrier No keys", Said("barrier", "No keys", "quay north")),
        ("IN QUAY, waiting", Said("waiting", "", "quay")),
        ("barrier In Quay nobody has keys", Said("barrier", "In Quay nobody has keys")),
        ("applaud Ben for asking --here", Said("applaud", "Ben for asking", "", frozenset({"here"}))),
        ("applaud Ben for asking —here", Said("applaud", "Ben for asking", "", frozenset({"here"}))),
        ("barrier a--here-b", Said("barrier", "a--here-b")),
        ("lesson\nIt went twice / They look alike", Said("lesson", "It went twice / They look alike")),
    ],
)
def test_what_is_said_is_read(text, said):
    assert read(text, NAMES) == said


def test_a_team_that_is_not_ones_own_is_asked_about():
    with pytest.raises(commands.Refused, match="Yours are Quay"):
        read("in Tower: barrier No keys", NAMES)


@pytest.fixture
def say(team, ben, settings):
    settings.SITE = "https://quay.example"

    def by(text, person=ben, **more):
        return commands.do(text, person.account, now=timezone.now(), **more)

    return by


pytestmark = pytest.mark.django_db


def test_a_barrier_is_raised_with_the_name_of_whoever_says_it(say, ben):
    answer = say("barrier No keys for the night shift")
    it = Barrier.objects.get()
    assert (it.what, it.raiser) == ("No keys for the night shift", ben)
    assert answer.text.endswith(f"https://quay.example{it.get_absolute_url()}")
    assert not answer.refused


def test_a_refusal_is_its_sentence_and_loses_nothing(say):
    answer = say(f"barrier {'x' * 300}")
    assert answer.refused
    assert answer.text.startswith("Say it in 280 characters; this has 300.")
    assert "x" * 300 in answer.text
    assert "What is in the way?" in say("barrier").text
    assert not Barrier.objects.exists()


@pytest.mark.parametrize("text", ["barrier --unnamed The rota is unfair", "barrier unnamed: The rota", "barrier without my name The rota", "lesson --unnamed It went / Twice"])  # fmt: skip
def test_nothing_is_told_without_a_name_here(say, text):
    assert "the service knows who sent it" in say(text).text
    assert not Barrier.objects.exists()
    assert not Lesson.objects.exists()


@pytest.mark.parametrize("text", ["barrier (anonymous) The rota is unfair", "barrier Anonymously: the rota", "barrier The rota is unfair [unnamed]", "barrier The rota —unnamed"])  # fmt: skip
def test_whoever_asks_for_no_name_in_their_own_words_is_never_named(say, text):
    assert "the service knows who sent it" in say(text).text
    assert not Barrier.objects.exists()


def test_control_signs_and_halves_of_characters_are_left_out(say):
    say("barrier No\x00 keys\x1b[31m \ud800 🔑 לא")
    assert Barrier.objects.get().what == "No keys[31m 🔑 לא"


def test_a_name_with_a_comma_is_one_name(say, team, chi, ben):
    for person, name in ((chi, "Chen, Chi"), (ben, "Ben")):
        person.name = name
        person.save()
    say("applaud @chen, chi and Ada for asking first citing the list")
    assert not Applause.objects.exists()  # the leader's stays apart, so both at once is refused
    say("applaud Chen, Chi for asking first citing the list")
    assert Applause.objects.get().to.get() == chi


def test_where_others_read_it_no_list_of_people_or_teams_is_given(say, team, ben, dee):
    said = say("applaud Dee for x citing y", alone=False).text
    assert "Write a whole name." in said
    assert "Chi" not in said
    other = teams.start_team("Tower", by=dee.account)
    teams.hand_lead(other, to=dee, on=None)
    teams.join(other, ben, on=date(2020, 1, 1))
    for text in ("barrier No keys", "in Nowhere: barrier No keys", "pulse"):
        said = say(text, alone=False).text
        assert "Tower" not in said
        assert "Quay" not in said


def test_applause_needs_something_to_look_at(say, ben, chi):
    assert "Applause needs evidence" in say("applaud Chi for asking first").text
    answer = say("applaud Chi and Ada for asking first citing the list", person=ben)
    assert "Applause for the leader stays between the two of you" in answer.text
    say("applaud @chi for asking first, citing https://quay.example/list")
    it = Applause.objects.get()
    assert (it.giver, list(it.to.all()), it.words) == (ben, [chi], "asking first")
    assert it.cites_words == it.cites_url == "https://quay.example/list"


def test_the_channel_sees_applause_only_if_the_giver_asks(say):
    assert say("applaud Chi for asking first citing the list").here == ""
    shown = say("applaud Chi for clearing the gate citing the gate --here").here
    assert shown.startswith("Ben applauds Chi: “clearing the gate”")


def test_applause_for_the_leader_is_seen_by_nobody_else(say):
    answer = say("applaud Ada for standing back citing last May --here")
    assert answer.here == ""
    assert "between you and Ada" in answer.text


def test_who_is_meant_is_asked_where_it_is_not_clear(say, team, dee):
    assert (
        "Nobody in Quay is called “Dee”. Write a whole name: Ada, Ben, Chi."
        in say("applaud Dee for x citing y").text
    )
    assert "For what?" in say("applaud Chi").text
    assert "Nobody can applaud themselves" in say("applaud Ben for x citing y").text


def test_a_lesson_is_told_once_names_and_blame_are_out_of_it(say, ben):
    assert "Chi is named here." in say("lesson Chi sold it twice / The lists look alike").text
    assert "What do we know now?" in say("lesson It was sold twice").text
    assert not Lesson.objects.exists()
    say("lesson It was sold twice / The lists look alike")
    it = Lesson.objects.get()
    assert (it.happened, it.known, it.teller) == ("It was sold twice", "The lists look alike", ben)
    say("lesson Chi sold it thrice / The lists look alike --as-it-is")
    assert Lesson.objects.count() == 2


def test_of_several_teams_it_asks_which(say, ben, dee):
    other = teams.start_team("Tower", by=dee.account)
    teams.hand_lead(other, to=dee, on=None)
    teams.join(other, ben, on=date(2020, 1, 1))
    answer = say("barrier No keys")
    assert "Which team? Yours are Quay, Tower." in answer.text
    say("in tower: barrier No keys")
    assert Barrier.objects.get().team == other


def test_whoever_left_may_no_more(say, team, ben, dee):
    assert say("barrier No keys", person=dee).text.startswith("You are of no team here.")
    team.memberships.filter(person=ben).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert "You are of no team here." in say("barrier No keys").text
    ben.account.is_active = False
    assert "You are of no team here." in say("help").text


def test_a_pulse_is_answered_elsewhere(say, team, ada):
    assert say("pulse").text == "No pulse is being taken in your teams."
    now = timezone.now()
    Wave.objects.create(
        team=team, items=["energy"], leader=ada, opened_at=now, closes_at=now + timedelta(days=2)
    )
    answer = say("pulse 5")
    assert "Answers are never taken here" in answer.text
    assert "https://quay.example/teams/quay/pulse/" in answer.text
    assert "No pulse" in say("pulse", person=ada).text


def test_the_brief_is_the_leaders_alone(say, team, ada, ben):
    barriers.raise_barrier(
        team, "No keys", by=ben, roles=frozenset({MEMBER}), now=timezone.now() - timedelta(days=9)
    )
    assert "you lead none" in say("brief").text
    assert "Clear: No keys" in say("brief", person=ada).text
    shown = say("brief", person=ada, alone=False).text
    assert "No keys" not in shown
    assert "https://quay.example/teams/quay/sideline/" in shown


def test_a_leader_who_is_away_is_left_alone(say, team, ada):
    today = team.day(timezone.now())
    stepaways.plan(
        team, ada, stretches=[(today - timedelta(days=1), today + timedelta(days=9))], margin=0.2, flow="landed",
        by=ada, roles=frozenset({LEADER}), now=timezone.now() - timedelta(days=20),
    )  # fmt: skip
    assert say("brief", person=ada).text == "Quay: you have stepped away. It is quiet until you are back."


def test_what_waits_is_told_to_whom_it_waits_for(say, team, ada, ben):
    it = barriers.raise_barrier(team, "No keys", by=ben, roles=frozenset({MEMBER}), now=timezone.now())
    assert say("waiting").text == "Nothing waits for you."
    barriers.clear(it, by=ada, roles=frozenset({LEADER}), now=timezone.now())
    assert "No keys" in say("waiting").text
    assert "No keys" not in say("waiting", alone=False).text


def test_what_it_does_not_know_it_says(say):
    assert "“dance” says nothing to me." in say("dance now").text
    assert say("help").text == say("").text == commands.HELP
