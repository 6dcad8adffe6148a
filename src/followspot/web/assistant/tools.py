"""What an assistant can ask and do. Nothing here knows who may: every tool is a call of the API with the caller's token.

There is no tool that reads about one front-line person, and none that lists people: to applaud, one names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from followspot import __version__

_SLUG = r"^[\w-]+$"  # what leads to another address than the tool's own is no name

type Team = Annotated[
    str, Field(description="The team's slug, as `teams` lists it.", max_length=60, pattern=_SLUG)
]
type Number = Annotated[int, Field(description="The id that the list gave.", ge=1)]
type Ask = Callable[..., dict[str, Any]]

_INTRODUCTION = (
    "Followspot helps leaders lead from behind: expectations, barriers, applause, lessons, step-aways, and the step-away "
    "test, which says whether a team's work held while its leader was away. Begin with `teams`. A reading that can't tell is "
    "a normal answer: say so with its reason, never round it up to a yes. Never rank or compare people."
)
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_ACTS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)


def server(client: httpx2.Client) -> MCPServer[Any]:
    """Return the server whose tools ask through this client: it knows where the API is, and the token."""
    it: MCPServer[Any] = MCPServer(
        "followspot", title="Followspot", instructions=_INTRODUCTION, version=__version__, log_level="WARNING"
    )

    def ask(method: str, path: str, **said: Any) -> dict[str, Any]:
        return _asked(client, method, path, said)

    for add in (_the_team, _expectations, _barriers, _lessons_and_applause, _step_aways_and_readings):
        add(it, ask)
    return it


def _asked(client: httpx2.Client, method: str, path: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return what the API answers; what it refuses is told as it says it."""
    given = {key: value for key, value in said.items() if value is not None}
    asks = method == "GET"
    try:
        answer = client.request(
            method, f"/api/v1{path}", params=given if asks else None, json=None if asks else given
        )
        told: dict[str, Any] = answer.json()
    except httpx2.HTTPError as error:
        raise ToolError(f"Followspot does not answer at {client.base_url}: {error}") from None
    except ValueError:
        raise ToolError(f"What answers at {client.base_url} is not Followspot.") from None
    if answer.is_error:
        faults = "; ".join(f"{f['pointer']}: {f['detail']}" for f in told.get("errors", []))
        raise ToolError(f"{told.get('detail', 'This was not done.')} {faults}".strip())
    return told


def _the_team(it: MCPServer[Any], ask: Ask) -> None:
    @it.tool(annotations=_READS)
    def teams() -> dict[str, Any]:
        """List the teams you see."""
        return ask("GET", "/teams", limit=100)

    @it.tool(annotations=_READS)
    def brief(team: Team) -> dict[str, Any]:
        """The leader's week: at most five moves (clear, applaud, step back, set, danger). For the leader's own eyes."""
        return ask("GET", f"/teams/{team}/brief")

    @it.tool(annotations=_READS)
    def waiting(team: Team) -> dict[str, Any]:
        """What waits for you in a team: your yes, your vote, your look."""
        return ask("GET", f"/teams/{team}/waiting")

    @it.tool(annotations=_READS)
    def search(
        team: Team, words: Annotated[str, Field(description="What to look for.", max_length=200)]
    ) -> dict[str, Any]:
        """Find expectations, barriers, applause, lessons and comments by the words in them."""
        return ask("GET", f"/teams/{team}/search", q=words)


def _expectations(it: MCPServer[Any], ask: Ask) -> None:
    @it.tool(annotations=_READS)
    def expectations(team: Team) -> dict[str, Any]:
        """List what was agreed in a team: outcomes, owners, time allotted, freedom."""
        return ask("GET", f"/teams/{team}/expectations")

    @it.tool(annotations=_READS)
    def expectation(team: Team, id: Number) -> dict[str, Any]:
        """See one expectation, what is on the table, and what you may do with it."""
        return ask("GET", f"/teams/{team}/expectations/{id}")


