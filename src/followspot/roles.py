"""What somebody is to a team or to one thing, and the check that a rule makes of it."""

from collections.abc import Mapping
from enum import StrEnum

from followspot.errors import Refused
from followspot.language import any_of, say


class Role(StrEnum):
    """Towards a team at a time; the last ones towards one thing."""

    LEADER = "leader"
    MEMBER = "front line"
    LINE = "leader’s leader"
    KEEPER = "keeper of the team"
    ADMIN = "admin"
    OUTSIDE = "anybody else"

    RAISER = "who raised it"
    TAKER = "who took it"
    OWNER = "who has it in hand"
    GIVER = "who gave it"
    RECEIVER = "whom it is for"
    TELLER = "who told it"
    AUTHOR = "who wrote it"
    STAND_IN = "who stands in"
    CONVENER = "who convened it"
    PANELIST = "who sits on the panel"


LEADER, MEMBER, LINE, KEEPER, ADMIN, OUTSIDE = list(Role)[:6]
RAISER, TAKER, OWNER, GIVER, RECEIVER, TELLER, AUTHOR, STAND_IN, CONVENER, PANELIST = list(Role)[6:]
TEAM = frozenset({LEADER, MEMBER})
NOBODY: frozenset[Role] = frozenset()

type Roles = frozenset[Role]
type Table = dict[str, frozenset[Role]]


_CALLED: Mapping[Role, str] = {
    Role.LEADER: say("the leader"),
    Role.MEMBER: say("the front line"),
    Role.LINE: say("the leader’s leader"),
    Role.KEEPER: say("the keeper of the team"),
    Role.ADMIN: say("the admin"),
    Role.OUTSIDE: say("anybody else"),
    Role.RAISER: say("who raised it"),
    Role.TAKER: say("who took it"),
    Role.OWNER: say("who has it in hand"),
    Role.GIVER: say("who gave it"),
    Role.RECEIVER: say("whom it is for"),
    Role.TELLER: say("who told it"),
    Role.AUTHOR: say("who wrote it"),
    Role.STAND_IN: say("who stands in"),
    Role.CONVENER: say("who convened it"),
    Role.PANELIST: say("who sits on the panel"),
}


def named(roles: Roles) -> str:
    """Write roles as people do: “the leader or who raised it”."""
    return any_of([words for role, words in _CALLED.items() if role in roles]) or say("nobody")


def may(table: Table, verb: str, roles: Roles) -> bool:
    """Say whether somebody with these roles may do a verb; what stands in no table nobody may."""
    return bool(table.get(verb, NOBODY) & roles)


def must(table: Table, verb: str, roles: Roles, *, to: str) -> None:
    """Refuse what these roles may not do. to : the act as words, “clear this”."""
    if not may(table, verb, roles):
        raise Refused(say("Only {who} can {act}.", who=named(table.get(verb, NOBODY)), act=to))
