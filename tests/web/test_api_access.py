"""Every operation of the API, as everybody: it lets in whom the page of the same thing lets in, and nobody else."""

from datetime import UTC, datetime

import pytest

from followspot.evidence import log
from followspot.evidence.models import Source
from followspot.practices.pulse.models import CheckIn
from followspot.web import examples
from followspot.web.api import schema
from tests.web.programs import Program, program
from tests.web.test_access import KEPT, PAGES, addresses, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVERYBODY = {"ada", "ben", "kit", "dee", "ann", "sid"}

# Whom an operation lets in, by the page that shows the same; a set where no page does.
SAME_AS = {
    "teams-me": EVERYBODY, "teams-teams": EVERYBODY, "teams-team": KEPT, "teams-people": "people", "teams-days-off": "days-off",
    "objects-comments": "barrier", "objects-history": "barrier", "objects-search": "search",
    "expectations-listed": "expectations", "expectations-one": "expectation", "brief-pace": "pace",
    "barriers-listed": "barriers", "barriers-one": "barrier", "applause-listed": "applauses", "applause-one": "applause",
    "applause-words": "applauses", "lessons-listed": "lessons", "lessons-one": "lesson", "danger-listed": "dangers", "danger-one": "danger",
    "step-aways-listed": "stepaways", "step-aways-one": "stepaway", "brief-needs": "stepaway-needing", "brief-diary": "stepaway",
    "brief-showing": "stepaway-showing", "panels-listed": "panels", "panels-one": "hiring-panel",
    "pulse-waves": "pulse", "pulse-wave": "wave", "pulse-cadence": "pulse-settings", "pulse-check-ins": "pulse",
    "mirror-rating": "rate-mirror", "brief-brief": "sideline", "brief-touched": "sideline", "brief-on-stage": "stage", "brief-waiting-for-me": "stage",
    "brief-listed": KEPT, "brief-reading": "panel", "brief-ready": "ready", "brief-mirror-of": "mirror", "brief-shares": {"ada"},
    "sources-sources": "evidence", "sources-runs": "evidence",
}  # fmt: skip
# What there is to read only in a state that this world is not in: their own tests know.
ELSEWHERE = {"pulse-answer", "brief-report"}


def operations(method):
    """Every operation with its address, filled in from the team's own things."""
    for path, methods in schema()["paths"].items():
        if method in methods:
            yield methods[method]["operationId"], path, methods[method]


def filled(path, operation, numbers):
    """Write an address with numbers in it; what a query needs is added."""
    room = operation["tags"][0]
    pk = numbers.get(operation["operationId"], numbers.get(room, 1))
    address = path.replace("{slug}", "quay").replace("{pk}", str(pk)).replace("{entry}", "1")
    address = address.replace("{measure}", "dependence")
    needed = {"object": f"barrier:{numbers['barriers']}", "q": "keys", "begins_on": "2027-03-01"}
    asked = [
        f"{p['name']}={needed[p['name']]}"
        for p in operation["parameters"]
        if p.get("in") == "query" and p.get("required")
    ]
    return f"{address}?{'&'.join(asked)}" if asked else address


@pytest.fixture
def numbers(team, world):
    """The numbers of the team's own things, by the room that an operation is of."""
    by_name = dict(addresses(team))

    def of(name):
        return next(int(p) for p in by_name[name].split("/") if p.isdecimal())

    source = Source.objects.create(team=team, connector="git", title="quay.git", path="/nowhere")
    said = CheckIn.objects.create(team=team, person=world["ben"], text="Tired", said_at=NOW)
    return {
        "barriers": of("barrier"), "expectations": of("expectation"), "applause": of("applause"), "lessons": of("lesson"),
        "danger": of("danger"), "step-aways": of("stepaway"), "brief-pace": of("expectation"), "brief-needs": of("stepaway"),
        "brief-diary": of("stepaway"), "brief-report": of("stepaway"), "panels": of("hiring-panel"), "pulse": of("wave"),
        "applause-words": of("client-words"), "applause-withdraw-words": of("client-words"), "sources": source.pk,
        "expectations-accept-terms": of("settle-terms"), "expectations-decline-terms": of("settle-terms"), "expectations-withdraw-terms": of("settle-terms"),
        "lessons-done": of("move-followup"), "lessons-drop": of("move-followup"), "lessons-open": of("move-followup"), "lessons-link": of("move-followup"),
        "objects-withdraw-comment": of("withdraw-comment"), "pulse-withdraw-check-in": said.pk,
    }  # fmt: skip


