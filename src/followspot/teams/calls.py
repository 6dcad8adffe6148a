"""What every operation of the API stands on: who calls, with what right, in which team; pages, versions, repeated calls."""

from __future__ import annotations

import base64
import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial, wraps
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from followspot.errors import BadInput
from followspot.language import say
from followspot.roles import Roles, named
from followspot.teams import limits, once, tokens
from followspot.teams.models import Account, Team
from followspot.teams.pages import Request, entered, lets_in
from followspot.teams.problems import Turned
from followspot.teams.tokens import EVIDENCE, LEADER, READ, WORD, WRITE

__all__ = ["EVIDENCE", "LEADER", "READ", "WRITE", "In", "Out", "Paged", "Room", "page"]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Call(Request):
    """A request to the API. scopes : what its token may do; None in a browser, where somebody is there themselves."""

    scopes: frozenset[str] | None


def _no_null(said: Any) -> Any:
    """Refuse a null character, which no form types and PostgreSQL can't keep."""
    if isinstance(said, str) and "\x00" in said:
        raise ValueError("There is a null character in it, which can’t be kept.")
    if isinstance(said, dict):
        for key, value in said.items():
            _no_null(key), _no_null(value)
    elif isinstance(said, list):
        for value in said:
            _no_null(value)
    return said


class In(BaseModel):
    """What a call brings. What it doesn’t know is refused rather than overlooked."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    _clean = model_validator(mode="before")(_no_null)


class Out(BaseModel):
    """What a call is answered."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


def _written(said: object) -> object:
    if not isinstance(said, str | date):
        raise ValueError("Write it like 2026-11-23.")
    return said


Number = Annotated[int, Field(ge=1, le=2**53 - 1)]
Slug = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$", examples=["quay"])]
Reference = Annotated[str, Field(max_length=60, examples=["barrier:7"])]
Day = Annotated[
    date,
    BeforeValidator(_written),
    Field(ge=date(1970, 1, 1), le=date(2200, 12, 31), examples=["2027-03-01"]),
]
Moment = Annotated[AwareDatetime, BeforeValidator(_written), Field(examples=["2027-03-01T17:00:00Z"])]
Many = Annotated[list[Number], Field(max_length=50)]


class Paged(BaseModel):
    """Which part of a list. The newest stand first."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 25
    after: Annotated[
        str, Field(max_length=40, description="Where the page before ended: its `next` has it.")
    ] = ""


class Page(Out):
    """A part of a list. next : the address of what comes after it, where there is more."""

    next: Annotated[str | None, Field(examples=["/api/v1/teams/quay/barriers?limit=25&after=Nw"])] = None


def page[T: Model, O](
    request: Request, rows: QuerySet[T] | Sequence[T], asked: Paged, tell: Callable[[T], O]
) -> tuple[list[O], str | None]:
    """Return a part of a list as it is told, and the address of the next part. What was added meanwhile shifts nothing."""
    after = _number_of(asked.after) if asked.after else None
    if isinstance(rows, QuerySet):
        found = rows.order_by("-pk") if after is None else rows.filter(pk__lt=after).order_by("-pk")
        part = list(found[: asked.limit + 1])
    else:
        newest = sorted(rows, key=lambda row: -row.pk)
        part = [row for row in newest if after is None or row.pk < after][: asked.limit + 1]
    shown = part[: asked.limit]
    onward = None
    if len(part) > asked.limit:
        last = base64.urlsafe_b64encode(str(shown[-1].pk).encode()).decode().rstrip("=")
        onward = f"{request.path}?{urlencode({**request.GET.dict(), 'limit': asked.limit, 'after': last})}"
    return [tell(row) for row in shown], onward


def _number_of(after: str) -> int:
    try:
        number = int(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError:
        raise BadInput("After: take it from `next`, as it stands there.") from None
    if not 0 < number < 2**53:
        raise BadInput("After: take it from `next`, as it stands there.")
    return number


class Token(HttpBearer):
    """A token, made on the page *Tokens for programs*."""

    def __call__(self, request: HttpRequest) -> Account | None:
        if "Authorization" not in request.headers:
            return None
        found: Account | None = super().__call__(request)
        if found is None:
            raise Turned(
                401, "This token opens nothing: it is mistyped, has ended, or was revoked.", headers=_ASK
            )
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        found = tokens.whose(token, now=timezone.now())
        if found is None:
            return None
        return _called(request, found.account, frozenset(found.scopes), f"token-{found.secret_hash[:16]}")


class Browser(APIKeyCookie):
    """Whoever is signed in in this browser; what changes something also wants the CSRF token as a header."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Account | None:
        if not request.user.is_authenticated:
            return None
        if request.method not in _SAFE and check_csrf(request):
            raise Turned(403, "In a browser this wants the header X-CSRFToken. A program shows a token.")
        return _called(request, request.user, None, f"account-{request.user.pk}")


