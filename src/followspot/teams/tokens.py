"""The verbs on tokens: what a program shows to act for somebody, with what it may do, and until when."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.teams import audit
from followspot.teams.models import Account, Token

READ, WRITE, LEADER, EVIDENCE, SCIM, CALENDAR = "read", "write", "leader", "evidence", "scim", "calendar"
SCOPES = {
    READ: say("See what you see: expectations, barriers, lessons, applause, step-aways"),
    WRITE: say("Act for you: raise, agree, tell, applaud, answer"),
    LEADER: say("See how you lead: the Sideline, the mirror, the map, your measures"),
    EVIDENCE: say("See sources, and have them read"),
    CALENDAR: say("Read your teams’ dates into a calendar"),
    SCIM: say("Bring accounts and teams from the organisation’s directory"),
}
ADMINS = frozenset({SCIM})  # an admin's alone
WORD = "Followspot-Word"  # the header in which a program says that what was told without a name is its own
USUAL_DAYS, MOST_DAYS = 90, 365
MOST = 20  # open ones of one account
_BEGINS = "fs_"
_SHOWN = 9  # characters of a secret by which one knows it again


@transaction.atomic
def make(
    account: Account,
    *,
    name: str,
    scopes: Collection[str],
    days: int = USUAL_DAYS,
    by: Account | None,
    now: datetime,
) -> tuple[Token, str]:
    """Make a token; return it with its secret, which is kept nowhere."""
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise BadInput(say("Name: say in 80 characters or fewer what it is for."))
    if not scopes or not set(scopes) <= SCOPES.keys():
        raise BadInput(say("What it may do: choose one or more of {scopes}.", scopes=", ".join(SCOPES)))
    if ADMINS & set(scopes) and not account.is_staff:
        raise Refused(say("Only an admin’s token brings accounts and teams from a directory."))
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(say("Days: between 1 and {most_days}.", most_days=MOST_DAYS))
    if Token.objects.open(now).filter(account=account).count() >= MOST:
        raise Refused(say("There are {most} open tokens. Revoke one that nothing uses any more.", most=MOST))
    secret = f"{_BEGINS}{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        account=account,
        name=name,
        scopes=[s for s in SCOPES if s in scopes],
        secret_hash=hash_of(secret),
        prefix=secret[:_SHOWN],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.changed_rights(
        None,
        by=by,
        to=account,
        what=say("a program may: {scopes}, for {n} days", scopes=", ".join(token.scopes), n=days),
        now=now,
    )
    return token, secret


@transaction.atomic
def revoke(token: Token, *, by: Account | None, now: datetime) -> Token:
    """Let a token open nothing any more, from this moment on."""
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        audit.changed_rights(None, by=by, to=token.account, what=say("a program may no longer"), now=now)
    return token


def whose(secret: str, *, now: datetime) -> Token | None:
    """Return the token of a secret while it is open, and note the day; None if it opens nothing."""
    if not secret.startswith(_BEGINS) or len(secret) > 100:
        return None
    found = Token.objects.open(now).select_related("account").filter(secret_hash=hash_of(secret)).first()
    if found is not None and found.last_used_on != now.date():
        Token.objects.filter(pk=found.pk).update(last_used_on=now.date())
    return found


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
