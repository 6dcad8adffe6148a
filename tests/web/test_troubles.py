"""What goes wrong on the machine itself is said as such, and nothing that was typed is lost."""

import errno
import json

import pytest
from django.db import InterfaceError, OperationalError
from django.urls import reverse
from django.utils import timezone

from followspot.practices.barriers import actions
from followspot.teams import tokens
from followspot.web.troubles import AWAY, FULL, trouble

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (OperationalError("database or disk is full"), FULL),
        (OperationalError("could not extend file: No space left on device"), FULL),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OperationalError("connection refused"), AWAY),
        (OperationalError("database is locked"), AWAY),
        (InterfaceError("connection already closed"), AWAY),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("disk is full"), None),
        (None, None),
    ],
)
def test_it_is_known_by_its_error(error, found):
    assert trouble(error) is found


def test_it_is_known_behind_another_error():
    error = RuntimeError("could not be written")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert trouble(error) is FULL


@pytest.fixture
def failing(monkeypatch):
    def with_(error):
        def fail(*_, **__):
            raise error

        monkeypatch.setattr(actions, "raise_barrier", fail)

    return with_


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OperationalError("database or disk is full"), 507, "The disk of the server is full"),
        (OperationalError("connection refused"), 503, "The database can’t be reached"),
    ],
)
def test_what_was_typed_is_there_to_be_sent_again(client_of, team, ada, failing, error, status, says):
    failing(error)
    client = client_of(ada)
    client.raise_request_exception = False
    answer = client.post(reverse("barriers", args=[team.slug]), {"what": "No keys <at night>"})
    page = answer.content.decode()
    assert answer.status_code == status
    assert int(answer.headers["Retry-After"]) > 0
    assert says in page
    assert 'value="No keys &lt;at night&gt;"' in page


def test_another_error_says_nothing_of_itself(client_of, team, ada, failing):
    failing(ValueError("Ben's"))
    client = client_of(ada)
    client.raise_request_exception = False
    answer = client.post(reverse("barriers", args=[team.slug]), {"what": "No keys"})
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    assert "Ben" not in answer.content.decode()


def test_programs_are_told_as_well(client, team, ada, failing):
    failing(OperationalError("database or disk is full"))
    _, secret = tokens.make(ada.account, name="Any", scopes=["write"], days=1, by=None, now=timezone.now())
    answer = client.post(
        "/api/v1/teams/quay/barriers",
        json.dumps({"what": "No keys"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 507
    assert answer.json()["detail"] == FULL.said
