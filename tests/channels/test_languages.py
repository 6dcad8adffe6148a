"""Whoever is written to, or writes in a chat, reads their own language, whoever else reads what."""

from datetime import UTC, date, datetime, timedelta

import pytest

from followspot.brief import mail
from followspot.channels import alarms, commands, digests
from followspot.channels.models import Reach
from followspot.practices.applause import actions as applause
from followspot.practices.danger import actions as danger
from followspot.practices.stepaways import actions as stepaways
from followspot.practices.stepaways import doors
from followspot.roles import LEADER

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def settled(team, ada, ben):
    """A team that is older than this week, in which Ada and Ben chose German."""
    type(team).objects.filter(pk=team.pk).update(created_at=MONDAY - timedelta(days=60))
    team.refresh_from_db()
    for person in (ada, ben):
        person.account.language = "de"
        person.account.save()
    return team


def to(mailoutbox, person):
    return [m for m in mailoutbox if m.to == [person.account.email]]


def test_a_brief(settled, ada):
    written = mail.written(settled, ada, now=MONDAY)
    assert written.subject.startswith("Quay: ")
    assert "Schritt" in written.subject or "nichts zu tun" in written.subject
    assert "Die Seitenlinie" in written.body
    assert '<html lang="de"' in written.alternatives[0].content


def test_digests_in_the_same_round(settled, ben, chi, ada, mailoutbox):
    for person in (ben, chi):
        Reach.objects.create(account=person.account, rhythm="daily")
        applause.give(
            settled, "Asking", to=[person], cites_words="The list", by=ada, roles=frozenset({LEADER}), now=MONDAY - timedelta(hours=2)
        )  # fmt: skip
    digests.go(now=MONDAY)
    [german], [english] = to(mailoutbox, ben), to(mailoutbox, chi)
    assert "Ada applaudiert dir" in german.body
    assert "Ada applauds you" in english.body


def test_danger_is_told_to_each_in_theirs(settled, ada, ben, chi, mailoutbox):
    now = datetime.now(UTC)
    danger.declare(
        settled, why="Fire", takes="Calls", exit_condition="Out", ends_at=now + timedelta(days=2), by=ada, roles=frozenset({LEADER}), now=now
    )  # fmt: skip
    alarms.go(now=now)
    [german], [english] = to(mailoutbox, ben), to(mailoutbox, chi)
    assert german.subject == "Quay: Gefahr"
    assert english.subject == "Quay: danger"


@pytest.mark.usefixtures("settled")
def test_a_chat(ben, chi):
    now = datetime.now(UTC)
    assert "Was ich verstehe" in commands.do("help", ben.account, now=now).text
    assert "What I understand" in commands.do("help", chi.account, now=now).text
    done = commands.do("barrier Keine Schlüssel", ben.account, now=now)
    assert done.text.startswith("Gemeldet")
    refused = commands.do("lesson Nur das", ben.account, now=now)
    assert refused.refused
    assert "Du hast geschrieben" in refused.text


def test_a_step_away_calls_back_in_the_leaders(settled, ada, ben, mailoutbox, settings):
    settings.MAIL_GOES = True
    it = stepaways.plan(
        settled, ada, stretches=[(date(2027, 3, 1), date(2027, 3, 14))], margin=0.2, flow="landed", by=ada, roles=frozenset({LEADER}), now=MONDAY
    )  # fmt: skip
    doors.ring(it, "Fire", by=ben)
    assert "ruft dich" in to(mailoutbox, ada)[0].body
