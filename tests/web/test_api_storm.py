"""Whatever comes to the API, it answers as its schema says and never breaks.

`FOLLOWSPOT_STORM=200 pytest tests/web/test_api_storm.py` sends many more of each kind; as it stands it takes a minute.
"""

import os

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.programs import program
from tests.web.test_access import world
from tests.web.test_api_access import numbers

__all__ = ["numbers", "world"]

EACH = int(os.environ.get("FOLLOWSPOT_STORM", "2"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CALLERS = {"nobody": None, "stranger": "sid", "member": "ben", "leader": "ada", "admin": "ann"}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the same answers come from either database")
@pytest.mark.parametrize("who", CALLERS)
def test_no_call_breaks_it(team, world, numbers, settings_of_calls, who):
    person = world[CALLERS[who]] if CALLERS[who] else None
    secret = program(person).secret
    headers = {"Accept-Encoding": "identity"}  # schemathesis unpacks nothing that comes by WSGI
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    loaded = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for found in loaded.get_all_operations():
        operation = found.ok()
        if operation.definition.raw["operationId"] != "sources-read":  # it reads in a thread of its own
            _storm(operation, headers, numbers, team)


def _storm(operation, headers, numbers, team):
    own = numbers.get(
        operation.definition.raw["operationId"], numbers.get(operation.definition.raw["tags"][0], 1)
    )

    @seed(0)
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case):
        if "slug" in case.path_parameters:
            case.path_parameters["slug"] = team.slug
        if "pk" in case.path_parameters:
            case.path_parameters["pk"] = own
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)  # each call finds the team as it was
        case.validate_response(answer, checks=CHECKS)

    call()


@pytest.fixture
def settings_of_calls(settings):
    settings.API_A_MINUTE = 10**9
    for signal in (request_started, request_finished):  # they would close the connection that the test is in
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
def test_the_example_of_every_act_never_breaks_it(team, world, numbers, settings_of_calls):
    """What the reference shows can be sent as it stands, by whoever leads and whoever performs."""
    from tests.web.test_api_access import brought, changing, filled

    for who in ("ada", "ben"):
        caller = program(world[who])
        for method, name, path, operation in changing():
            if name == "sources-read":
                continue
            with transaction.atomic():
                answer = caller.call(method, filled(path, operation, numbers), brought(operation))
                transaction.set_rollback(True)
            assert answer.status_code < 500, (name, answer.text)
            assert str(answer.status_code) in operation["responses"], (name, answer.status_code)
