"""The address at which assistants call this server: each call for itself, nothing is kept between two of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx2
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from followspot.teams import tokens
from followspot.teams.problems import problem

_PATH = "/mcp"
_LARGEST = 200_000  # bytes


@csrf_exempt
@login_not_required
def mcp(request: HttpRequest) -> HttpResponse:
    """Answer one message of an assistant, with the rights of its token."""
    if request.method != "POST":
        return problem(request, 405, "An assistant posts its messages here.", headers={"Allow": "POST"})
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.casefold() != "bearer" or tokens.whose(secret.strip(), now=timezone.now()) is None:
        asks = {"WWW-Authenticate": 'Bearer realm="Followspot"'}
        return problem(
            request, 401, "A token opens this: make one on the page *Tokens for programs*.", headers=asks
        )
    if len(request.body) > _LARGEST:
        return problem(request, 413, "Send less than 200 kB at once.")
    try:
        from followspot.web.assistant.tools import server
    except ImportError:
        return problem(request, 404, "This server was installed without the extra `mcp`.")
    # A thread of its own has no other loop running.
    with _within(request, secret.strip()) as client, ThreadPoolExecutor(1) as aside:
        status, headers, body = aside.submit(anyio.run, _answered, server(client), request).result()
    return HttpResponse(body, status=status, headers=headers)


def _within(request: HttpRequest, secret: str) -> httpx2.Client:
    """Return a client of this very server that needs no network: the API is asked as by anybody else."""
    from followspot.web.wsgi import application

    return httpx2.Client(
        base_url=f"{request.scheme}://{request.get_host()}",
        transport=httpx2.WSGITransport(app=application),
        headers={"Authorization": f"Bearer {secret}"},
        timeout=120,
    )


async def _answered(server: Any, request: HttpRequest) -> tuple[int, dict[str, str], bytes]:
    """Hand one message to the protocol's own implementation, and return its answer."""
    app = server.streamable_http_app(
        streamable_http_path=_PATH, json_response=True, stateless_http=True, host=request.get_host()
    )
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": request.scheme,
        "path": _PATH,
        "raw_path": _PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in request.headers.items()],
        "server": (request.get_host(), None),
        "client": None,
    }
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": request.body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async with server.session_manager.run():
        await app(scope, receive, send)
    begun = next(m for m in sent if m["type"] == "http.response.start")
    body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    kept = {k.decode(): v.decode() for k, v in begun["headers"] if k.lower() != b"content-length"}
    return begun["status"], kept, body
