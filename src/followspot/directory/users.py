"""Accounts, as the directory opens, changes and closes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.urls import reverse
from scim2_models import InvalidValueException, Meta, Reference, UniquenessException

from followspot.directory.models import Provision
from followspot.directory.resources import Email, Membership, Name, User
from followspot.errors import Refused
from followspot.language import say
from followspot.teams import actions as teams
from followspot.teams import audit
from followspot.teams.models import Account

MOST_ADDRESSES = 5
MOST_OF_A_NAME = 200

# Where a filter on an attribute can be answered by the database; all are compared without regard to case.
COLUMNS = {
    "id": ("pk",),
    "username": ("provision__user_name__iexact", "email__iexact"),
    "externalid": ("provision__external_id",),
    "emails.value": ("emailaddress__email__iexact", "email__iexact"),
    "emails": ("emailaddress__email__iexact", "email__iexact"),
    "displayname": ("name__iexact",),
}


def rows() -> QuerySet[Account]:
    """Every account that the directory has not deleted, also those that came in without it."""
    found = Account.objects.filter(Q(provision=None) | Q(provision__gone_at=None)).order_by("pk")
    return found.select_related("provision").prefetch_related("emailaddress_set", "groups_of_directory__team")


def shown(account: Account) -> User:
    """Return an account as a directory reads it."""
    it = _provision(account)
    name = Name(
        formatted=it.formatted or None, given_name=it.given_name or None, family_name=it.family_name or None
    )
    groups = [g for g in account.groups_of_directory.all() if g.gone_at is None]
    return User(
        id=str(account.pk),
        external_id=it.external_id or None,
        user_name=it.user_name,
        name=name if it.formatted or it.given_name or it.family_name else None,
        display_name=account.name or None,
        active=account.is_active,
        emails=[Email(**e) for e in _addresses(account, it)],
        groups=[
            Membership(
                value=str(g.team_id),
                ref=Reference(reverse("scim-group", args=[g.team_id])),
                display=g.team.name,
            )
            for g in groups
        ]
        or None,
        meta=Meta(
            resource_type="User",
            created=account.created_at,
            last_modified=it.changed_at,
            location=reverse("scim-user", args=[account.pk]),
        ),
    )


def _provision(account: Account) -> Provision:
    there = getattr(account, "provision", None)
    return there or Provision(account=account, user_name=account.email, changed_at=account.created_at)


def _addresses(account: Account, it: Provision) -> list[dict[str, Any]]:
    """Return the addresses as the directory wrote them, or as they are now where their owner changed them since."""
    rows: QuerySet[EmailAddress] = account.emailaddress_set.all()  # type: ignore[attr-defined]
    now = {a.email.casefold(): a.primary for a in rows} or {account.email: True}
    if {e["value"].casefold() for e in it.emails} == set(now):
        return list(it.emails)
    return [
        {"value": email, "primary": primary} for email, primary in sorted(now.items(), key=lambda e: not e[1])
    ]


def filled(said: dict[str, Any]) -> dict[str, Any]:
    """Fill in what directories leave out: an account is open, and its name is its address where it is one."""
    keys = {key.casefold() for key in said}
    name = next((v for k, v in said.items() if k.casefold() == "username"), None)
    more: dict[str, Any] = {} if "active" in keys else {"active": True}
    if "emails" not in keys and isinstance(name, str) and "@" in name:
        more["emails"] = [{"value": name, "primary": True}]
    return said | more


def open_account(said: User, *, by: Account, now: datetime) -> Account:
    """Open an account, or the one that the directory closed before. In a transaction."""
    gone = Account.objects.filter(
        provision__gone_at__isnull=False, provision__user_name__iexact=said.user_name
    ).first()
    account = gone or Account(email=_address(said))
    if gone is None:
        account.set_unusable_password()
    return change(account, said, by=by, now=now)


def change(account: Account, said: User, *, by: Account, now: datetime) -> Account:
    """Let an account be as the directory says it is now. In a transaction.

    Raises UniquenessException where another account has the name or an address, InvalidValueException for an
    account without an address or with too long a name, Refused for closing the last admin's.
    """
    before = account.is_active if account.pk else None
    account.email = _address(said)
    account.is_active = said.active is not False
    name = said.name or Name()
    account.name = (
        said.display_name or name.formatted or " ".join(filter(None, (name.given_name, name.family_name)))
    )
    if len(account.name) > MOST_OF_A_NAME:
        raise InvalidValueException(
            detail=f"name: given and family name have {MOST_OF_A_NAME} characters together at most."
        )
    _must_be_free(account, said)
    _must_leave_an_admin(account)
    account.save()
    Provision.objects.update_or_create(
        account=account,
        defaults={
            "user_name": said.user_name or "",
            "external_id": said.external_id or "",
            "formatted": name.formatted or "",
            "given_name": name.given_name or "",
            "family_name": name.family_name or "",
            "emails": [_kept(e) for e in said.emails or [] if e.value],
            "changed_at": now,
            "gone_at": None,
        },
    )
    _write_addresses(account, said)
    person = teams.person_of(account)
    if person.name != str(account)[:200]:
        teams.rename(account, account.name)
    if before != account.is_active:
        what = (
            say("the directory opened the account")
            if account.is_active
            else say("the directory closed the account")
        )
        audit.changed_rights(None, by=by, to=account, what=what, now=now)
    return account


def _kept(said: Email) -> dict[str, Any]:
    told = {"value": said.value, "type": said.type, "primary": said.primary}
    return {key: value for key, value in told.items() if value is not None}


def _address(said: User) -> str:
    """Return the address one signs in with: the primary one, or the first."""
    given = [e for e in said.emails or [] if e.value]
    chosen = next((e for e in given if e.primary), given[0] if given else None)
    if chosen is None or chosen.value is None:
        raise InvalidValueException(detail="emails: an account needs a mail address.")
    return Account.objects.normalize_email(chosen.value)


def _must_be_free(account: Account, said: User) -> None:
    """Refuse a name or an address that somebody else has."""
    others = Account.objects.exclude(pk=account.pk)
    addresses = Q()
    for address in {account.email, *(e.value for e in said.emails or [] if e.value)}:
        addresses |= Q(email__iexact=address) | Q(emailaddress__email__iexact=address)
    if others.filter(Q(provision__user_name__iexact=said.user_name) | addresses).exists():
        raise UniquenessException(detail="Another account has this userName or one of these addresses.")
    if len(said.emails or []) > MOST_ADDRESSES:
        raise InvalidValueException(detail=f"emails: an account has {MOST_ADDRESSES} addresses at most.")


def _must_leave_an_admin(account: Account) -> None:
    others = Account.objects.filter(is_staff=True, is_active=True).exclude(pk=account.pk)
    if account.is_staff and not account.is_active and not others.exists():
        raise Refused("This is the last admin’s account. Make somebody else an admin first.")


def _write_addresses(account: Account, said: User) -> None:
    """Let the addresses be those that were said. The directory has proved them."""
    wanted = {e.value.casefold(): e.value for e in said.emails or [] if e.value}
    EmailAddress.objects.filter(user=account).delete()
    EmailAddress.objects.bulk_create(
        EmailAddress(
            user=account, email=address, verified=True, primary=address.casefold() == account.email.casefold()
        )
        for address in wanted.values()
    )


def close(account: Account, *, by: Account, now: datetime) -> None:
    """Close an account that the directory deletes. What its person did stays; erasing is another act. In a transaction."""
    account.is_active = False
    _must_leave_an_admin(account)
    account.save(update_fields=["is_active"])
    it = _provision(account)
    it.gone_at = it.changed_at = now
    it.save()
    audit.changed_rights(None, by=by, to=account, what=say("the directory closed the account"), now=now)
