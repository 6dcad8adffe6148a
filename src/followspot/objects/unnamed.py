"""How somebody who told a thing without their name can still say that it was theirs.

The server keeps a hash of a word and nothing that leads from it to a person. The word itself stays in
the browser of whoever told it, under a name that only their own account finds.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from followspot.errors import BadInput, Refused
from followspot.evidence import lasting
from followspot.language import say
from followspot.teams import access
from followspot.teams.models import Person, Team
from followspot.teams.tokens import WORD

FEWEST = 5  # in a smaller team everybody would know who it was
_KEPT = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
_MOST = 60  # words in one browser; the oldest go first
_BEGINS = "unnamed-"  # so do the names under which browsers keep words
_LONGEST = 2000  # characters of those that a program brings


def new_word() -> tuple[str, str]:
    """Return a new word and its hash; only the hash is stored."""
    word = secrets.token_urlsafe(12)
    return word, hash_of(word)


def hash_of(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def could_tell(team: Team, people: Sequence[Person]) -> int:
    """Return among how many somebody is hidden: people of the team who could have told it, not mere names.

    In a sample everybody is looked through, so there all of them could.
    """
    return len(people) if team.sample else sum(p.account_id is not None for p in people)


def must_be_many(team: Team, *, today: date) -> None:
    """Refuse an unnamed thing where the team is too small to hide anybody."""
    people = could_tell(team, access.people_of(team, today=today))
    if people < FEWEST:
        raise Refused(
            say(
                "Without a name is possible in teams of {fewest} or more; in this one {people} can sign in. In a smaller team everybody would know who it was.",
                fewest=FEWEST,
                people=people,
            )
        )


def blurred(now: datetime, team: Team) -> datetime:
    """Return the first instant of the team's day: what is told without a name carries no time of its own."""
    return datetime.combine(team.day(now), time.min, ZoneInfo(team.zone)).astimezone(UTC)


def _name(request: HttpRequest) -> str:
    """Return under which name a browser keeps the words of this account: the same for as long as the installation lives."""
    try:
        word = lasting.word()
    except BadInput:  # the doctor tells of it; until then words are kept, but found by this secret alone
        word = settings.SECRET_KEY
    made = salted_hmac("followspot.unnamed", str(request.user.pk), secret=word, algorithm="sha256")
    return _BEGINS + made.hexdigest()[:16]


def remember(request: HttpRequest, answer: HttpResponse, word: str) -> None:
    """Leave a word in the browser of whoever told the thing."""
    words = [*(w for w in request.COOKIES.get(_name(request), "").split(".") if w), word][-_MOST:]
    answer.set_cookie(
        _name(request),
        ".".join(words),
        max_age=_KEPT,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def hashes(request: HttpRequest) -> frozenset[str]:
    """Return the hashes of the words that this browser keeps for this account, or that a program brings in a header."""
    any_kept = any(name.startswith(_BEGINS) for name in request.COOKIES)
    kept = request.COOKIES.get(_name(request), "").split(".") if any_kept else []
    brought = request.headers.get(WORD, "")[:_LONGEST].split(".")
    return frozenset(hash_of(w) for w in (*kept, *brought) if w)
