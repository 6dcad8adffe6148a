"""The life of a thing: its states, and who may move it from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from followspot.errors import Refused
from followspot.language import say
from followspot.roles import NOBODY, Roles, Table, must


@dataclass(frozen=True, slots=True)
class Life[S: StrEnum]:
    """moves : (state, move) to the next state; may : who may do a move; words : the move as in “You can’t …”.

    states : each as in “it is …”.
    """

    moves: Mapping[tuple[S, str], S]
    may: Table
    words: Mapping[str, str]
    states: Mapping[S, str]

    def after(self, state: S, move: str, roles: Roles) -> S:
        """Return the state after a move; refuse what the state or the roles don't allow."""
        must(self.may, move, roles, to=self.words[move])
        if (state, move) not in self.moves:
            raise Refused(
                say("You can’t {act}: it is {state}.", act=self.words[move], state=self.states[state])
            )
        return self.moves[state, move]

    def open_to(self, state: S, roles: Roles) -> frozenset[str]:
        """Return what somebody with these roles can do with it in this state."""
        return frozenset(m for s, m in self.moves if s == state and self.may.get(m, NOBODY) & roles)
