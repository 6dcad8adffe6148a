"""Who may see and do what in a team. Pages, API and command line all ask here."""

from datetime import date

from django.db.models import Q, QuerySet

from followspot.language import say
from followspot.roles import ADMIN, KEEPER, LEADER, LINE, MEMBER, OUTSIDE, Role, Roles, Table
from followspot.teams import sharing
from followspot.teams.models import Account, Leadership, Membership, Person, Team
from followspot.teams.names import spelled


def standing(
    team: Team, *, account: Account, person: Person | None, leader: Person | None, today: date
) -> frozenset[Role]:
    """Return what somebody is to a team today. person : as whom they act there; leader : who leads it.

    Who leads the team above is nothing here: of this team they see what was passed up to their own.
    """
    roles: set[Role] = set()
    if person is not None and leader == person:
        roles.add(LEADER)
    elif person is not None and team.memberships.on(today).filter(person=person).exists():
        roles.add(MEMBER)
    if team.keeper_id == account.pk:
        roles.add(KEEPER)
    if account.is_staff:
        roles.add(ADMIN)
    return frozenset(roles or {OUTSIDE})


def comes_in(team: Team, roles: Roles) -> bool:
    """May somebody with these roles know that the team is here? `teams_of` lists the same teams."""
    return bool(team.sample) or bool(roles & {LEADER, MEMBER, KEEPER})


def people_of(team: Team, *, today: date) -> list[Person]:
    """Return the front line and the leader of a team today, by name."""
    return _people(team, team.leader_on(today), today)


def _people(team: Team, leader: Person | None, today: date) -> list[Person]:
    found = {m.person for m in team.memberships.on(today).select_related("person")}
    if leader is not None:
        found.add(leader)
    return sorted((p for p in found if not p.automaton), key=lambda p: (spelled(p.name), p.pk))


def ever_of(team: Team) -> QuerySet[Person]:
    """Return who is or was of a team, leads or led it, or is known from its history; automata are nobody."""
    # Three short lists in one, and not one question of three tables, which would be put to everybody there is.
    ways = (team.memberships, team.leaderships, team.identities)
    of, led, known = (way.order_by().values_list("person", flat=True) for way in ways)
    return Person.objects.filter(pk__in=of.union(led, known), automaton=False).order_by("name", "pk")


def front_line_of(team: Team, *, today: date) -> list[Person]:
    """Return who performs: everybody of the team but its leader, by name."""
    leader = team.leader_on(today)
    return [p for p in _people(team, leader, today) if p != leader]


def teams_of(account: Account, *, today: date) -> QuerySet[Team]:
    """Teams whose shared pages this account sees: those it leads, is of or keeps, and the samples."""
    led = Leadership.objects.on(today).filter(person__account=account).values("team")
    joined = Membership.objects.on(today).filter(person__account=account).values("team")
    return Team.objects.filter(Q(keeper=account) | Q(pk__in=led) | Q(pk__in=joined) | ~Q(sample=""))


def sees_leader_measures(
    account: Account, team: Team, *, today: date, person: Person | None = None, what: str = ""
) -> bool:
    """May this account see how the leader leads: the Sideline, or one thing of it?

    The leader may. Where the leader has no account here (a sample, or a history that is being
    studied) there is nobody to ask, and whoever keeps the team may.

    person : as whom a visitor looks at a sample; as one of its front line they see what those see.
    what : the mirror, the map or a measure, which the leader may have shared; the Sideline as a whole never is.
    """
    if _leads_or_studies(account, team, today=today, person=person):
        return True
    return bool(what) and any(
        s.what == what for s in sharing.shown_to(team, account, person=person, today=today)
    )


def _leads_or_studies(account: Account, team: Team, *, today: date, person: Person | None) -> bool:
    leader = leader_of(team, today=today)
    if team.sample and person is not None:
        return person == leader
    if leader is not None and leader.account_id is not None:
        return leader.account_id == account.pk
    return team.keeper_id == account.pk or bool(team.sample)


def keeps(account: Account, team: Team, *, today: date) -> bool:
    """May this account add and remove sources, identities and step-aways? Leader and keeper may."""
    leader = team.leader_on(today)
    return (leader is not None and leader.account_id == account.pk) or team.keeper_id == account.pk


def hands_the_lead(account: Account, team: Team, *, today: date) -> bool:
    """May this account say who leads, and whose the leader's names are?

    Once the leader has an account, only they may, or who runs the server: a keeper could otherwise put
    somebody else in their place and read what is for the leader's eyes.
    """
    leader = leader_of(team, today=today)
    if leader is not None and leader.account_id is not None:
        return leader.account_id == account.pk or account.is_staff
    return keeps(account, team, today=today)


def reads_the_servers_files(account: Account) -> bool:
    """May this account name a path on the server to be read? Only who runs it: a path could be anybody's."""
    return account.is_staff


def leader_of(team: Team, *, today: date) -> Person | None:
    """Return who leads the team now, or else who led it last."""
    now = team.leader_on(today)
    if now is not None:
        return now
    spell = team.leaderships.select_related("person").last()
    return spell.person if spell else None


# The same rules as tables, for the page *Who sees what*; a test holds them against the functions above.
SEES: Table = {
    say("dependence, touches, the Sideline"): frozenset({LEADER}),
    say("the same, while the leader has no account here"): frozenset({KEEPER}),
    say("what the leader shared of it, by those they shared it with"): frozenset({LEADER, MEMBER, LINE}),
    say("step-aways and their reports"): frozenset({LEADER, MEMBER, KEEPER}),
    say("the evidence, its sources, who is of the team"): frozenset({LEADER, MEMBER, KEEPER}),
    say("what the team’s channel outside is told, by those who read it there"): frozenset(
        {LEADER, MEMBER, LINE, KEEPER, ADMIN, OUTSIDE}
    ),
}

MAY: Table = {
    "connect_and_forget_sources": frozenset({LEADER, KEEPER}),
    "say_who_is_of_the_team": frozenset({LEADER, KEEPER}),
    "have_a_channel_outside_told_of_the_team": frozenset({LEADER, KEEPER}),
    "invite": frozenset({LEADER, KEEPER}),
    "hand_the_lead_over": frozenset({LEADER, ADMIN}),
    "name_a_file_of_the_server": frozenset({ADMIN}),
    "leave_the_team": frozenset({MEMBER}),
}
