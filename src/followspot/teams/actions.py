"""The verbs on teams: start one, hand the lead over, say whose an identity is."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.text import slugify

from followspot.errors import Refused
from followspot.teams.models import Account, Identity, Leadership, Membership, Person, Team


def start_team(name: str, *, by: Account | None, zone: str = "UTC", sample: str = "") -> Team:
    """Start a team that `by` keeps. The address is made from the name and never clashes."""
    name = name.strip()
    if not name:
        raise Refused("A team needs a name.")
    base = slugify(name)[:50] or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(s for n in range(len(taken) + 1) if (s := base if n == 0 else f"{base}-{n + 1}") not in taken)
    return Team.objects.create(name=name, slug=slug, zone=zone, keeper=by, sample=sample)


@transaction.atomic
def hand_lead(team: Team, *, to: Person, on: date | None) -> Leadership:
    """Let `to` lead from a day on; whoever led before, led until the day before.

    None, since always, only where nobody has led yet: history is added to, never wiped.
    """
    if on is None:
        if team.leaderships.exists():
            raise Refused("Somebody has led already. Say from which day on the lead changes.")
        return Leadership.objects.create(team=team, person=to)
    if team.leaderships.filter(begins_on__gte=on).exists():
        raise Refused("Somebody already leads from that day or a later one. Choose a later day.")
    team.leaderships.on(on).update(ends_on=on - timedelta(days=1))
    return Leadership.objects.create(team=team, person=to, begins_on=on)


def end_lead(leadership: Leadership, *, on: date) -> Leadership:
    """Let a lead end on a day (its last); nobody leads from the next day until somebody does."""
    leadership.ends_on = on
    leadership.save(update_fields=["ends_on"])
    return leadership


@transaction.atomic
def join(team: Team, person: Person, *, on: date | None) -> Membership:
    """Let a person be of the team from a day on; nobody is of a team twice at once."""
    already = team.memberships.filter(person=person, ends_on=None).first()
    return already or Membership.objects.create(team=team, person=person, begins_on=on)


@transaction.atomic
def leave(membership: Membership, *, on: date) -> Membership:
    """Let a membership end on a day, its last."""
    if membership.begins_on and on < membership.begins_on:
        raise Refused("Nobody leaves before they came.")
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    return membership


@transaction.atomic
def claim(team: Team, written_as: str, *, person: Person) -> Identity:
    """Say that an identity, as a team's source writes it, is this person; moves it if somebody else had it."""
    if not written_as or len(written_as) > 400:
        raise Refused("A name from the history has between 1 and 400 characters.")
    identity, _ = Identity.objects.update_or_create(
        team=team, written_as=written_as, defaults={"person": person}
    )
    return identity


@transaction.atomic
def claim_automaton(team: Team, written_as: str) -> Identity:
    """Say that an identity is a bot or a coding agent: it takes nobody's credit and is nobody's work."""
    return claim(team, written_as, person=known_from_history(written_as, automaton=True))


def known_from_history(name: str, *, automaton: bool = False) -> Person:
    """Make a person who is known only from work history."""
    if not name.strip() or len(name) > 200:
        raise Refused("A name has between 1 and 200 characters.")
    return Person.objects.create(name=name.strip(), automaton=automaton)


def unclaim(team: Team, written_as: str) -> None:
    """Take a claim back; the identity then joins by name and mail alone, as before."""
    team.identities.filter(written_as=written_as).delete()
