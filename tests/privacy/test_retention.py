"""What has been kept long enough goes by itself, and nothing before."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from followspot.evidence import ageing, collect, log
from followspot.evidence.models import Run, Segment, StoredEvent
from followspot.objects import actions as comments
from followspot.objects.models import Comment
from followspot.practices.applause import actions as applause
from followspot.practices.applause.models import Applause
from followspot.practices.barriers import actions as barriers
from followspot.privacy import retention
from followspot.privacy.models import Period, Sweep
from followspot.roles import GIVER, MEMBER
from followspot.teams import actions as teams
from followspot.teams import audit
from followspot.teams.models import Invitation, Look, RightsChange
from followspot.web import rounds
from tests.events import BEN, change
from tests.evidence.test_log import harvest

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DID = frozenset({MEMBER})


def ago(days):
    return NOW - timedelta(days=days)


def due():
    return {k.kind.slug: k.due for k in retention.periods(now=NOW, counted=True)}


def test_each_kind_goes_in_its_time_and_what_is_younger_stays(team, ada, ben, chi):
    RightsChange.objects.filter(pk=RightsChange.objects.first().pk).update(at=ago(731))
    it = barriers.raise_barrier(team, "No keys", by=ben, roles=DID, now=NOW)
    for days in (731, 729):
        comments.withdraw(comments.comment(it, f"At {days}", by=chi, now=NOW), it, by=chi, now=ago(days))
        given = applause.give(team, f"For {days}", to=[ben], cites_words="x", by=chi, roles=DID, now=NOW)
        applause.withdraw(given, by=chi, roles=DID | {GIVER}, now=ago(days))
    for days in (366, 364):
        audit.looked(team, by=ben.account, person=ben, whose=ada, what="the map", now=ago(days))
    teams.invite(team, by=ada.account, now=ago(105))
    teams.invite(team, by=ada.account, now=ago(100))
    letters = settings.DATA / "mail"
    letters.mkdir(exist_ok=True)
    for days in (91, 89):
        (letters / f"{days}").write_text("Dear Ben")
        os.utime(letters / f"{days}", (ago(days).timestamp(),) * 2)
    over = {"comments": 1, "withdrawn": 1, "looks": 1, "rights": 1, "invitations": 1, "mail": 1}
    assert {kind: n for kind, n in due().items() if n} == over
    assert retention.by_itself(now=NOW) == sum(over.values())
    assert Sweep.objects.get().counts == over
    assert [p.name for p in letters.glob("*")] == ["89"]
    assert {m.objects.count() for m in (Comment, Applause, Look, Invitation)} == {1}
    assert not any(due().values())
    (letters / "89").unlink()


def test_it_happens_once_a_day_in_the_rounds(team):
    sweep = rounds.PARTS["swept"]
    assert sweep(now=NOW) == 0
    assert Sweep.objects.count() == 1
    sweep(now=NOW + timedelta(hours=2))
    assert Sweep.objects.count() == 1
    sweep(now=NOW + timedelta(days=1))
    assert Sweep.objects.count() == 2


@pytest.fixture
def source(ben):
    """A source with one change long ago and one now."""
    own = teams.start_team("Own", by=ben.account)
    it = collect.connect(own, "git", title="Quay", path="/nowhere")
    rows = [{**row, "at": at} for n, at in ((1, ago(2000)), (2, NOW)) for row in change(n, BEN, day=0)]
    log.store(it, harvest(*rows), now=NOW)
    return it


def test_the_log_stays_until_an_installation_says_otherwise(source, ben):
    barriers.raise_barrier(source.team, "Old", by=ben, roles=DID, now=ago(4000))
    assert due()["log"] is None
    retention.by_itself(now=NOW)
    assert (StoredEvent.objects.count(), Segment.objects.get().rows) == (1, 6)
    Period.objects.create(kind="log", days=1095)
    assert due()["log"] == 1  # of segments that only begin there nothing is promised
    assert retention.by_itself(now=NOW + timedelta(days=1)) == 1 + 3
    assert (StoredEvent.objects.count(), Segment.objects.get().rows) == (0, 3)
    assert {e["at"] for e in log.read(source.team).to_pyarrow().to_pylist()} == {NOW}
    assert [error for _, error in log.check()] == [None]


def test_a_segment_of_which_nothing_is_left_goes_with_its_file(source):
    path = settings.DATA / Segment.objects.get().path
    assert ageing.forget_before(NOW + timedelta(days=1)) == 6
    assert not Segment.objects.exists()
    assert not path.exists()


def test_the_last_reading_of_a_source_stays(source):
    for days in (200, 100):
        Run.objects.create(source=source, began_at=ago(days), beat_at=ago(days), ended_at=ago(days))
    assert due()["runs"] == 1
    retention.by_itself(now=NOW)
    assert Run.objects.get().began_at == ago(100)


def test_samples_stay_whole(ben):
    tale = teams.start_team("Tale", by=None, sample="A tale")
    barriers.raise_barrier(tale, "Old", by=ben, roles=DID, now=ago(4000))
    Period.objects.create(kind="log", days=1095)
    retention.by_itself(now=NOW)
    assert StoredEvent.objects.count() == 1