# The token first: a session asks for a CSRF token, which no program has.
AUTH = (Token(), Browser())
_ASK = {"WWW-Authenticate": 'Bearer realm="Followspot"'}


def _called(request: HttpRequest, account: Account, scopes: frozenset[str] | None, who: str) -> Account:
    """Let a call in as somebody, as long as they don’t call too often."""
    call = cast("Call", request)
    call.user, call.scopes = account, scopes
    call.COOKIES = {}  # what a browser keeps is for pages; a call brings its word in a header
    most = settings.API_A_MINUTE
    if wait := limits.counted("calls", who, most=most, now=timezone.now()):
        detail = f"More than {most} calls in a minute. Go on in {wait} seconds."
        raise Turned(429, detail, headers={"Retry-After": str(wait)})
    return account


def must_have(request: Request, scope: str) -> None:
    """Refuse a token that was not made for this."""
    scopes = cast("Call", request).scopes
    if scopes is not None and scope not in scopes:
        raise Turned(
            403,
            say(
                "This token was not made for “{scope}”. Make one that may: {act}.",
                scope=scope,
                act=tokens.SCOPES[scope],
            ),
        )


@dataclass(frozen=True, slots=True)
class Operation:
    """How one operation is let in and answered. roles : those of the team whose it is; None: whoever may know of the team.

    keyed : whether a call that carries a key is kept, so that it is done once.
    """

    scope: str
    roles: Roles | None
    lets_in: Callable[[Request, Team], bool]
    status: int
    keyed: bool


class Room(Router):
    """The operations of one part of the house. Who may do what is asked of the same rules as on the pages."""

    def __init__(self, name: str, *, roles: Roles | None = None, scope: str = "") -> None:
        super().__init__(tags=[name], auth=AUTH)
        self._name, self._roles, self._scope = name, roles, scope

    def reads(
        self,
        path: str,
        *,
        scope: str = "",
        roles: Roles | None = None,
        lets_in: Callable[[Request, Team], bool] = lets_in,
    ) -> Callable[[Callable[..., Out]], Callable[..., Out]]:
        """Answer a GET."""
        kind = Operation(
            scope or self._scope or READ, self._roles if roles is None else roles, lets_in, 200, False
        )
        return partial(self._add, "GET", path, kind)

    def acts(
        self,
        path: str,
        *,
        method: str = "POST",
        scope: str = "",
        roles: Roles | None = None,
        status: int = 200,
        keyed: bool = True,
    ) -> Callable[[Callable[..., Out]], Callable[..., Out]]:
        """Answer a call that changes something."""
        whose = self._roles if roles is None else roles
        kind = Operation(scope or self._scope or WRITE, whose, lets_in, status, keyed and method == "POST")
        return partial(self._add, method, path, kind)

    def _add(self, method: str, path: str, kind: Operation, act: Callable[..., Out]) -> Callable[..., Out]:
        said = inspect.signature(act, eval_str=True)
        first, *rest = said.parameters.values()
        of_a_team = bool(rest) and rest[0].name == "team"
        params = [p.replace(kind=p.KEYWORD_ONLY) for p in (rest[1:] if of_a_team else rest)]
        if of_a_team:
            params.insert(0, inspect.Parameter("slug", inspect.Parameter.KEYWORD_ONLY, annotation=Path[Slug]))

        @wraps(act)
        def operate(request: Call, **given: Any) -> HttpResponse:
            must_have(request, kind.scope)
            if not of_a_team:
                return _done(request, kind, partial(act, request, **given), given)
            with entered(request, given.pop("slug")) as team:
                if not kind.lets_in(request, team):
                    raise Http404
                if kind.roles is not None and not request.roles & kind.roles:
                    raise Turned(403, say("This is for {who}.", who=named(kind.roles)))
                return _done(request, kind, partial(act, request, team, **given), given)

        operate.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [first.replace(annotation=HttpRequest), *params], return_annotation=HttpResponse
        )
        summary, _, more = inspect.cleandoc(act.__doc__ or "").partition("\n")
        self.api_operation(
            [method],
            f"/teams/{{slug}}{path}" if of_a_team else path,
            response={kind.status: said.return_annotation},
            operation_id=f"{self._name}-{act.__name__.rstrip('_')}".replace("_", "-"),
            summary=summary.rstrip("."),
            description=f"{more.strip()}\n\nScope: `{kind.scope}`.".strip(),
            openapi_extra=_extra(method, kind),
        )(operate)
        return act


