"""How often one person may do what is costly, and how often somebody may guess at a door that a word alone opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from followspot.errors import Refused
from followspot.language import say
from followspot.teams import limits
from followspot.teams.problems import problem
from followspot.web.refusals import refused

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Pace:
    """How often somebody may do one kind of thing, and by which addresses it is done. only_sent : looking is free."""

    what: str
    most: int
    seconds: int
    names: frozenset[str]
    only_sent: bool = True


PACES = (
    Pace("search", 60, limits.MINUTE, frozenset({"search"}), only_sent=False),
    Pace(
        "file",  # read, parsed and kept
        30,
        limits.MINUTE,
        frozenset({"start", "add-source", "newer-file", "bring-table", "stepaway-calendar", "days-off"}),
    ),
    Pace(
        "copy",  # all of a team or of a person, put together
        20,
        limits.MINUTE,
        frozenset({"tables", "my-copy", "record-file", "keep-stepaway"}),
        only_sent=False,
    ),
    Pace(
        "asking-out",  # makes this server ask another one
        30,
        limits.MINUTE,
        frozenset(
            {
                "add-service",
                "replace-token",
                "new-webhook",
                "move-webhook",
                "change-reach",
                "move-team-channel",
            }
        ),
    ),
    Pace("invitation", 100, _HOUR, frozenset({"invite"})),  # mail to whoever it says
    Pace("token", 30, _HOUR, frozenset({"make-token", "make-calendar"})),
)
GUESSES = 60  # wrong words in a minute from one place, at one kind of door


@dataclass(frozen=True, slots=True)
class Door:
    """What a word alone opens. names : of its addresses; wrong : what is answered to a word that opens nothing."""

    what: str
    names: tuple[str, ...]
    wrong: frozenset[int]
    page: bool = False


_WITH_TOKEN, _WITH_WORD = frozenset({401}), frozenset({403, 404, 410})
_API = Door("api", ("api-*",), _WITH_TOKEN)
_DOORS = (
    _API,
    Door("directory", ("scim-*",), _WITH_TOKEN),
    Door("assistant", ("mcp",), _WITH_TOKEN),
    Door("calendar", ("calendar",), _WITH_WORD),
    Door(
        "webhook", ("webhook",), frozenset({404})
    ),  # a service may sign wrongly for long, and have others beside it
    Door("chat", ("heard-*",), _WITH_TOKEN | _WITH_WORD),
    Door("invitation", ("join",), _WITH_WORD, page=True),
    Door("pulse", ("answer-by-link",), _WITH_WORD, page=True),
    Door("mail", ("account_confirm_email",), _WITH_WORD, page=True),
)


class PacingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        door = _door(request)
        if door and answer.status_code in door.wrong:
            limits.counted(door.what, limits.place_of(request), most=GUESSES, now=timezone.now())
        return answer

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Turn away whoever has guessed wrong, or done what is costly, too often."""
        now = timezone.now()
        door = _door(request)
        if door:
            wait = limits.used_up(door.what, limits.place_of(request), most=GUESSES, now=now)
            return _too_often(request, wait, page=door.page) if wait else None
        name = request.resolver_match.url_name if request.resolver_match else None
        for pace in PACES:
            if (
                name in pace.names
                and request.user.is_authenticated
                and (request.method == "POST" or not pace.only_sent)
            ):
                whose = f"account-{request.user.pk}"
                wait = limits.counted(pace.what, whose, most=pace.most, now=now, seconds=pace.seconds)
                return _too_often(request, wait, page=True) if wait else None
        return None


def _door(request: HttpRequest) -> Door | None:
    """Return at which door a request knocks that a word alone opens."""
    if request.path.startswith("/api/"):  # where each operation has a name of its own
        return _API
    name = request.resolver_match.url_name if request.resolver_match else None
    return next((door for door in _DOORS if name and any(fnmatchcase(name, n) for n in door.names)), None)


def _too_often(request: HttpRequest, wait: int, *, page: bool) -> HttpResponse:
    said = say("That was too often in a short time. Go on in {n} seconds.", n=wait)
    if wait >= 120:
        said = say("That was too often in a short time. Go on in {n} minutes.", n=wait // 60)
    answer = refused(request, Refused(said)) if page else problem(request, 429, said)
    answer.status_code = 429
    answer["Retry-After"] = str(wait)
    return answer
