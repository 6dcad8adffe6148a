"""`followspot up`, `demo`, `doctor`, `manage`: the app, on this machine."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from followspot.cli import app

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - only when asked for


def django_ready() -> None:
    """Let Django read its settings; nothing of it is imported before."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "followspot.web.settings")
    django.setup()


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Where to listen.", min=1, max=65535)] = 8000,
    host: Annotated[
        str, typer.Option(help="On which address; 0.0.0.0 for others to reach it.")
    ] = "127.0.0.1",
    demo: Annotated[
        bool, typer.Option("--demo", help="Bring the samples along, if they are not there.")
    ] = False,
) -> None:
    """Migrate and serve, in one process."""
    import socket

    from followspot.cli.screen import out
    from followspot.errors import BadInput

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInput(
                f"Port {port} on {host} can't be used ({error.strerror}). Try another: followspot up --port {port + 1}"
            ) from None
    _prepare(demo=demo)
    import waitress
    from django.conf import settings

    from followspot.web.wsgi import application

    server = waitress.create_server(application, host=host, port=port, threads=8, ident=None)
    here = "localhost" if host in ("127.0.0.1", _EVERYWHERE) else host
    out.print(f"Followspot is up: http://{here}:{port}/", style="bold")
    out.print(f"What it keeps is in {settings.DATA}. Stop with Ctrl-C.", style="dim")
    _serve(server)


def _serve(server: Any) -> None:
    """Serve until asked to stop; a polite request (SIGTERM) ends it as Ctrl-C does."""
    import signal
    import threading

    from followspot.brief import rounds

    def stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    resting = threading.Event()
    threading.Thread(target=rounds.keep_going, args=(resting,), daemon=True).start()
    try:
        server.run()
    finally:
        resting.set()
        server.close()


def _prepare(*, demo: bool) -> None:
    """Bring the data folder up to date, make the first account, and the samples if asked for."""
    django_ready()
    from django.core.management import call_command

    from followspot.cli.screen import out

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    if said := _first_account():
        out.print("Sign in with", said[0], "and the password", said[1], style="bold", soft_wrap=True)
        out.print(
            f"It is shown this once. A new one: followspot manage changepassword {said[0]}", style="dim"
        )
    if demo:
        from django.utils import timezone

        from followspot.web import samples
        from followspot.web.samples import living

        for name in samples.bring():
            out.print(f"Brought along: {name}", style="dim")
        with out.status("A harbour town lives through a year, in about ten seconds") as status:
            for line in living.bring(now=timezone.now()):
                status.console.print(line, style="dim")


def _first_account() -> tuple[str, str] | None:
    """Make the one local account at the first start, with a password of its own."""
    import secrets

    from allauth.account.models import EmailAddress

    from followspot.teams.models import Account

    if Account.objects.exists():
        return None
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    account = Account.objects.create_superuser("me@localhost", password, name="Me")
    # Nothing could ever be sent there: without this nobody could add a second step.
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=True)
    return account.email, password


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where to listen.", min=1, max=65535)] = 8000,
) -> None:
    """The app with samples to look at: a harbour town's year, and three true step-aways."""
    up(port=port, host="127.0.0.1", demo=True)


@app.command()
def doctor() -> None:
    """Say what is wrong with this installation, and what to do."""
    from followspot.cli.screen import out

    django_ready()
    from followspot.web import health

    wrong = 0
    for finding in health.findings():
        out.print(
            f"{'ok  ' if finding.well else 'BAD '} {finding.what}", style="" if finding.well else "bold"
        )
        if not finding.well:
            wrong += 1
            out.print(f"     {finding.do}")
    raise typer.Exit(1 if wrong else 0)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def manage(context: typer.Context) -> None:
    """Django's own commands: migrate, changepassword, shell ..."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "followspot.web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["followspot manage", *context.args])
