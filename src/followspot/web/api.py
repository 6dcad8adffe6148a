"""The one API under /api/v1/: the rooms it has, how errors are answered, its schema, and the page that shows it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, cast

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.schema import NinjaGenerateJsonSchema

from followspot import __version__, practices
from followspot.brief import api as brief
from followspot.errors import BadInput, Refused, Stale, in_short
from followspot.evidence import api as evidence
from followspot.objects import api as objects
from followspot.teams import api as teams
from followspot.teams.problems import KIND, TITLES, Fault, Problem, Turned, answers_to, problem
from followspot.teams.tokens import SCOPES
from followspot.web import examples
from followspot.web.troubles import told, trouble

ADDRESS = "/api/v1/"
_ASK = {"WWW-Authenticate": 'Bearer realm="Followspot"'}
_WHAT = (
    "What a person may see and do on the pages, they may see and do here, by the same rules. "
    "There is no number about one front-line person, and nothing about one person’s answers."
)

log = structlog.get_logger()
api = NinjaAPI(
    title="Followspot", version="1", description=_WHAT, openapi_url=None, docs_url=None, urls_namespace="api"
)
for room in (teams.room, objects.room, *practices.routers(), brief.room, evidence.room):
    api.add_router("", room)


@api.exception_handler(Turned)
def _turned(request: HttpRequest, error: Turned) -> HttpResponse:
    return problem(request, error.status, error.detail, faults=error.faults, headers=error.headers)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(request, 409, str(error))


@api.exception_handler(Stale)
def _stale(request: HttpRequest, error: Stale) -> HttpResponse:
    status = 412 if "If-Match" in request.headers else 409
    return problem(request, status, str(error), version=error.version)


@api.exception_handler(BadInput)
def _bad_input(request: HttpRequest, error: BadInput) -> HttpResponse:
    return problem(request, 422, str(error))


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [Fault(pointer=_pointer(e["loc"]), detail=_said(e)) for e in error.errors[:20]]
    return problem(request, 422, f"{faults[0].pointer}: {faults[0].detail}", faults=faults)


def _pointer(loc: tuple[object, ...]) -> str:
    """Write where something stands: in a body as a JSON pointer, elsewhere by its name."""
    source, *way = (str(part) for part in loc)
    if source == "body":
        return "/" + "/".join(part.replace("~", "~0").replace("/", "~1")[:60] for part in way[1:])
    return way[-1][:60] if way else source


def _said(error: dict[str, Any]) -> str:
    text = str(error["msg"]).removeprefix("Value error, ")
    return text if text.endswith(".") else f"{text}."


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    detail = "Show a token: Authorization: Bearer fs_… One is made on your page, under Tokens for programs."
    return problem(request, 401, detail, headers=_ASK)


@api.exception_handler(HttpError)
def _unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    says = {400: "The body is no JSON that can be read."}
    return problem(request, error.status_code, says.get(error.status_code, str(error)))


@api.exception_handler(Http404)
def _nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, "There is nothing at this address, or nothing that you may know of.")


@api.exception_handler(Exception)
def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer what nobody foresaw: the log gets its kind and place, the caller an excuse, and nobody a personal text."""
    if isinstance(error, RequestDataTooBig):
        return problem(request, 413, "The body is larger than 5 MB.")
    if isinstance(error, SuspiciousOperation):
        return problem(request, 400, "This can’t be read.")
    if isinstance(error, PermissionDenied):
        return problem(request, 403, "This isn’t yours.")
    log.error("call_failed", error=in_short(error))
    return told(request, trouble(error))


def _guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let the API ask itself who is calling, and answer in its own words whatever comes to its addresses."""

    @functools.wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        size = request.META.get("CONTENT_LENGTH") or "0"
        if size != "0" and request.content_type != "application/json":
            return problem(request, 415, "Send the body as JSON: Content-Type: application/json.")
        answer = view(request, *args, **kwargs)
        request.method = asked  # of what only its head was asked for, the server leaves the body out
        if answer.status_code == 405:
            allowed = answer.headers["Allow"]
            return problem(request, 405, f"Here one can {allowed}.", headers={"Allow": allowed})
        return answer

    guard.csrf_exempt = True  # type: ignore[attr-defined]
    return cast("Callable[..., HttpResponseBase]", login_not_required(guard))


@functools.cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI document: what ninja knows, with problems in their own media type and an example for everything."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=ADDRESS))
    found["info"] = dict(found["info"]) | {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
    found["servers"] = [{"url": "/"}]
    shared: dict[str, Any] = {}
    for operations in found["paths"].values():
        for method, operation in operations.items():
            _complete(operation, method, shared)
    found["components"]["parameters"] = shared
    found["components"]["responses"] = {f"Problem{status}": _problem(status) for status in TITLES}
    said = Problem.model_json_schema(
        ref_template="#/components/schemas/{model}", schema_generator=NinjaGenerateJsonSchema
    )
    found["components"]["schemas"] |= {**said.pop("$defs"), "Problem": said}
    examples.add(found)
    found["components"]["schemas"] = examples.reached(found)
    return found


def _complete(operation: dict[str, Any], method: str, shared: dict[str, Any]) -> None:
    for n, said in enumerate(operation["parameters"]):
        if said["in"] == "header" or said["name"] == "slug":  # the same everywhere, so it is written once
            shared[said["name"]] = said
            operation["parameters"][n] = {"$ref": f"#/components/parameters/{said['name']}"}
    for status in answers_to(method):
        operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    if method == "get":
        operation["responses"][304] = {"description": "It is still as you have it"}
    operation["responses"] = {
        str(s): r for s, r in sorted(operation["responses"].items(), key=lambda r: int(r[0]))
    }


def _problem(status: int) -> dict[str, Any]:
    told = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": TITLES[status], "content": {KIND: told}}


def written() -> str:
    """Return the schema as it is kept beside the documents."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def openapi(request: HttpRequest) -> HttpResponse:
    """The schema, the same for everybody."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation: what it does, what it wants, what it answers."""
    context = {
        "rooms": examples.rooms(schema()),
        "problems": sorted(TITLES.items()),
        "scopes": SCOPES,
        "version": __version__,
        "here": "api",
    }
    return render(request, "web/api.html", context)


def nowhere(request: HttpRequest) -> HttpResponse:
    return problem(request, 404, "There is nothing at this address. /api/v1/docs shows what there is.")


def urls() -> list[URLPattern]:
    """Return the addresses of the API."""
    own = [
        path("openapi.json", login_not_required(openapi), name="api-schema"),
        path("docs", docs, name="api-docs"),
    ]
    patterns = [p for p in api.urls[0] if isinstance(p, URLPattern) and p.name != "api-root"]
    for pattern in patterns:
        pattern.callback = _guarded(pattern.callback)
        pattern.name = None  # an operation is known by its id, and no page leads to it
    return [*own, *patterns, re_path(r"^", login_not_required(nowhere), name="api-nowhere")]
