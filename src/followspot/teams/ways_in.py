"""Notes in the audit log when somebody adds or takes away a way to sign in."""

from functools import partial
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as elsewhere
from django.utils import timezone

from followspot.language import say
from followspot.teams import audit
from followspot.teams.models import Account

_KINDS = {
    Authenticator.Type.TOTP: say("an authenticator app"),
    Authenticator.Type.WEBAUTHN: say("a passkey"),
    Authenticator.Type.RECOVERY_CODES: say("recovery codes"),
}

_ANEW = {
    "added": lambda kind: say("added {kind}", kind=kind),
    "removed": lambda kind: say("removed {kind}", kind=kind),
    "renewed": lambda kind: say("renewed {kind}", kind=kind),
}


def _note(what: str, *, user: Account, **_told: Any) -> None:
    audit.changed_rights(None, by=user, to=user, what=what, now=timezone.now())


def _means(change: str, *, user: Account, **told: Any) -> None:
    kind = _KINDS.get(getattr(told.get("authenticator"), "type", ""), say("a second step"))
    _note(_ANEW[change](kind), user=user)


def _elsewhere(what: str, **told: Any) -> None:
    login = told.get("sociallogin") or told["socialaccount"]
    _note(what, user=login.user)


_TOLD = (
    (account.password_set, partial(_note, say("set a password"))),
    (account.password_changed, partial(_note, say("changed the password"))),
    (account.password_reset, partial(_note, say("renewed a lost password"))),
    (account.email_added, partial(_note, say("added a mail address"))),
    (account.email_removed, partial(_note, say("removed a mail address"))),
    (account.email_changed, partial(_note, say("changed the main mail address"))),
    (mfa.authenticator_added, partial(_means, "added")),
    (mfa.authenticator_removed, partial(_means, "removed")),
    (mfa.authenticator_reset, partial(_means, "renewed")),
    (elsewhere.social_account_added, partial(_elsewhere, say("joined the organisation’s own sign-in"))),
    (elsewhere.social_account_removed, partial(_elsewhere, say("left the organisation’s own sign-in"))),
)


def listen() -> None:
    """Hear from allauth, whose own pages change how somebody signs in."""
    for signal, note in _TOLD:
        signal.connect(note, weak=False, dispatch_uid=f"audit {note.args[0]}")
