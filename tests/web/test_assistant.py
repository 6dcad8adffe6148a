"""An assistant, by the official client, over standard input and over HTTP: it may what its token's owner may, and no more."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver.exceptions import ToolError

from followspot.evidence import log
from followspot.practices.barriers.models import Barrier
from followspot.teams import tokens
from followspot.web.assistant import tools

pytestmark = pytest.mark.django_db(transaction=True)
ALL = ["read", "write", "leader"]


def token_of(person, scopes=ALL):
    return tokens.make(
        person.account, name="Assistant", scopes=scopes, by=person.account, now=datetime.now(UTC)
    )[1]


def over_http(server, secret):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return streamable_http_client(
        f"{server.url}/mcp", http_client=httpx2.AsyncClient(headers=headers, timeout=60)
    )


def over_stdio(server, secret):
    env = os.environ | {"FOLLOWSPOT_URL": server.url, "FOLLOWSPOT_TOKEN": secret}
    return StdioServerParameters(command=sys.executable, args=["-m", "followspot", "mcp"], env=env)


WAYS = pytest.mark.parametrize("way", [over_http, over_stdio])


def ask(way, server, secret, *calls):
    """Call tools one after the other, as an assistant does; return what they answered."""

    async def talk():
        async with Client(way(server, secret)) as client:
            return [await client.call_tool(name, said) for name, said in calls]

    return aside(talk)


def aside(talk):
    """Talk in a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(anyio.run, talk).result()


def told(answer):
    assert not answer.is_error, answer.content
    return answer.structured_content or json.loads(answer.content[0].text)


@WAYS
def test_an_assistant_finds_its_way_and_raises_a_barrier(way, live_server, team, ben):
    teams, raised, listed = ask(
        way, live_server, token_of(ben),
        ("teams", {}),
        ("raise_barrier", {"team": team.slug, "what": "No keys for the gate", "needed_on": "2100-01-01"}),
        ("barriers", {"team": team.slug}),
    )  # fmt: skip
    assert [t["slug"] for t in told(teams)["items"]] == [team.slug]
    barrier = Barrier.objects.get()
    assert (told(raised)["id"], barrier.raiser) == (barrier.pk, ben)
    assert [b["what"] for b in told(listed)["items"]] == ["No keys for the gate"]
    assert [e.activity for e in log.single(team)] == ["barrier.raised"]


def test_every_tool_answers_its_own_question(live_server, team, ada, ben):
    secret = token_of(ada)
    reads = [("teams", {})] + [
        (name, {"team": team.slug})
        for name in ("brief", "waiting", "expectations", "barriers", "lessons", "step_aways", "measures")
    ]
    reads += [
        ("search", {"team": team.slug, "words": "keys"}),
        ("reading", {"team": team.slug, "measure": "dependence"}),
    ]
    answers = ask(over_http, live_server, secret, *reads)
    assert all(told(answer) is not None for answer in answers)
    assert told(answers[-1])["verdict"] == "cant_tell"

    async def listed():
        async with Client(over_http(live_server, secret)) as client:
            return (await client.list_tools()).tools

    there = {tool.name: tool for tool in aside(listed)}
    assert {name for name, _ in reads} < set(there)
    assert all(tool.description and tool.annotations for tool in there.values())
    # None is about one front-line person, and none lists people.
    assert not any("person" in json.dumps(tool.input_schema) for tool in there.values())
    assert not any("people" in name or "person" in name for name in there)


def test_applause_goes_to_whom_it_names_and_only_to_them(live_server, team, ben, chi):
    said = {"team": team.slug, "words": "For asking twice", "cites_words": "The list"}
    one, nobody, oneself = ask(
        over_http, live_server, token_of(ben),
        ("applaud", said | {"names": ["chi"]}),
        ("applaud", said | {"names": ["Zed"]}),
        ("applaud", said | {"names": ["Ben"]}),
    )  # fmt: skip
    assert [p["name"] for p in told(one)["to"]] == ["Chi"]
    assert nobody.is_error
    assert "Nobody of this team is called “Zed”" in nobody.content[0].text
    assert oneself.is_error


def test_what_is_the_leaders_is_told_to_nobody_else(live_server, team, ben, dee):
    brief, elsewhere = ask(
        over_http,
        live_server,
        token_of(ben),
        ("brief", {"team": team.slug}),
        ("barriers", {"team": "nowhere"}),
    )
    assert brief.is_error
    assert elsewhere.is_error
    [stranger] = ask(over_http, live_server, token_of(dee), ("barriers", {"team": team.slug}))
    assert stranger.is_error
    assert "Quay" not in stranger.content[0].text


def test_a_name_leads_to_no_other_address(live_server, team, ben):
    answers = ask(
        over_http,
        live_server,
        token_of(ben),
        ("barriers", {"team": f"{team.slug}/people?of="}),
        ("reading", {"team": team.slug, "measure": "../people"}),
    )
    assert all(answer.is_error and "match pattern" in answer.content[0].text for answer in answers)


def test_one_of_a_name_is_looked_for_among_all_people_of_a_team():
    pages = {
        None: {"items": [{"id": 1, "name": "Ben"}], "next": "/api/v1/teams/quay/people?limit=100&after=1"},
        "1": {"items": [{"id": 2, "name": "Ben"}, {"id": 3, "name": "Chi"}], "next": None},
    }

    def asked(method, path, *, limit, after):
        return pages[after]

    assert tools._called(asked, "quay", "chi") == 3
    with pytest.raises(ToolError, match="Several are called “Ben”"):
        tools._called(asked, "quay", "Ben")


def test_a_token_that_only_reads_raises_nothing(live_server, team, ben):
    [answer] = ask(
        over_http,
        live_server,
        token_of(ben, ["read"]),
        ("raise_barrier", {"team": team.slug, "what": "No keys"}),
    )
    assert answer.is_error
    assert "write" in answer.content[0].text
    assert not Barrier.objects.exists()


def test_bad_input_is_told_by_field(live_server, team, ben):
    [answer] = ask(over_http, live_server, token_of(ben), ("raise_barrier", {"team": team.slug, "what": " "}))
    assert answer.is_error
    assert "What is in the way?" in answer.content[0].text or "/what" in answer.content[0].text


@pytest.mark.parametrize("secret", ["", "fs_nothing"])
def test_without_a_token_the_door_stays_shut(client, secret):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    answer = client.post("/mcp", "{}", "application/json", headers=headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/mcp").status_code == 405


def test_nonsense_is_answered_in_the_protocols_own_words(client, ben):
    headers = {"Authorization": f"Bearer {token_of(ben)}", "Accept": "application/json, text/event-stream"}
    for body in ("{", "[]", '{"jsonrpc": "2.0", "id": 1, "method": "no/such"}', "null"):
        answer = client.post("/mcp", body, "application/json", headers=headers)
        assert 400 <= answer.status_code < 500 or "error" in answer.json(), body
    assert client.post("/mcp", " " * 200_001, "application/json", headers=headers).status_code == 413


def test_a_server_that_is_not_there_is_named(team):
    client = httpx2.Client(base_url="http://127.0.0.1:9")

    async def talk():
        async with Client(tools.server(client)) as assistant:
            return await assistant.call_tool("teams", {})

    answer = aside(talk)
    assert answer.is_error
    assert "does not answer at http://127.0.0.1:9" in answer.content[0].text
