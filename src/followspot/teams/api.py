"""Oneself, one's teams, their people and their days off, as JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils import timezone
from ninja import Query
from pydantic import Field

from followspot.teams import access, tokens
from followspot.teams.calls import Call, Out, Page, Paged, Room, page
from followspot.teams.models import DayOff, Person, Team
from followspot.teams.pages import Request

room = Room("teams")


class PersonOut(Out):
    """Somebody of a team."""

    id: Annotated[int, Field(examples=[12])]
    name: Annotated[str, Field(examples=["Ben"])]


def person_out(person: Person) -> PersonOut:
    return PersonOut(id=person.pk, name=person.name)


def people_out(person: Person | None) -> PersonOut | None:
    """Return somebody as they are told, where it is known who."""
    return person_out(person) if person else None


class MeOut(Out):
    """Whoever is calling, and what their token may do."""

    name: str
    email: Annotated[str, Field(examples=["ben@example.org"])]
    zone: Annotated[str, Field(examples=["Europe/Lisbon"])]
    person: PersonOut | None
    scopes: Annotated[list[str], Field(examples=[["read", "write"]])]


@room.reads("/me")
def me(request: Call) -> MeOut:
    """Who is calling."""
    account = request.user
    return MeOut(
        name=account.name,
        email=account.email,
        zone=account.zone,
        person=people_out(getattr(account, "person", None)),
        scopes=sorted(tokens.SCOPES if request.scopes is None else request.scopes),
    )


class TeamOut(Out):
    """A team."""

    slug: Annotated[str, Field(examples=["quay"])]
    name: Annotated[str, Field(examples=["Quay"])]
    zone: Annotated[str, Field(examples=["Europe/Lisbon"])]
    sample: Annotated[bool, Field(description="Whether it is made up, and anybody may look around.")]
    url: Annotated[str, Field(examples=["/teams/quay/"])]


class TeamsOut(Page):
    items: list[TeamOut]


def _team(team: Team) -> TeamOut:
    return TeamOut(
        slug=team.slug, name=team.name, zone=team.zone, sample=bool(team.sample), url=team.get_absolute_url()
    )


@room.reads("/teams")
def teams(request: Call, asked: Query[Paged]) -> TeamsOut:
    """List the teams you see."""
    items, onward = page(request, access.teams_of(request.user, today=timezone.localdate()), asked, _team)
    return TeamsOut(items=items, next=onward)


class OneTeamOut(TeamOut):
    """A team, who leads it, and what you are to it today."""

    leader: PersonOut | None
    up: Annotated[str | None, Field(description="The team above, where you see it too.")]
    acts_as: Annotated[PersonOut | None, Field(description="As whom you act here.")]
    roles: Annotated[list[str], Field(examples=[["front line"]])]
    today: date


@room.reads("")
def team(request: Request, team: Team) -> OneTeamOut:
    """See a team, who leads it, and what you are to it."""
    seen = access.teams_of(request.user, today=request.today)
    up = team.up if team.up_id and seen.filter(pk=team.up_id).exists() else None
    return OneTeamOut(
        **_team(team).model_dump(),
        leader=people_out(request.leader),
        up=up.slug if up else None,
        acts_as=people_out(request.person),
        roles=sorted(r.value for r in request.roles),
        today=request.today,
    )


class MemberOut(PersonOut):
    """Somebody of a team today."""

    leads: bool


class PeopleOut(Page):
    items: list[MemberOut]


@room.reads("/people")
def people(request: Request, team: Team, asked: Query[Paged]) -> PeopleOut:
    """List who is of a team today."""

    def tell(person: Person) -> MemberOut:
        return MemberOut(id=person.pk, name=person.name, leads=person == request.leader)

    items, onward = page(request, access.people_of(team, today=request.today), asked, tell)
    return PeopleOut(items=items, next=onward)


class DayOffOut(Out):
    """A day on which a team as a whole does not work."""

    on: date
    name: Annotated[str, Field(examples=["Liberty Day"])]


class DaysOffOut(Page):
    items: list[DayOffOut]


def _day_off(day: DayOff) -> DayOffOut:
    return DayOffOut(on=day.on, name=day.name)


@room.reads("/days-off")
def days_off(request: Request, team: Team, asked: Query[Paged]) -> DaysOffOut:
    """List the days on which a team does not work."""
    items, onward = page(request, team.days_off.all(), asked, _day_off)
    return DaysOffOut(items=items, next=onward)
