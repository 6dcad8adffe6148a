"""`followspot brief`: a leader's moves of the week in the terminal, or by mail."""

from __future__ import annotations

from typing import Annotated

import typer

from followspot.cli import app


@app.command()
def brief(
    team: Annotated[str, typer.Argument(help="The team's address, as in /teams/ADDRESS/.")] = "",
    mail: Annotated[
        bool, typer.Option("--mail", help="Send every brief that is due this week and has not gone yet.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for other programs.")] = False,
) -> None:
    """The moves of a leader this week: clear, applaud, step back, set."""
    import json
    from dataclasses import asdict

    from django.utils import timezone

    from followspot.cli.screen import out
    from followspot.cli.server import django_ready
    from followspot.errors import BadInput

    django_ready()
    from followspot.brief import mail as mails
    from followspot.brief import moves
    from followspot.teams.models import Team

    now = timezone.now()
    if mail:
        out.print(f"{mails.send_due(now=now)} sent.")
        return
    found = Team.objects.filter(slug=team).first()
    if found is None:
        there = ", ".join(Team.objects.values_list("slug", flat=True)[:20]) or "none yet"
        raise BadInput(f"There is no team “{team}” here. There is: {there}.")
    leader = found.leader_on(timezone.localdate())
    if leader is None:
        raise BadInput(f"Nobody leads {found.name} now, so there is no brief.")
    chosen = moves.compose(found, leader, now=now, wait=True)
    if as_json:
        typer.echo(json.dumps([asdict(m) for m in chosen], indent=2, ensure_ascii=False))
        return
    if not chosen:
        out.print("Nothing to do this week. That's a good brief.")
    for move in chosen:
        out.print(f"[bold]{move.verb:<10}[/bold] {move.says}", highlight=False)
        out.print(f"{'':<10} {move.evidence}", style="dim", highlight=False)
