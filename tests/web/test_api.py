"""The API as a program meets it: who comes in, what is refused and how, pages, versions, calls that come twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followspot.evidence import log
from followspot.roles import MEMBER
from tests.web.programs import Program, program

pytestmark = pytest.mark.django_db
PERFORMS = frozenset({MEMBER})


@pytest.fixture
def ben_s(team, ben) -> Program:
    return program(ben)


@pytest.fixture
def ada_s(team, ada) -> Program:
    return program(ada)


def test_a_barrier_lives_from_its_raising_to_its_end(team, ben_s, ada_s):
    raised = ben_s.post("/teams/quay/barriers", {"what": "No keys", "clearer": None})
    assert raised.status_code == 201
    told = raised.json()
    assert (told["what"], told["state"], told["raiser"]["name"], told["clearer"]["name"]) == (
        "No keys",
        "raised",
        "Ben",
        "Ada",
    )
    assert told["can"] == ["change", "take", "withdraw"]
    at = f"/teams/quay/barriers/{told['id']}"
    taken = ada_s.post(
        f"{at}/take",
        {"promised_on": f"{team.day(timezone.now()) + timedelta(days=2)}", "version": told["version"]},
    )
    assert taken.json()["state"] == "taken"
    assert ada_s.post(f"{at}/clear").json()["state"] == "cleared"
    assert ada_s.post(f"{at}/confirm").status_code == 409
    assert ben_s.post(f"{at}/confirm").json()["state"] == "confirmed"
    assert [e.activity for e in log.single(team, newest=9)] == [
        "barrier.confirmed", "barrier.cleared", "barrier.taken", "barrier.raised",
    ]  # fmt: skip
    lines = ben_s.get(f"/teams/quay/history?object={told['reference']}").json()["items"]
    assert lines[0]["did"] == "said it is gone"


def test_what_is_wrong_is_said_with_its_field(ben_s):
    answer = ben_s.post("/teams/quay/barriers", {"what": "", "who": 1})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert {e["pointer"] for e in told["errors"]} == {"/what", "/who"}
    assert told["instance"] == "/api/v1/teams/quay/barriers"
