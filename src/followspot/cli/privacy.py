"""`followspot export`, `erase`: somebody's copy of what is kept about them, and their end here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followspot.cli import app

if TYPE_CHECKING:
    from followspot.teams.models import Account, Person


@app.command()
def export(
    who: Annotated[str, typer.Argument(help="Their address, or their name as a team has it.")],
    to: Annotated[Path, typer.Option("--to", help="Where to write the ZIP file.")],
) -> None:
    """Write somebody's copy of all that is kept about them."""
    import shutil

    from django.utils import timezone

    from followspot.cli.screen import out
    from followspot.cli.server import django_ready
    from followspot.errors import BadInput

    django_ready()
    from followspot.privacy import export as copies

    person, account = _find(who)
    if to.exists():
        raise BadInput(f"{to} is there already. Name another file, so that nothing is overwritten.")
    with copies.write(person, account, hashes=frozenset(), now=timezone.now()) as copy, to.open("xb") as file:
        to.chmod(0o600)
        shutil.copyfileobj(copy, file)
    out.print(f"Written to {to}. It is theirs: hand it over, then delete it.", highlight=False)


@app.command()
def erase(
    who: Annotated[str, typer.Argument(help="Their address, or their name as a team has it.")],
    texts: Annotated[
        str, typer.Option("--texts", help="What they wrote: stay (without their name) or go.")
    ] = "stay",
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without it you see what would happen.")] = False,
) -> None:
    """Erase somebody: account, names, evidence under a pseudonym. First shows what would go."""
    from django.utils import timezone

    from followspot.cli.screen import out
    from followspot.cli.server import django_ready

    django_ready()
    from followspot.privacy import actions, rules

    person, account = _find(who)
    rules.check_texts(texts)
    going = actions.preview(person, account)
    for group in (*going.things, *going.names):
        out.print(f"{group.count:>6}  {group.title}", highlight=False, soft_wrap=True)
    if going.ends:
        out.print(f"Wholly gone, since nobody else can open them: {', '.join(going.ends)}", style="bold")
    if not yes:
        out.print("Nothing was erased. Say --yes to erase them; it can't be undone.", style="bold")
        return
    erasure = actions.erase(person, account, texts=texts, now=timezone.now())
    with out.status("Writing files anew") as status:
        actions.finish(
            erasure,
            now=timezone.now(),
            tell=lambda done, total: status.update(f"Writing files anew: {done} of {total}"),
        )
    out.print(f"Erased. In the history stands {erasure.pseudonym}. Backups keep what they hold: see to them.")


def _find(who: str) -> tuple[Person | None, Account | None]:
    """Return whom an address or a name means; BadInput where that is nobody, or several."""
    from django.db.models import Q

    from followspot.errors import BadInput
    from followspot.teams.models import Account, Person

    account = (
        Account.objects.filter(Q(email__iexact=who) | Q(emailaddress__email__iexact=who)).distinct().first()
    )
    if account is not None:
        return Person.objects.filter(account=account).first(), account
    found = list(Person.objects.filter(Q(name__iexact=who) | Q(identities__written_as=who)).distinct()[:6])
    if len(found) == 1:
        return found[0], found[0].account
    if not found:
        raise BadInput(
            f"Nobody here has “{who}” as an address or a name. Write it as the team's page People has it."
        )
    raise BadInput(
        f"“{who}” could be several people. Write an address, or a name as a team's history has it."
    )
