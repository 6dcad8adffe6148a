"""The endpoints of SCIM 2.0: users, groups, and what this service says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import reduce, wraps
from operator import or_
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    InvalidSyntaxException,
    InvalidValueException,
    ListResponse,
    NotFoundException,
    PatchOp,
    Resource,
    ResponseParameters,
    SCIMException,
    SearchRequest,
    UniquenessException,
)

from followspot.directory import groups, users
from followspot.directory.listing import Shelf, found
from followspot.directory.resources import CONFIG, POLICY, PROVIDER, Group, User
from followspot.errors import Refused
from followspot.teams import tokens
from followspot.teams.models import Account

_KIND = "application/scim+json"
_LARGEST = 1_000_000  # bytes of what is sent at once


USERS = Shelf(
    User, users.rows, users.shown, users.COLUMNS, users.filled, users.open_account, users.change, users.close
)
GROUPS = Shelf(
    Group, groups.rows, groups.shown, groups.COLUMNS, dict, groups.start, groups.change, groups.forget
)

type Endpoint = Callable[..., HttpResponse]


def _endpoint(page: Endpoint) -> Endpoint:
    """Let a directory in by its token, and answer what goes wrong as SCIM writes errors."""

    @csrf_exempt
    @login_not_required
    @wraps(page)
    def guarded(request: HttpRequest, **where: Any) -> HttpResponse:
        by = _directory(request)
        if by is None:
            return _failed(401, "A token that an admin made for the directory opens this.")
        try:
            with POLICY, PROVIDER, transaction.atomic():
                return page(request, by=by, **where)
        except SCIMException as error:
            return _answer(error.to_error(), error.status)
        except ValidationError as error:
            told = Error.from_validation_errors(error)[0]
            return _answer(told, told.status or 400)
        except IntegrityError:  # another request was quicker
            told = UniquenessException(detail="This is there already.").to_error()
            return _answer(told, 409)
        except Refused as refusal:
            return _failed(409, str(refusal))

    return guarded


def _directory(request: HttpRequest) -> Account | None:
    """Return the admin for whom a directory's token was made, or None."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = tokens.whose(secret.strip(), now=timezone.now()) if kind.casefold() == "bearer" else None
    if token is None or tokens.SCIM not in token.scopes or not token.account.is_staff:
        return None
    return token.account


def _answer(said: Any, status: int = 200, **dumped: Any) -> HttpResponse:
    dumped.setdefault("scim_ctx", Context.RESOURCE_QUERY_RESPONSE)
    return HttpResponse(said.model_dump_json(**dumped), status=status, content_type=_KIND)


def _failed(status: int, detail: str) -> HttpResponse:
    answer = _answer(Error(status=status, detail=detail), status)
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Followspot"'
    return answer


def _not_allowed(request: HttpRequest) -> HttpResponse:
    return _failed(405, f"{request.method} can’t be done here.")


def _body(request: HttpRequest) -> bytes:
    if len(request.body) > _LARGEST:
        raise SCIMException(detail="Send less than a megabyte at once.")
    if b"\\u0000" in request.body:
        raise InvalidValueException(detail="A NUL is in it, which no text has.")
    return request.body


def _said(request: HttpRequest, shelf: Shelf, ctx: Context) -> Any:
    """Return the resource that was sent."""
    try:
        said = json.loads(_body(request))
    except ValueError:
        raise InvalidSyntaxException(detail="This is no JSON.") from None
    if not isinstance(said, dict):
        raise InvalidSyntaxException(detail="Send one resource, as a JSON object.")
    return shelf.model.model_validate(shelf.filled(said), scim_ctx=ctx)


def _asked(request: HttpRequest, shelf: Shelf) -> ResponseParameters[Any]:
    said = {k: v for k, v in request.GET.items() if k in ("attributes", "excludedAttributes")}
    return ResponseParameters[shelf.model].model_validate(said)  # type: ignore[name-defined]


def _one(shelf: Shelf, pk: str) -> Any:
    it = shelf.rows().filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 18 else None
    if it is None:
        raise NotFoundException(detail="There is nothing with this id.")
    return it


def _held(shelf: Shelf, pk: str) -> Any:
    """Return one, held until the transaction ends: directories send several changes of a group at the same time."""
    rows = shelf.rows().model._base_manager.select_for_update(no_key=True)
    rows.filter(pk=_one(shelf, pk).pk).first()
    return _one(shelf, pk)


