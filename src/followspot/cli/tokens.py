"""`followspot token`: a token for a program that acts for somebody; shown once."""

from __future__ import annotations

from typing import Annotated

import typer

from followspot.cli import app


@app.command()
def token(
    email: Annotated[str, typer.Argument(help="Whose it is: the address they sign in with.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help="What it may do: read, write, leader, evidence. May be given several times."
        ),
    ] = None,
    days: Annotated[int, typer.Option("--days", help="For how many days, at most 365.")] = 90,
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "From the command line",
) -> None:
    """Make a token for a program that acts for somebody. It is shown this once."""
    from django.utils import timezone

    from followspot.cli.server import django_ready
    from followspot.errors import BadInput

    django_ready()
    from followspot.teams import tokens
    from followspot.teams.models import Account

    account = Account.objects.filter(email__iexact=email, is_active=True).first()
    if account is None:
        raise BadInput(f"Nobody with the address {email} can sign in here.")
    _, secret = tokens.make(
        account, name=name, scopes=scope or [tokens.READ], days=days, by=None, now=timezone.now()
    )
    typer.echo(secret)