def test_every_operation_that_reads_stands_in_the_table():
    assert {name for name, _, _ in operations("get")} == set(SAME_AS) | ELSEWHERE


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_what_the_api_shows_is_what_the_pages_show(team, world, numbers, who):
    caller = program(world[who])
    for name, path, operation in operations("get"):
        if name in ELSEWHERE:
            continue
        page = SAME_AS[name]
        lets_in = page if isinstance(page, set) else PAGES[page]
        status = caller.get(filled(path, operation, numbers)).status_code
        if who in lets_in:
            assert status == 200, (name, status)
        elif who in KEPT:
            assert status in (403, 404, 409), (name, status)
        else:  # not even that the team exists
            assert status == 404, (name, status)


def test_nobody_sees_anything(team, world, numbers, monkeypatch):
    monkeypatch.setattr("followspot.web.pacing.GUESSES", 10**9)
    for method in ("get", "post", "put"):
        for name, path, operation in operations(method):
            answer = Program().call(method.upper(), filled(path, operation, numbers))
            assert answer.status_code == 401, (name, answer.status_code)
            assert "WWW-Authenticate" in answer.headers


def changing():
    for method in ("post", "put"):
        for name, path, operation in operations(method):
            yield method.upper(), name, path, operation


@pytest.mark.parametrize("who", ["dee", "ann", "sid"])
def test_whoever_is_not_of_the_team_changes_nothing_in_it(team, world, numbers, who):
    caller, before = program(world[who]), len(log.single(team, newest=500))
    for method, name, path, operation in changing():
        answer = caller.call(method, filled(path, operation, numbers), brought(operation))
        assert answer.status_code == 404, (name, answer.status_code)
    assert len(log.single(team, newest=500)) == before


def brought(operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return content and content["example"]


KEEPERS = {
    "step-aways-plan",
    "step-aways-change",
    "step-aways-withdraw",
    "step-aways-restore",
    "pulse-name-groups",
    "sources-read",
}


def test_who_only_keeps_the_team_moves_nothing_of_its_practices(team, world, numbers):
    caller, before = program(world["kit"]), len(log.single(team, newest=500))
    for method, name, path, operation in changing():
        if name not in KEEPERS:
            answer = caller.call(method, filled(path, operation, numbers), brought(operation))
            assert answer.status_code in (403, 404, 409, 422), (name, answer.status_code, answer.text)
    assert len(log.single(team, newest=500)) == before


@pytest.mark.parametrize("scope", ["read", "write", "leader", "evidence"])
def test_a_token_does_what_it_was_made_for_and_nothing_else(team, world, numbers, scope):
    caller = program(world["ada"], scope)
    for method in ("get", "post", "put"):
        for name, path, operation in operations(method):
            if f"Scope: `{scope}`" not in operation["description"]:
                answer = caller.call(method.upper(), filled(path, operation, numbers), brought(operation))
                assert answer.status_code == 403, (name, answer.status_code)
                assert "This token was not made for" in answer.json()["detail"]


def test_how_the_leader_leads_takes_a_scope_of_its_own(team, world, numbers):
    caller = program(world["ada"], "read")
    assert caller.get("/teams/quay/readings/dependence").status_code == 403
    assert caller.get("/teams/quay/readings/pulse").status_code == 200


def test_the_examples_are_whole():
    """What these tests send is what the reference shows."""
    for _, name, _, operation in changing():
        assert brought(operation) is not None or "requestBody" not in operation, name
    assert examples.rooms(schema())
