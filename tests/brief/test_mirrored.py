"""The mirror: three marks beside each other, for the leader's eyes; others see exactly what was shown to them."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followspot.brief import mapped, mirrored
from followspot.evidence.models import StoredEvent
from followspot.items import MIRROR
from followspot.practices.mirror import actions
from followspot.roles import LEADER
from followspot.teams import actions as teams
from followspot.teams.models import Look
from tests.mirrors import answered

pytestmark = pytest.mark.django_db
L = frozenset({LEADER})
PAGE, MARKS = "/teams/quay/mirror/", "/teams/quay/panels/mirror/"
MAP, HOVERING = "/teams/quay/panels/map/", "/teams/quay/panels/hovering/"
OWN = {"credit-light": 5, "standing-back-how": 5, "there-asked": 1}


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def rated(team, ada, steps=None):
    return actions.rate(team, steps or OWN, by=ada, roles=L, now=timezone.now() - timedelta(hours=1))


def share(team, ada, what, whom="team", act=actions.share):
    act(team, what, whom, by=ada, roles=L, now=timezone.now())


@pytest.fixture
def above(team, dee):
    it = teams.start_team("Harbour", by=None)
    teams.hand_lead(it, to=dee, on=None)
    team.up = it
    team.save()
    return it


def statements(client):
    return {s["statement"]: s for s in client.get(MARKS, {"format": "json"}).json()["statements"]}


def test_three_marks_stand_beside_each_other_in_the_order_of_the_catalogue(team, ada, client_of):
    rated(team, ada)
    answered(team, ada, step=3, n=12, voices=12)
    found = statements(client_of(ada))
    assert list(found) == [s.own for s in MIRROR.values()]
    light = found[MIRROR["credit-light"].own]
    assert light["own"]["step"] == 5
    assert light["team"]["low"] <= light["team"]["step"] <= light["team"]["high"]
    assert light["team"]["step"] == pytest.approx(3, abs=0.4)
    assert light["log"] is None
    assert "Too few so far to say" in light["says"]
    assert found[MIRROR["mistakes-learned"].own]["says"] == "The log can’t see this."


def test_there_is_no_difference_no_average_and_no_verdict(team, ada, client_of):
    rated(team, ada)
    answered(team, ada, step=2)
    for statement in statements(client_of(ada)).values():
        assert set(statement) == {"statement", "theme", "own", "team", "log", "says"}
    page = client_of(ada).get(MARKS).content.decode()
    assert not re.search(r"(?i)\bgap of|difference of|on average|over-?rate", page)
    assert "Leaders tend to rate themselves higher" in page


def test_before_the_team_has_answered_its_own_and_the_log_are_shown(team, ada, client_of):
    rated(team, ada)
    page = client_of(ada).get(MARKS).content.decode()
    assert "The team hasn’t answered in this round" in page
    assert "You: always." in page
    assert 'class="span-team"' not in page


def test_below_the_floor_it_says_so_and_shows_no_mark(team, ada, client_of):
    rated(team, ada)
    answered(team, ada, voices=4)
    page = client_of(ada).get(MARKS).content.decode()
    assert "Fewer than 5 answered any one statement" in page
    assert 'class="span-team"' not in page


def test_a_wave_in_which_too_few_answered_does_not_show_the_one_before(team, ada):
    first = answered(team, ada)
    first.opened_at -= timedelta(days=100)
    first.closed_at -= timedelta(days=100)
    first.save()
    StoredEvent.objects.filter(object=first.reference).update(at=first.closed_at)
    second = answered(team, ada, voices=3)
    assert mirrored.said_by_team(team, second) == {}


def test_the_next_leader_sees_nothing_of_the_one_before(team, ada, ben, client_of):
    rated(team, ada)
    answered(team, ada)
    teams.hand_over(team, to=ben, on=team.day(timezone.now()))
    cache.clear()
    client = client_of(ben)
    found = statements(client)
    assert all(s["own"] is None and s["team"] is None for s in found.values())
    assert len(mirrored.rounds(team, ben, now=timezone.now())) == 1
    assert client_of(ada).get(PAGE).status_code == client_of(ada).get(MARKS).status_code == 403


@pytest.mark.parametrize("who", ["ben", "kit", "ann", "dee", "nobody"])
def test_nobody_else_finds_a_rating_anywhere(team, above, ada, ben, dee, client_of, who):
    from tests.conftest import _person

    kit, ann = _person("Kit", "kit@example.org"), _person("Ann", "ann@example.org")
    team.keeper = kit.account
    team.save()
    ann.account.is_staff = True
    ann.account.save()
    rated(team, ada)
    answered(team, ada)
    client = client_of({"ben": ben, "kit": kit, "ann": ann, "dee": dee, "nobody": None}[who])
    for address in (PAGE, MARKS, f"{MARKS}?format=json", MAP, f"{PAGE}rate/"):
        assert client.get(address).status_code in (302, 403, 404), address
    for address in ("/teams/quay/", "/teams/quay/search/?q=light", "/teams/quay/pulse/", "/teams/quay/pulse/?format=csv", "/teams/quay/people/"):  # fmt: skip
        page = b"".join(client.get(address)).decode()
        assert "standing-back" not in page, address
        assert "mirror/" not in page, address


def test_a_share_shows_exactly_that_thing(team, ada, ben, client_of):
    rated(team, ada)
    answered(team, ada)
    share(team, ada, "map")
    client = client_of(ben)
    assert client.get(MAP).status_code == 200
    for address in (PAGE, MARKS, HOVERING, "/teams/quay/sideline/", "/teams/quay/panels/signs/"):
        assert client.get(address).status_code == 403, address


def test_the_shared_map_has_no_legs_unless_the_mirror_is_shared_too(team, ada, ben, client_of, rf):
    rated(team, ada, dict.fromkeys(MIRROR, 4))
    answered(team, ada)
    share(team, ada, "map")
    legs = mirrored.legs(team, ada, now=timezone.now())
    assert [leg.whose for leg in legs] == ["team", "leader"]
    assert seen_legs(client_of(ben)) == ()
    share(team, ada, "mirror")
    assert [leg.whose for leg in seen_legs(client_of(ben))] == ["team", "leader"]


def seen_legs(client):
    from unittest.mock import patch

    with patch("followspot.brief.panels.compose", side_effect=_stop) as composed, pytest.raises(_Enough):
        client.get(MAP)
    return tuple(composed.call_args.kwargs["legs"])


class _Enough(Exception):
    pass


def _stop(*_, **__):
    raise _Enough


def test_a_member_finds_what_is_shown_and_loses_it_at_once(team, ada, ben, client_of):
    rated(team, ada)
    client = client_of(ben)
    share(team, ada, "mirror")
    assert "Ada shows you how they lead" in client.get("/teams/quay/").content.decode()
    page = client.get(PAGE).content.decode()
    assert "Ada shows this to you" in page
    assert "Rate how you lead" not in page
    assert "Share with" not in page
    assert client.get(MARKS).status_code == 200
    share(team, ada, "mirror", act=actions.take_back)
    assert client.get(PAGE).status_code == client.get(MARKS).status_code == 403
    assert "shows you" not in client.get("/teams/quay/").content.decode()


def test_the_leader_above_sees_what_was_shown_to_them_and_no_other_page(team, above, ada, dee, client_of):
    rated(team, ada)
    share(team, ada, "mirror", "line")
    client = client_of(dee)
    assert "Ada shows you how they lead Quay" in client.get("/teams/harbour/").content.decode()
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "/teams/quay/evidence/" not in page.content.decode()
    for address in ("/teams/quay/", "/teams/quay/sideline/", "/teams/quay/barriers/", "/teams/quay/people/"):
        assert client.get(address).status_code == 404, address
    assert client.get(MAP).status_code == 403
    share(team, ada, "mirror", "line", act=actions.take_back)
    assert client.get(PAGE).status_code == 404


def test_each_look_by_somebody_else_is_written_down_and_the_leader_s_are_not(team, ada, ben, client_of):
    share(team, ada, "mirror")
    client_of(ada).get(PAGE)
    assert not Look.objects.exists()
    client_of(ben).get(PAGE)
    assert [(look.by, look.whose, look.what) for look in Look.objects.all()] == [
        (ben.account, ada, "the mirror")
    ]


def test_the_leader_shares_and_takes_back_on_the_page(team, ada, ben, client_of):
    client = client_of(ada)
    assert "Seen by you only. Share it?" in client.get(MAP).content.decode()
    said = {"what": "map", "whom": "team", "next": MAP}
    assert client.post("/teams/quay/mirror/share/show/", said)["Location"] == MAP
    assert "You show this to the team" in client.get(MAP).content.decode()
    client.post("/teams/quay/mirror/share/take-back/", said)
    assert "Seen by you only. Share it?" in client.get(MAP).content.decode()
    assert client_of(ben).post("/teams/quay/mirror/share/show/", said).status_code == 403
    for wrong in ({"what": "pulse", "whom": "team"}, {"what": "made-up", "whom": "team"}):
        assert client.post("/teams/quay/mirror/share/show/", wrong).status_code == 422


def test_the_map_without_a_mirror_is_as_it_was(team, ada):
    assert mirrored.legs(team, ada, now=timezone.now()) == []


def test_on_the_map_the_team_is_a_square_with_its_outline_and_the_leader_a_diamond():
    from tests.brief.test_panels import reading, row

    plain = mapped.of(reading(row(7, 0.5, 0.5)))
    drawn = mapped.of(
        reading(row(7, 0.5, 0.5)), [mapped.Leg("team", 0.6, 0.7, 0.1, 0.05), mapped.Leg("leader", 1.0, 1.0)]
    )
    assert plain.said == ()
    assert (drawn.now, drawn.rx, drawn.ry) == (plain.now, plain.rx, plain.ry)
    team, leader = drawn.said
    assert (team.x, team.y) == (58.4, 33.2)
    assert team.rx > team.ry > 0
    assert (leader.x, leader.y, leader.rx) == (92.0, 8.0, 0.0)
    assert drawn.description.endswith(
        "The team says: 60% to the right, 70% up. You say: 100% to the right, 100% up."
    )


def test_the_number_of_queries_does_not_grow_with_the_rounds(team, ada, client_of):
    client = client_of(ada)
    rated(team, ada)
    answered(team, ada)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as made:
        client.get(PAGE)
    before = len(made)
    for n in range(6):
        actions.Rating.objects.create(
            team=team, leader=ada, quarter=f"20{10 + n}-01-01", steps=OWN, rated_at=timezone.now()
        )
    with CaptureQueriesContext(connection) as made:
        assert client.get(PAGE).content.decode().count("?round=") >= 7
    assert len(made) <= before <= 26


def test_no_name_of_the_front_line_stands_in_the_marks(team, ada, client_of):
    rated(team, ada)
    answered(team, ada)
    page = client_of(ada).get(MARKS, headers={"HX-Request": "true"}).content.decode()
    assert not [name for name in ("Ben", "Chi", "Crew") if name in page]
