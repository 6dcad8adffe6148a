"""`followspot token`, as whoever runs the server types it."""

import pytest
from typer.testing import CliRunner

from followspot.cli import app
from followspot.errors import BadInput
from followspot.teams.models import RightsChange, Token
from tests.web.programs import Program


@pytest.mark.django_db
def test_a_token_for_somebody_is_shown_once(ben):
    done = CliRunner().invoke(
        app, ["token", "BEN@example.org", "--scope", "read", "--days", "7", "--name", "Rota"]
    )
    assert done.exit_code == 0, done.output
    assert Program(done.output.strip()).get("/me").json()["scopes"] == ["read"]
    assert (Token.objects.get().name, RightsChange.objects.get(to=ben.account).by) == ("Rota", None)


@pytest.mark.django_db
def test_nobody_s_token_is_not_made(ben):
    done = CliRunner().invoke(app, ["token", "nobody@example.org"])
    assert isinstance(done.exception, BadInput)
    assert isinstance(
        CliRunner().invoke(app, ["token", "ben@example.org", "--scope", "all"]).exception, BadInput
    )
    assert not Token.objects.exists()
