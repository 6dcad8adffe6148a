"""The verbs on teams: start one, invite, join and leave, hand the lead over, say whose an identity is."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from followspot.errors import Refused
from followspot.language import say
from followspot.teams import access, audit
from followspot.teams.models import Account, Identity, Invitation, Leadership, Membership, Person, Team

_INVITED_FOR = timedelta(days=14)


def start_team(name: str, *, by: Account | None, zone: str = "UTC", sample: str = "") -> Team:
    """Start a team that `by` keeps. The address is made from the name and never clashes."""
    name = name.strip()
    if not name:
        raise Refused(say("A team needs a name."))
    base = slugify(name)[:50] or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(s for n in range(len(taken) + 1) if (s := base if n == 0 else f"{base}-{n + 1}") not in taken)
    with transaction.atomic():
        team = Team.objects.create(name=name, slug=slug, zone=zone, keeper=by, sample=sample)
        _noted(team, say("keeps the team"), by=by, to=by)
    return team


def _noted(
    team: Team, what: str, *, by: Account | None, of: Person | None = None, to: Account | None = None
) -> None:
    audit.changed_rights(team, by=by, of=of, to=to, what=what, now=timezone.now())


def _on(day: date | None) -> str:
    return say("from {day:%-d %B %Y} on", day=day) if day else say("since always")


@transaction.atomic
def hand_lead(team: Team, *, to: Person, on: date | None, by: Account | None = None) -> Leadership:
    """Let `to` lead from a day on; whoever led before, led until the day before.

    None, since always, only where nobody has led yet: history is added to, never wiped.
    """
    _one_at_a_time(team)
    _noted(team, say("leads {since}", since=_on(on)), by=by, of=to)
    if on is None:
        if team.leaderships.exists():
            raise Refused(say("Somebody has led already. Say from which day on the lead changes."))
        return Leadership.objects.create(team=team, person=to)
    if team.leaderships.filter(begins_on__gte=on).exists():
        raise Refused(say("Somebody already leads from that day or a later one. Choose a later day."))
    team.leaderships.on(on).update(ends_on=on - timedelta(days=1))
    return Leadership.objects.create(team=team, person=to, begins_on=on)


def _one_at_a_time(team: Team) -> None:
    """Let two who hand the lead on at once wait for one another, so that one leads at a time."""
    Team.objects.select_for_update().get(pk=team.pk)


@transaction.atomic
def hand_over(
    team: Team, *, to: Person, on: date, stays: bool = True, by: Account | None = None
) -> Leadership:
    """Hand the lead to `to` from a day on; whoever led before stays at the front line, or goes."""
    _one_at_a_time(team)
    before = team.leader_on(on)
    if before == to:
        raise Refused(say("{to} leads {team} on that day already.", to=to, team=team.name))
    leadership = hand_lead(team, to=to, on=on, by=by)
    if before is None:
        return leadership
    if stays:
        join(team, before, on=on, by=by)
    else:
        for membership in team.memberships.on(on).filter(person=before, ends_on=None):
            leave(membership, on=max(on - timedelta(days=1), membership.begins_on or date.min), by=by)
    return leadership


@transaction.atomic
def end_lead(leadership: Leadership, *, on: date, by: Account | None = None) -> Leadership:
    """Let a lead end on a day (its last); nobody leads from the next day until somebody does."""
    _noted(leadership.team, say("led until {day:%-d %B %Y}", day=on), by=by, of=leadership.person)
    leadership.ends_on = on
    leadership.save(update_fields=["ends_on"])
    return leadership


@transaction.atomic
def join(team: Team, person: Person, *, on: date | None, by: Account | None = None) -> Membership:
    """Let a person be of the team from a day on; nobody is of a team twice at once."""
    already = team.memberships.filter(person=person, ends_on=None).first()
    if already is not None:
        return already
    _noted(team, say("is of the team {since}", since=_on(on)), by=by, of=person)
    return Membership.objects.create(team=team, person=person, begins_on=on)


@transaction.atomic
def invite(
    team: Team,
    *,
    by: Account,
    now: datetime,
    email: str = "",
    person: Person | None = None,
    leads: bool = False,
) -> tuple[Invitation, str]:
    """Invite one address, one person whom the history knows, or whoever has the link.

    The word opens the door and is returned this once: only its hash is kept.
    """
    today = timezone.localdate(now)
    if not access.keeps(by, team, today=today):
        raise Refused(say("Only whoever leads or keeps {team} can invite.", team=team.name))
    if leads and not access.hands_the_lead(by, team, today=today):
        raise Refused(say("Only whoever leads {team} can invite the next leader.", team=team.name))
    if person is not None and person.account_id is not None:
        raise Refused(say("{person} has an account already. Send them a link without a name.", person=person))
    word = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        team=team,
        word_hash=hash_of(word),
        email=email.strip().lower(),
        person=person,
        leads=leads,
        invited_by=by,
        created_at=now,
        expires_at=now + _INVITED_FOR,
    )
    _noted(team, say("was invited to lead") if leads else say("was invited"), by=by, of=person)
    return invitation, word


def hash_of(word: str) -> str:
    """Return what is kept of an invitation's word."""
    return hashlib.sha256(word.encode()).hexdigest()


