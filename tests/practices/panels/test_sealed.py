"""Whatever order scores come in, nobody finds another's before all are in: no page, table, search, history or name."""

import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followspot.brief import plan, waiting
from followspot.evidence import log
from followspot.objects import actions as comments
from followspot.practices.panels import actions
from followspot.practices.panels.models import Mark, Panel, Seat
from followspot.privacy import export
from tests.conftest import _person
from tests.practices.panels.cast import SITS, agreed, convened, handed_in, sheet

pytestmark = pytest.mark.django_db
NAMES = ("Ada", "Ben", "Chi")


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def kit(team):
    """Keeps the team and runs the server."""
    kit = _person("Kit", "kit@example.org")
    kit.account.is_staff = True
    kit.account.save()
    team.keeper = kit.account
    team.save()
    return kit


def pages(team, it):
    """Every page that could show a panel, and what a search for its words finds."""
    own = [
        reverse(n, args=[team.slug, it.pk])
        for n in ("hiring-panel", "score-panel", "change-panel", "record-panel")
    ]
    shared = [reverse(n, args=[team.slug]) for n in ("panels", "convene-panel", "stage", "search")]
    looked = [f"{shared[-1]}?q={q}" for q in ("canary", "reason", "Ben", "places")]
    return [
        *own,
        *shared,
        *looked,
        f"{own[0]}?format=csv",
        f"{shared[0]}?format=csv",
        f"{shared[1]}?like={it.pk}",
    ]


def text_of(answer):
    return answer.getvalue().decode() if answer.streaming else answer.text


def words_of(name):
    return [f"Canary reason of {name}", f"Canary head of {name}", f"Canary hold of {name}"]


def found(client, team, it):
    """Return whose words can be read on any page."""
    texts = [text_of(client.get(page, follow=True)) for page in pages(team, it)]
    return {name for name in NAMES if any(word in text for word in words_of(name) for text in texts)}


@given(order=st.permutations(NAMES), drafts=st.sets(st.sampled_from(NAMES)), n=st.integers(0, 2))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_before_all_are_in_each_finds_their_own_and_nobody_elses(
    client_of, team, ada, ben, chi, dee, kit, now, order, drafts, n
):
    Panel.objects.all().delete()
    people = {p.name: p for p in (ada, ben, chi)}
    it = convened(
        team, ada, ada, ben, chi, now=now, due_on=now.date(), delete_on=now.date() + timedelta(days=90)
    )
    for name in drafts:
        actions.draft(it, sheet(it, people[name]), by=people[name], roles=SITS, now=now)
    handed_in(it, *(people[name] for name in order[:n]), now=now)
    told = {name for name in people if name in drafts or name in order[:n]}
    for looker in (ada, ben, chi, dee, kit):
        assert found(client_of(looker), team, it) == told & {looker.name}, looker.name
    for model in (Panel, Seat, Mark):
        assert not [
            str(row) for row in model.objects.all() if any(w in str(row) for c in NAMES for w in words_of(c))
        ]
    for event in log.single(team, objects=(it.reference,)):
        assert event.value is None or event.unit == "day"
        assert event.about == ()
    lines = [line for p in people.values() for line in waiting.compose(team, p, now=now)]
    assert not any("anary" in line.says and "gate" not in line.says for line in lines)
    for p in people.values():
        answer = client_of(p).post(
            reverse("comment", args=[team.slug]), {"object": it.reference, "text": "Five!"}
        )
        assert answer.status_code == 409


def test_once_all_are_in_the_panel_finds_everything_and_nobody_else_anything(
    client_of, team, ada, ben, chi, dee, kit, now
):
    from followspot.teams import actions as teams

    eve = _person("Eve", "eve@example.org")
    teams.join(team, eve, on=None)
    it = convened(team, ada, ben, chi, now=now, delete_on=now.date() + timedelta(days=120), due_on=now.date())
    handed_in(it, ben, chi, now=now)
    comments.comment(it, "Canary reason of Ben, as he said", by=chi, now=now)
    it = agreed(it, ben, now=now, reasons="Canary head of Chi", agreed="open alone", look_again_on=None)
    for looker in (ben, chi):
        page = client_of(looker).get(it.get_absolute_url()).text
        assert all(word in page for name in ("Ben", "Chi") for word in words_of(name))
        assert found(client_of(looker), team, it) == {"Ben", "Chi"}
    for looker in (ada, dee, eve, kit):
        assert found(client_of(looker), team, it) == set()
    outcome = client_of(ada).get(it.get_absolute_url()).text
    assert "We hire this person" in outcome
    assert "open alone" in outcome


def test_ones_own_copy_has_ones_own_score_and_nobody_elses_however_open(team, ada, ben, chi, now):
    it = convened(
        team, ada, ada, ben, chi, now=now, delete_on=now.date() + timedelta(days=120), due_on=now.date()
    )
    for people in ((ben,), (chi, ada)):
        handed_in(it, *people, now=now)
        for person in (ada, ben, chi):
            with zipfile.ZipFile(export.write(person, person.account, hashes=frozenset(), now=now)) as copy:
                text = "".join(copy.read(name).decode() for name in copy.namelist())
            found = {name for name in NAMES if all(word in text for word in words_of(name))}
            assert found == ({person.name} if Seat.objects.get(person=person).handed_in_at else set())
            assert "Canary notes" not in text
            assert "Canary candidate" not in text


def test_elsewhere_a_panel_is_spoken_of_without_whom_it_is_about(client_of, team, ada, ben, now):
    it = convened(team, ada, ada, ben, now=now, delete_on=now.date() + timedelta(days=120), due_on=now.date())
    handed_in(it, ada, ben, now=now)
    comments.comment(it, "@Ada, look", by=ben, now=now)
    said = waiting.compose(team, ada, now=now)[0].says
    assert said == "Ben asks you to look at “A panel for the canary gate”."
    assert plan.open_needs(team, ada, now=now) == []  # what stands in a plan is the whole team's, and stays
    for name, field in (("barriers", "holds"), ("applaud", "cites")):
        page = client_of(ben).get(reverse(name, args=[team.slug]), {field: it.reference}).text
        assert "panel for the canary gate" in page
        assert "Canary candidate" not in page
