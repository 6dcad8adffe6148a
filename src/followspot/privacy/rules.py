"""Who sees what is kept about whom, who may end it, and for how long a thing may be kept."""

from followspot.errors import Refused
from followspot.language import all_of, say
from followspot.roles import ADMIN, AUTHOR, LEADER, NOBODY, Table

STAY, GO = "stay", "go"
TYPED = "erase me"

SEES: Table = {
    say("what is kept about oneself"): frozenset({AUTHOR}),
    say("what is kept about somebody else"): NOBODY,
    say("who looked at a leader’s own measures"): frozenset({LEADER}),
    say("changes of rights in the whole installation"): frozenset({ADMIN}),
    say("what will be deleted next, as counts"): frozenset({ADMIN}),
}

MAY: Table = {
    "take_a_copy_of_what_is_kept_about_oneself": frozenset({AUTHOR}),
    "erase_oneself": frozenset({AUTHOR}),
    "erase_somebody_by_the_command_line": frozenset({ADMIN}),
    "say_how_long_things_are_kept": frozenset({ADMIN}),
    "fill_in_the_record_of_processing": frozenset({ADMIN}),
}


def check_typed(said: str) -> None:
    """Refuse to erase anybody who has not typed that they want it."""
    if " ".join(said.split()).casefold() != TYPED:
        raise Refused(say("Type “{typed}” into the field if that is what you want.", typed=TYPED))


def check_texts(said: str) -> None:
    """Refuse to decide for somebody whether their texts stay or go."""
    if said not in (STAY, GO):
        raise Refused(
            say("Say first what becomes of what you wrote: it stays without your name, or it goes too.")
        )


def check_leads(teams: list[str]) -> None:
    """Refuse to erase whoever leads a team of others."""
    if teams:
        raise Refused(
            say(
                "You lead {teams}. Hand the lead to somebody first, on the team’s page People, so that the team isn’t left without.",
                teams=all_of(teams),
            )
        )


def check_keeps(teams: list[str]) -> None:
    """Refuse to erase the only one who keeps a team of others in which nobody leads who can sign in."""
    if teams:
        raise Refused(
            say(
                "You keep {teams}, and nobody who can sign in leads there. Let somebody with an account lead it first, on the team’s page People.",
                teams=all_of(teams),
            )
        )


def check_last_admin(last: bool) -> None:
    """Refuse to erase the only one who runs the installation."""
    if last:
        raise Refused(
            say(
                "You are the only admin here. Make somebody else an admin first: followspot manage createsuperuser, on the server."
            )
        )


def check_days(said: str, *, least: int, most: int) -> int | None:
    """Return a period in days out of a form; None where things shall stay."""
    text = said.strip()
    if not text:
        return None
    if not text.isdecimal() or not least <= int(text[:9]) <= most:
        raise Refused(
            say(
                "“{text}” can’t be the period. Write days, from {least:,} to {most:,}, or leave it empty for the usual time.",
                text=text,
                least=least,
                most=most,
            )
        )
    return int(text)
