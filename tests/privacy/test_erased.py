"""Somebody is erased: nothing of their name stays in any table, file, page, export or copy made afterwards."""

import shutil
import sqlite3
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from followspot.evidence import log
from followspot.objects.models import kinds
from followspot.practices.pulse import actions as pulse
from followspot.privacy import actions
from followspot.privacy.models import Erasure
from followspot.teams import access
from followspot.teams.models import Account, Person
from tests.privacy import canary
from tests.web.test_access import PAGES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings):
    """Keep mail as files, as a host without a mail server does; leave nothing to the next test."""
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": settings.DATA / "mail"},
        }
    }
    yield
    for name in ("mail", "segments", "uploads", "cache", "keys"):
        shutil.rmtree(settings.DATA / name, ignore_errors=True)


@pytest.fixture
def planted(team, ada, chi, tmp_path):
    zed = canary.person()
    repository = canary.plant(team, zed, ada, chi, tmp_path)
    return zed, repository


def erase(zed, texts):
    erasure = actions.erase(zed, zed.account, texts=texts, now=timezone.now())
    return actions.finish(erasure, now=timezone.now())


def pages(team, person):
    """Every list of the team as page and table, and each thing in it, as somebody sees it."""
    client = Client()
    client.force_login(person.account)
    lists = []
    for name in sorted(PAGES):
        with suppress(NoReverseMatch):
            lists.append(reverse(name, args=[team.slug]))
    things = [t.get_absolute_url() for model in kinds().values() for t in model.of_team(team)]
    for address in [*lists, *things, *(f"{a}?format=csv" for a in lists)]:
        answer = client.get(address)
        if answer.status_code == 200:
            yield address, answer.getvalue().decode("utf-8", "replace")
    for word in (*canary.NAMES, canary.SAID, canary.LOGIN):
        found = client.get(reverse("search", args=[team.slug]), {"q": word}).text
        yield f"search for {word}", found.replace(word, "").replace(word.capitalize(), "")


def test_the_canaries_are_everywhere_before(planted, team, ada):
    assert len(canary.in_database(canary.NAMES)) > 30
    assert {p.split("/")[0] for p in canary.in_files(canary.NAMES)} >= {"segments", "uploads", "mail"}
    assert any("quokka" in canary.folded(text) for _, text in pages(team, ada))


@pytest.mark.parametrize("texts", ["stay", "go"])
def test_nothing_of_a_name_stays_anywhere(planted, team, ada, texts, tmp_path):
    zed, repository = planted
    erasure = erase(zed, texts)
    assert erasure.done_at is not None
    gone = (*canary.NAMES, canary.SAID) if texts == "go" else canary.NAMES
    for _ in range(2):
        assert canary.in_database(gone) == []
        assert canary.in_files(gone) == []
        assert [a for a, text in pages(team, ada) if any(m in canary.folded(text) for m in gone)] == []
        assert canary.in_files(gone, _copied(tmp_path)) == []
        # and once more, when what was under seal has come out and the same history has been read again
        canary.close_waves(team)
        again = canary.read(team, repository)
        assert again.segments.exists()
    assert [error for _, error in log.check() if error] == []


def _copied(folder):
    """Copy the database as a backup would."""
    there = folder / "backup"
    there.mkdir(exist_ok=True)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(there / "copy.sqlite3") as copy:
            connection.connection.backup(copy)
        copy.close()
    return there


def test_what_was_said_in_a_pulse_that_has_closed_is_nobodys_and_stays(planted, team):
    erase(planted[0], "go")
    closed = team.wave_set.get(closed_at__isnull=False)
    assert sorted(c.text for c in closed.comments.all())[:2] == [
        "Crew 0 says: ask someone who left, or someone who left",
        "Crew 1 says: ask someone who left, or someone who left",
    ]
    assert closed.comments.filter(text="someone who left").count() == 1
    assert closed.answered == 7


def test_an_answer_in_an_open_wave_goes_along(planted, team):
    zed = planted[0]
    it = team.wave_set.get(closed_at=None)
    assert pulse.own_ballot(it, zed)
    erase(zed, "stay")
    canary.close_waves(team)
    it.refresh_from_db()
    assert it.answered == 6


def test_whoever_was_erased_is_of_no_team_from_the_next_day_on(planted, team):
    erase(planted[0], "stay")
    assert "Someone who left" not in [p.name for p in access.people_of(team, today=timezone.localdate() + timedelta(days=1))]  # fmt: skip


def test_files_are_finished_while_nobody_waits(planted):
    zed, _ = planted
    erasure = actions.erase(zed, zed.account, texts="stay", now=timezone.now())
    actions.finish_soon.enqueue(erasure.pk)
    erasure.refresh_from_db()
    assert erasure.done_at is not None
    assert canary.in_files(canary.NAMES) == []


def test_what_they_wrote_stays_if_they_want_it(planted):
    erase(planted[0], "stay")
    stays = canary.in_database([canary.SAID])
    assert any("Barrier.what" in where for where in stays)
    assert any("Lesson.happened" in where for where in stays)
    assert not Account.objects.filter(email=canary.MAIL).exists()
    assert Person.objects.get(pk=planted[0].pk).name == "Someone who left"


def test_the_readings_keep_their_shape(planted, team):
    def shape():
        events = log.read(team)
        rows = events.group_by("role", "activity", "invited").agg(n=events.count()).to_pyarrow().to_pylist()
        return sorted(map(str, rows))

    before = shape()
    erase(planted[0], "stay")
    assert shape() == before


def test_files_are_finished_by_the_next_round_if_a_process_died(planted, now):
    zed, _ = planted
    actions.erase(zed, zed.account, texts="stay", now=now)
    assert canary.in_files(canary.NAMES)
    assert actions.finish_all(now=now) == 0  # whoever began it may still be at it
    assert actions.finish_all(now=now.replace(hour=18)) == 1
    assert canary.in_files(canary.NAMES) == []
    assert Erasure.objects.filter(done_at=None).count() == 0