@_endpoint
def several(request: HttpRequest, *, by: Account, shelf: Shelf) -> HttpResponse:
    """List what a filter lets through; POST makes one more."""
    if request.method == "GET":
        search = SearchRequest[shelf.model].model_validate(request.GET.dict())  # type: ignore[name-defined]
        return _listed(search, shelf)
    if request.method != "POST":
        return _not_allowed(request)
    said = _said(request, shelf, Context.RESOURCE_CREATION_REQUEST)
    made = shelf.make(said, by=by, now=timezone.now())
    return _told(request, shelf, made.pk, Context.RESOURCE_CREATION_RESPONSE, status=201)


@_endpoint
def search(request: HttpRequest, *, by: Account, shelves: tuple[Shelf, ...]) -> HttpResponse:
    """The same as a list, asked for by POST; of one kind, or of all."""
    if request.method != "POST":
        return _not_allowed(request)
    models = reduce(or_, (shelf.model for shelf in shelves))
    return _listed(SearchRequest[models].model_validate_json(_body(request)), *shelves)  # type: ignore[valid-type]


def _listed(asked: SearchRequest[Any], *shelves: Shelf) -> HttpResponse:
    return _answer(found(asked, shelves), response_parameters=asked)


@_endpoint
def one(request: HttpRequest, *, by: Account, shelf: Shelf, pk: str) -> HttpResponse:
    """Show, replace, patch or remove one."""
    now = timezone.now()
    if request.method == "GET":
        _one(shelf, pk)
        return _told(request, shelf, pk, Context.RESOURCE_QUERY_RESPONSE)
    if request.method == "PUT":
        return _replaced(request, shelf, pk, by, now)
    if request.method == "PATCH":
        return _patched(request, shelf, pk, by, now)
    if request.method == "DELETE":
        shelf.remove(_held(shelf, pk), by=by, now=now)
        return HttpResponse(status=204)
    return _not_allowed(request)


def _replaced(request: HttpRequest, shelf: Shelf, pk: str, by: Account, now: datetime) -> HttpResponse:
    it = _held(shelf, pk)
    said = _said(request, shelf, Context.RESOURCE_REPLACEMENT_REQUEST)
    if said.replace(shelf.shown(it)):
        shelf.change(it, said, by=by, now=now)
    return _told(request, shelf, pk, Context.RESOURCE_REPLACEMENT_RESPONSE)


def _patched(request: HttpRequest, shelf: Shelf, pk: str, by: Account, now: datetime) -> HttpResponse:
    it = _held(shelf, pk)
    wanted = PatchOp[shelf.model].model_validate_json(_body(request), scim_ctx=Context.RESOURCE_PATCH_REQUEST)  # type: ignore[name-defined]
    after = shelf.shown(it)
    if wanted.patch(after):
        shelf.change(it, after, by=by, now=now)
    return _told(request, shelf, pk, Context.RESOURCE_PATCH_RESPONSE)


def _told(
    request: HttpRequest, shelf: Shelf, pk: int | str, ctx: Context, *, status: int = 200
) -> HttpResponse:
    """Answer with one as it stands in the database now."""
    it = shelf.shown(_one(shelf, str(pk)))
    answer = _answer(it, status, scim_ctx=ctx, response_parameters=_asked(request, shelf))
    answer["Location"] = it.meta.location
    return answer


@_endpoint
def itself(request: HttpRequest, *, by: Account, what: str, name: str = "") -> HttpResponse:
    """Say what this service can do, which kinds it knows, and which attributes they have."""
    if request.method != "GET":
        return _not_allowed(request)
    if "filter" in request.GET:
        return _failed(403, "What the service says of itself takes no filter.")
    if what == "ServiceProviderConfig":
        return _answer(CONFIG)
    listed: list[Resource[Any]] = (
        list(PROVIDER.resource_types) if what == "ResourceTypes" else [m.to_schema() for m in PROVIDER.models]
    )
    if name:
        mine = [
            r
            for r in listed
            if name.casefold() in (str(r.id).casefold(), str(getattr(r, "name", "")).casefold())
        ]
        if not mine:
            raise NotFoundException(detail="There is nothing with this id.")
        return _answer(mine[0])
    page = {
        "total_results": len(listed),
        "start_index": 1,
        "items_per_page": len(listed),
        "resources": listed,
    }
    return _answer(ListResponse[type(listed[0])](**page))  # type: ignore[misc, operator]


@_endpoint
def nothing(request: HttpRequest, *, by: Account, rest: str = "") -> HttpResponse:
    """Answer for every other address below."""
    return _failed(404, "There is nothing at this address.")
