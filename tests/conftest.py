"""The cast: ada leads, ben and chi perform, dee belongs elsewhere. The clock stands still where it is asked."""

import shutil
from datetime import UTC, date, datetime

import pytest
from django.core.cache import caches
from django.test import Client

from tests import folders

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def pytest_configure(config):
    """Let the processes of this run share a folder."""
    folders.of_this_run()


def pytest_sessionfinish(session):
    """Remove it when the last of them has ended."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(folders.of_this_run(), ignore_errors=True)


@pytest.fixture(autouse=True)
def _counts_begin_anew():
    """Let no test be turned away for what others did too often."""
    caches["calls"].clear()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def ada(db):
    return _person("Ada", "ada@example.org")


@pytest.fixture
def ben(db):
    return _person("Ben", "ben@example.org")


@pytest.fixture
def chi(db):
    return _person("Chi", "chi@example.org")


@pytest.fixture
def dee(db):
    return _person("Dee", "dee@elsewhere.org")


@pytest.fixture
def team(ada, ben, chi):
    """Ada's team since always, with Ben and Chi at the front."""
    from followspot.teams import actions

    team = actions.start_team("Quay", by=ada.account)
    actions.hand_lead(team, to=ada, on=None)
    for person in (ben, chi):
        actions.join(team, person, on=date(2020, 1, 1))
    return team


@pytest.fixture
def client_of():
    """Give a browser in which a person is signed in; None is nobody."""

    def make(person) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person.account)
        return client

    return make


def _person(name: str, email: str):
    from followspot.teams.models import Account, Person

    account = Account.objects.create_user(email, "a long enough password", name=name)
    return Person.objects.create(name=name, account=account)