def _barriers(it: MCPServer[Any], ask: Ask) -> None:
    @it.tool(annotations=_READS)
    def barriers(team: Team) -> dict[str, Any]:
        """List what is in the way of a team's front line."""
        return ask("GET", f"/teams/{team}/barriers")

    @it.tool(annotations=_READS)
    def barrier(team: Team, id: Number) -> dict[str, Any]:
        """See one barrier, and what you may do with it."""
        return ask("GET", f"/teams/{team}/barriers/{id}")

    @it.tool(annotations=_ACTS)
    def raise_barrier(
        team: Team,
        what: Annotated[str, Field(description="What is in the way, in one line.", max_length=280)],
        holds_words: Annotated[str | None, Field(description="What it holds up.", max_length=200)] = None,
        needed_on: Annotated[date | None, Field(description="By when it is needed.")] = None,
    ) -> dict[str, Any]:
        """Say, in your name, what is in the way; the leader is asked to clear it."""
        day = needed_on.isoformat() if needed_on else None
        return ask("POST", f"/teams/{team}/barriers", what=what, holds_words=holds_words, needed_on=day)


def _lessons_and_applause(it: MCPServer[Any], ask: Ask) -> None:
    @it.tool(annotations=_READS)
    def lessons(team: Team) -> dict[str, Any]:
        """List a team's lessons: mistakes told without blame, and what changes because of them."""
        return ask("GET", f"/teams/{team}/lessons")

    @it.tool(annotations=_READS)
    def lesson(team: Team, id: Number) -> dict[str, Any]:
        """See one lesson, and what follows from it."""
        return ask("GET", f"/teams/{team}/lessons/{id}")

    @it.tool(annotations=_ACTS)
    def applaud(
        team: Team,
        names: Annotated[list[str], Field(description="Whom, by name.", min_length=1, max_length=20)],
        words: Annotated[str, Field(description="For what, in your own words.", max_length=2000)],
        cites_words: Annotated[
            str | None, Field(description="What people can look at.", max_length=200)
        ] = None,
        cites: Annotated[
            str | None, Field(description="Or an object, like expectation:3.", max_length=60)
        ] = None,
    ) -> dict[str, Any]:
        """Applaud people of the front line, in your name, for something that is cited. Ask for the words; never invent them."""
        to = [_called(ask, team, name) for name in names]
        return ask(
            "POST", f"/teams/{team}/applause", to=to, words=words, cites_words=cites_words, cites=cites
        )


def _people(ask: Ask, team: str) -> Iterator[dict[str, Any]]:
    """Yield all people of a team: among those of one page somebody could seem to be the only one of a name."""
    after = None
    while True:
        told = ask("GET", f"/teams/{team}/people", limit=100, after=after)
        yield from told["items"]
        if not told["next"]:
            return
        after = parse_qs(urlsplit(told["next"]).query)["after"][0]


def _called(ask: Ask, team: str, name: str) -> int:
    """Return the number of the one person of a team who is called so."""
    people = list(_people(ask, team))
    wanted = " ".join(name.split()).casefold()
    exact = [p for p in people if p["name"].casefold() == wanted]
    found = exact or [p for p in people if p["name"].casefold().split()[:1] == [wanted]]
    if len(found) != 1:
        raise ToolError(
            f"{'Several are' if found else 'Nobody of this team is'} called “{name}”. Give the whole name."
        )
    number: int = found[0]["id"]
    return number


def _step_aways_and_readings(it: MCPServer[Any], ask: Ask) -> None:
    @it.tool(annotations=_READS)
    def step_aways(team: Team) -> dict[str, Any]:
        """List a team's step-aways: planned, under way, over."""
        return ask("GET", f"/teams/{team}/step-aways")

    @it.tool(annotations=_READS)
    def step_away_report(team: Team, id: Number) -> dict[str, Any]:
        """Did the work hold while the leader was away? Verdict, odds, interval and caveats of one step-away that is over."""
        return ask("GET", f"/teams/{team}/step-aways/{id}/report")

    @it.tool(annotations=_READS)
    def measures(team: Team) -> dict[str, Any]:
        """List the questions that this team's log can answer and that you may see the answer of."""
        return ask("GET", f"/teams/{team}/readings")

    @it.tool(annotations=_READS)
    def reading(
        team: Team,
        measure: Annotated[
            str, Field(description="Its slug, as `measures` lists it.", max_length=40, pattern=_SLUG)
        ],
    ) -> dict[str, Any]:
        """What one measure says: estimate, interval, verdict, one plain sentence and its caveats."""
        return ask("GET", f"/teams/{team}/readings/{measure}")
