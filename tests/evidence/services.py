"""A source that is asked over HTTP, connected to a stub of its service."""

from followspot import seals
from followspot.evidence import log
from followspot.evidence.models import Source
from tests.stubs.github import TOKEN


def connected(team, stub, *, now, token=TOKEN, connector="github"):
    return Source.objects.create(
        team=team,
        connector=connector,
        title="quay/tower",
        path=stub.address,
        token=seals.seal(token),
        due_at=now,
    )


def events(team):
    """Everything in a team's log by its key, as it was written."""
    rows = log._events(team).to_pyarrow().to_pylist()
    assert len({r["key"] for r in rows}) == len(rows)
    return {r["key"]: r for r in rows}
