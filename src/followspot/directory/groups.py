"""Teams, as the directory fills them. Who leads is said by people, never by the directory."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from scim2_models import InvalidValueException, Meta, Reference

from followspot.directory import models
from followspot.directory.resources import Group, Member
from followspot.teams import access
from followspot.teams import actions as teams
from followspot.teams.models import Account, Team

COLUMNS = {
    "id": ("pk",),
    "displayname": ("name__iexact",),
    "externalid": ("group__external_id",),
}


def rows() -> QuerySet[Team]:
    """Every team but the samples, that the directory has not deleted."""
    found = Team.objects.filter(Q(group=None) | Q(group__gone_at=None), sample="").order_by("pk")
    return found.prefetch_related("group__accounts")


def shown(team: Team) -> Group:
    """Return a team as a directory reads it; one that it has not filled yet, as people filled it."""
    it = getattr(team, "group", None)
    accounts = list(it.accounts.all()) if it is not None else _accounts(team)
    return Group(
        id=str(team.pk),
        external_id=(it.external_id if it is not None else "") or None,
        display_name=team.name,
        members=[
            Member(value=str(a.pk), ref=Reference(reverse("scim-user", args=[a.pk])))
            for a in sorted(accounts, key=lambda a: a.pk)
        ]
        or None,
        meta=Meta(
            resource_type="Group",
            created=team.created_at,
            last_modified=it.changed_at if it is not None else team.created_at,
            location=reverse("scim-group", args=[team.pk]),
        ),
    )


def _accounts(team: Team) -> list[Account]:
    people = access.people_of(team, today=team.day(datetime.now().astimezone()))
    return list(Account.objects.filter(pk__in=[p.account_id for p in people if p.account_id]))


def start(said: Group, *, by: Account, now: datetime) -> Team:
    """Start a team; whoever made the directory's token keeps it until somebody leads it. In a transaction."""
    return change(teams.start_team(said.display_name or "", by=by), said, by=by, now=now)


def change(team: Team, said: Group, *, by: Account, now: datetime) -> Team:
    """Let a team be as the directory says it is now: who is new joins today, who is not named leaves. In a transaction.

    Raises InvalidValueException for a member whom nobody knows.
    """
    wanted = {m.value for m in said.members or [] if m.value}
    accounts = list(Account.objects.filter(pk__in=[v for v in wanted if v.isdecimal() and len(v) < 18]))
    if unknown := wanted - {str(a.pk) for a in accounts}:
        raise InvalidValueException(detail=f"members: there is no user {min(unknown)[:40]}.")
    before = {m.value for m in shown(team).members or []}
    team.name = said.display_name or team.name
    team.save(update_fields=["name"])
    it, _ = models.Group.objects.update_or_create(
        team=team, defaults={"external_id": said.external_id or "", "changed_at": now, "gone_at": None}
    )
    it.accounts.set(accounts)
    today = team.day(now)
    leader = team.leader_on(today)
    for account in accounts:
        person = teams.person_of(account)
        if str(account.pk) not in before and person != leader:
            teams.join(team, person, on=today, by=by)
    _leave(team, [int(v) for v in before - wanted if v], by=by, now=now)
    team.refresh_from_db()
    return team


def _leave(team: Team, accounts: list[int], *, by: Account, now: datetime) -> None:
    """Let people leave with yesterday as their last day; whoever came today was never there."""
    today = team.day(now)
    for spell in team.memberships.on(today).filter(person__account__in=accounts):
        if spell.begins_on is not None and spell.begins_on >= today:
            spell.delete()
        else:
            teams.leave(spell, on=today - timedelta(days=1), by=by)


def forget(team: Team, *, by: Account, now: datetime) -> None:
    """Let everybody leave a group that the directory deletes; the team and what it did stay. In a transaction."""
    change(team, Group(display_name=team.name), by=by, now=now)
    models.Group.objects.filter(team=team).update(gone_at=now)