@transaction.atomic
def accept(invitation: Invitation, *, account: Account, now: datetime) -> Person:
    """Come into a team by an invitation; coming twice changes nothing."""
    # Read again under the lock: two tabs may hold the same invitation.
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("team").get(pk=invitation.pk)
    )
    team, today = invitation.team, timezone.localdate(now)
    if (there := there_already(invitation, account, today)) is not None:
        return there
    if not Invitation.objects.open(now).filter(pk=invitation.pk).exists():
        raise Refused(say("This invitation doesn’t open the door any more. Ask for a new one."))
    person = _bind(invitation.person, account, team) if invitation.person else person_of(account)
    if invitation.leads:
        by = invitation.invited_by
        if by is None or not access.hands_the_lead(by, team, today=today):
            raise Refused(
                say("Whoever invited you doesn’t lead {team} any more. Ask who leads it now.", team=team.name)
            )
        if team.leaderships.exists():
            hand_over(team, to=person, on=today, by=account)  # whoever led before stays at the front line
        else:
            hand_lead(team, to=person, on=None, by=account)
    else:
        join(team, person, on=today, by=account)
    _noted(team, say("came in by an invitation"), by=account, of=person)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=now)
    return person


def there_already(invitation: Invitation, account: Account, today: date) -> Person | None:
    """Return who somebody is in the team, if an invitation has nothing more to bring them."""
    team, person = invitation.team, Person.objects.filter(account=account).first()
    if person is None or (invitation.person_id and invitation.accepted_at is None):
        return None
    if invitation.leads:
        return person if team.leader_on(today) == person else None
    return person if person in access.people_of(team, today=today) else None


def _bind(known: Person, account: Account, team: Team) -> Person:
    """Make somebody from the history the person of an account; what they did in this team stays theirs."""
    if known.account_id is not None and known.account_id != account.pk:
        raise Refused(say("{known} has an account already. Sign in with that one.", known=known))
    own = Person.objects.filter(account=account).first()
    if own is None or own == known:
        known.account = account
        known.save(update_fields=["account"])
        return known
    # They are somebody in another team already: then all that this team knows of them goes over to that person.
    for relation in Person._meta.related_objects:
        model, field = relation.related_model, relation.remote_field.name
        if isinstance(relation, models.ManyToOneRel) and any(f.name == "team" for f in model._meta.fields):
            model._default_manager.filter(**{field: known, "team": team}).update(**{field: own})
    return own


@transaction.atomic
def withdraw(invitation: Invitation, *, now: datetime, by: Account | None = None) -> Invitation:
    """Close the door that an invitation opens; whoever came through it stays."""
    if invitation.withdrawn_at is None:
        _noted(invitation.team, say("an invitation was withdrawn"), by=by, of=invitation.person)
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def leave(membership: Membership, *, on: date, by: Account | None = None) -> Membership:
    """Let a membership end on a day, its last."""
    if membership.begins_on and on < membership.begins_on:
        raise Refused(say("Nobody leaves before they came."))
    _noted(membership.team, say("was of the team until {day:%-d %B %Y}", day=on), by=by, of=membership.person)
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    return membership


def leave_by_oneself(team: Team, person: Person, *, on: date) -> None:
    """Let a member go by themselves, with `on` as their last day; whoever leads hands over first."""
    if team.leader_on(on) == person:
        raise Refused(say("You lead {team}. Hand the lead to somebody first, then leave.", team=team.name))
    spells = list(team.memberships.on(on).filter(person=person))
    if not spells:
        raise Refused(say("You are not of {team}, so there is nothing to leave.", team=team.name))
    for membership in spells:
        leave(membership, on=on, by=person.account)


def check_above(team: Team, up: Team | None) -> None:
    """Refuse a team above that is below already: nobody answers to themselves."""
    seen, above = {team.pk}, up
    while above is not None:
        if above.pk in seen:
            raise Refused(
                say("{up} is below {team} already, so it can’t be above it too.", up=up, team=team.name)
            )
        seen.add(above.pk)
        above = above.up


@transaction.atomic
def rename(account: Account, name: str) -> Account:
    """Give an account a name, and the person behind it the same."""
    account.name = name.strip()
    account.save(update_fields=["name"])
    Person.objects.filter(account=account).update(name=str(account)[:200])
    return account


def person_of(account: Account) -> Person:
    """Return the person behind an account, made now if there is none."""
    person, _ = Person.objects.get_or_create(account=account, defaults={"name": str(account)[:200]})
    return person


@transaction.atomic
def claim(team: Team, written_as: str, *, person: Person, by: Account | None = None) -> Identity:
    """Say that an identity, as a team's source writes it, is this person; moves it if somebody else had it."""
    if not written_as or len(written_as) > 400:
        raise Refused(say("A name from the history has between 1 and 400 characters."))
    _noted(team, say("a name from the history was said to be theirs"), by=by, of=person)
    identity, _ = Identity.objects.update_or_create(
        team=team, written_as=written_as, defaults={"person": person}
    )
    return identity


@transaction.atomic
def claim_automaton(team: Team, written_as: str, *, by: Account | None = None) -> Identity:
    """Say that an identity is a bot or a coding agent: it takes nobody's credit and is nobody's work."""
    return claim(team, written_as, person=known_from_history(written_as, automaton=True), by=by)


def known_from_history(name: str, *, automaton: bool = False) -> Person:
    """Make a person who is known only from work history."""
    if not name.strip() or len(name) > 200:
        raise Refused(say("A name has between 1 and 200 characters."))
    return Person.objects.create(name=name.strip(), automaton=automaton)


@transaction.atomic
def unclaim(team: Team, written_as: str, *, by: Account | None = None) -> None:
    """Take a claim back; the identity then joins by name and mail alone, as before."""
    for identity in team.identities.filter(written_as=written_as).select_related("person"):
        _noted(team, say("a name from the history is theirs no more"), by=by, of=identity.person)
        identity.delete()
