"""`followspot rotate`: a new secret for this installation, with everything sealed anew."""

from __future__ import annotations

from typing import Annotated

import typer

from followspot.cli import app


@app.command()
def rotate(
    again: Annotated[
        bool, typer.Option("--again", help="Make no new secret; seal everything with the one of now.")
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Let the secrets before go: what was signed with them ends.")
    ] = False,
    lost: Annotated[
        bool, typer.Option("--lost", help="An old secret is gone for good: go on without what only it opens.")
    ] = False,
) -> None:
    """Give this installation a new secret. Nobody is signed out, and it may be interrupted at any moment."""
    from followspot.cli.screen import out
    from followspot.cli.server import django_ready

    if again + forget + lost > 1:
        raise typer.BadParameter("Say one of --again, --forget and --lost.")
    django_ready()
    from followspot.upkeep import rotation

    act = (
        rotation.forget
        if forget
        else rotation.give_up
        if lost
        else rotation.anew
        if again
        else rotation.renew
    )
    sealed = act()
    out.print(f"{sealed.count} things are sealed with the secret of now.", highlight=False)
    for what in sealed.lost:
        out.print(f"No secret known here opens: {what}", style="bold", highlight=False)
    if forget:
        out.print(
            "The secrets before are forgotten. Sessions and links from before the last change have ended."
        )
    elif not (again or lost):
        out.print(
            "Start Followspot anew, every process of it. The secret before is kept, so that nobody is signed out; "
            "in two weeks say: followspot rotate --forget",
            soft_wrap=True,
        )
