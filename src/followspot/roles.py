"""What somebody is to a team or to one thing, and the check that a rule makes of it."""

from enum import StrEnum

from followspot.errors import Refused


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


def named(roles: Roles) -> str:
    """Write roles as people do: “the leader or who raised it”."""
    words = [
        r.value if r.value.startswith(("who", "anybody")) else f"the {r.value}" for r in Role if r in roles
    ]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words or ["nobody"])


def may(table: Table, verb: str, roles: Roles) -> bool:
    """Say whether somebody with these roles may do a verb; what stands in no table nobody may."""
    return bool(table.get(verb, NOBODY) & roles)


def must(table: Table, verb: str, roles: Roles, *, to: str) -> None:
    """Refuse what these roles may not do. to : the act as words, “clear this”."""
    if not may(table, verb, roles):
        raise Refused(f"Only {named(table.get(verb, NOBODY))} can {to}.")