def _extra(method: str, kind: Operation) -> dict[str, Any]:
    def header(name: str, says: str, example: str) -> dict[str, Any]:
        schema = {"type": "string", "maxLength": 200}
        return {
            "name": name,
            "in": "header",
            "required": False,
            "description": says,
            "schema": schema,
            "example": example,
        }

    if method == "GET":
        return {
            "parameters": [
                header("If-None-Match", "What you have: answers 304 while it is still so.", '"4f0c1d"')
            ]
        }
    told = [
        header(
            "If-Match", "The ETag or version that you act upon; answers 412 if it changed meanwhile.", '"3"'
        ),
        header(WORD, "The word of what you told without your name.", "9fXoR2p1Lq0aBcDe"),
    ]
    if kind.keyed:
        told.append(
            header(once.HEADER, "Sent again with the same key within a day, nothing is done twice.", "6b1f2c")
        )
    return {"parameters": told}


def _done(request: Call, kind: Operation, act: Callable[[], Out], given: dict[str, Any]) -> HttpResponse:
    if request.method == "GET":
        return _told(request, act())
    key = request.headers.get(once.HEADER, "")
    if not key:
        return _answer(kind.status, *_written_down(act()))
    if not kind.keyed:
        raise Turned(422, f"Nothing is kept of this, so it takes no {once.HEADER}. Send it without.")
    if request.headers.get(WORD) or any(getattr(said, "unnamed", False) for said in given.values()):
        raise Turned(
            422,
            f"A key would say who told this without a name. Send it without {once.HEADER}; what is there you see in the list.",
        )
    asked = b"\n".join((str(request.method).encode(), request.get_full_path().encode(), request.body))

    def write() -> tuple[int, str]:
        return kind.status, _written_down(act())[0]

    status, body, again = once.once(request.user, key, asked, write, now=timezone.now())
    answer = _answer(status, body, None)
    if again:
        answer["Idempotent-Replayed"] = "true"
    return answer


def _written_down(out: Out) -> tuple[str, str | None]:
    body = out.model_dump_json()
    return body, _tag(out, body)


def _tag(out: Out, body: str) -> str:
    """Return the ETag of an answer: it begins with the version of an object, so that an act can say which it saw."""
    content = hashlib.sha256(body.encode()).hexdigest()[:16]
    version = getattr(out, "version", None)
    return f'"{version}-{content}"' if isinstance(version, int) else f'"{content}"'


def _answer(status: int, body: str, tag: str | None) -> HttpResponse:
    answer = HttpResponse(body, status=status, content_type="application/json")
    answer["Cache-Control"] = "no-store"
    if tag:
        answer["ETag"] = tag
    return answer


def _told(request: Call, out: Out) -> HttpResponse:
    """Answer a GET; with nothing where the caller has it already."""
    body, tag = _written_down(out)
    held = {t.strip().removeprefix("W/") for t in request.headers.get("If-None-Match", "").split(",")}
    known = HttpResponse(status=304, headers={"ETag": str(tag)})
    answer = known if tag in held else _answer(200, body, tag)
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Authorization, Cookie"
    if onward := getattr(out, "next", None):
        answer["Link"] = f'<{onward}>; rel="next"'
    return answer


def version_of(request: HttpRequest, said: int | None) -> int | None:
    """Return which version of an object a call acts upon: as its body says, or the header If-Match.

    A tag that is none of ours matches nothing, so it is taken for a version that never was.
    """
    tag = request.headers.get("If-Match", "").strip()
    if not tag or tag == "*":
        return said
    number = tag.removeprefix("W/").strip('"').partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def at(moment: datetime | None) -> datetime | None:
    """Return a moment in the reader’s own zone."""
    return timezone.localtime(moment) if moment else None
