"""`followspot backup`, `restore`, `doctor`: copies, their return, and what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from followspot.cli import app


@app.command()
def backup(
    to: Annotated[
        Path, typer.Argument(help="A folder, in which the file gets the time as its name; or a new file.")
    ] = Path(),
    with_secret: Annotated[
        bool,
        typer.Option(
            "--with-secret",
            help="With the secret, which opens the tokens of sources. Keep such a file as safe as a password.",
        ),
    ] = False,
) -> None:
    """Write a copy of everything into one file, while Followspot runs, and read it back."""
    from django.utils import timezone

    from followspot.cli.screen import out, telling
    from followspot.cli.server import django_ready

    django_ready()
    from followspot.upkeep import backup as backups

    with telling("Files") as tell:
        made = backups.make(to, with_secret=with_secret, now=timezone.now(), tell=tell)
    out.print(
        f"Written and read back: {made.path} ({made.files:,} files, {made.size / 2**20:,.1f} MiB).",
        soft_wrap=True,
    )
    if not with_secret:
        out.print(
            "The secret isn’t in it. Keep a copy of the file “secret” elsewhere; without it the tokens of sources must be given anew.",
            style="dim",
        )


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="What `followspot backup` wrote.")],
    over: Annotated[
        bool, typer.Option("--over", help="Also where there is a Followspot already; it is kept aside.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only read it through and say whether it is whole.")
    ] = False,
) -> None:
    """Bring a backup back, once all of it has been found whole."""
    from django.utils import timezone

    from followspot.cli.screen import out, telling
    from followspot.cli.server import django_ready

    django_ready()
    from followspot.upkeep import archive
    from followspot.upkeep import restore as restoring

    if check:
        with telling("Files") as tell:
            about = archive.check(path, tell=tell)
        out.print(
            f"Whole: made {about.made_at:%Y-%m-%d %H:%M} UTC by Followspot {about.version} on {about.database}, "
            f"{len(about.members):,} files.",
            soft_wrap=True,
        )
        return
    with telling("Files") as tell:
        back = restoring.bring(path, over=over, now=timezone.now(), tell=tell)
    out.print(f"Back is what stood here on {back.about.made_at:%-d %B %Y at %H:%M} UTC.", style="bold")
    if back.before:
        out.print(f"What stood here before is in {back.before}. Delete it once all is well.", soft_wrap=True)
    if back.erased_again:
        out.print(f"Erased since, and now once more: {back.erased_again} people.")
    for why in back.not_erased:
        out.print(f"Somebody who had been erased is here again and could not be erased: {why}", style="bold")
    out.print(
        "Everybody signs in anew. Tokens, invitations and links that were withdrawn since then are valid again: look them through.",
        soft_wrap=True,
    )


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what is wrong with this installation, and what to do. Exit code 1 if anything is."""
    import json
    from dataclasses import asdict

    from django.utils import timezone

    from followspot.cli.screen import out
    from followspot.cli.server import django_ready

    django_ready()
    from followspot.upkeep import health

    found = list(health.findings(now=timezone.now()))
    if as_json:
        typer.echo(json.dumps([asdict(f) for f in found]))
    for finding in [] if as_json else found:
        out.print(
            f"{'ok  ' if finding.well else 'BAD '} {finding.what}",
            style="" if finding.well else "bold",
            soft_wrap=True,
        )
        if not finding.well:
            out.print(f"     {finding.do}", soft_wrap=True)
    raise typer.Exit(0 if all(f.well for f in found) else 1)
