"""`followspot up`, `serve`, `worker`, `demo`, `manage`: the app, on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from followspot.cli import app

_AT_ONCE = 3  # a long import holds up neither mail nor the rounds
_OTHERS_GET_READY = 600  # seconds
_PATIENCE = 20  # seconds that work under way is given when the server is asked to stop
_LARGEST = 210 * 2**20  # bytes of one request: a table of 200 MB and the form around it
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - only when asked for


def django_ready() -> None:
    """Let Django read its settings; nothing of it is imported before."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "followspot.web.settings")
    django.setup()


_Port = Annotated[int, typer.Option(help="Where to listen.", min=1, max=65535)]
_Host = Annotated[str, typer.Option(help="On which address; 0.0.0.0 for others to reach it.")]


@app.command()
def up(
    port: _Port = 8000,
    host: _Host = "127.0.0.1",
    demo: Annotated[
        bool, typer.Option("--demo", help="Bring the samples along, if they are not there.")
    ] = False,
) -> None:
    """Migrate, serve, and do the work in the background: all in one process."""
    _must_be_free(host, port)
    with _prepared(demo=demo):
        _serve(host, port, background=True)


@app.command()
def serve(port: _Port = 8000, host: _Host = "127.0.0.1") -> None:
    """Serve pages only; what goes on in the background is left to `followspot worker`."""
    _must_be_free(host, port)
    with _prepared(demo=False):
        _serve(host, port, background=False)


@app.command()
def worker(
    at_once: Annotated[
        int, typer.Option("--at-once", help="How many pieces of work at the same time.", min=1, max=32)
    ] = _AT_ONCE,
) -> None:
    """Do the work in the background, beside `followspot serve`: read sources, go the rounds, send mail."""
    from followspot.cli.screen import out

    django_ready()
    _bring_up_to_date()
    from django.conf import settings

    from followspot.upkeep import holding

    with holding.together(settings.DATA):
        background = _worker(at_once)
        close = _mail_door()
        _ends(background.request_stop)
        out.print("Working in the background. Stop with Ctrl-C; what is under way is finished first.")
        try:
            background.run()
        finally:
            close()


def _must_be_free(host: str, port: int) -> None:
    import socket

    from followspot.errors import BadInput

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInput(
                f"Port {port} on {host} can't be used ({error.strerror}). Try another one: --port {port + 1}"
            ) from None


def _worker(at_once: int) -> Any:
    from django_ox.worker import Worker

    return Worker(concurrency=at_once)


def _mail_door() -> Callable[[], None]:
    """Open the door for mail, if whoever runs the server wants one; return what closes it."""
    from django.conf import settings

    from followspot.errors import BadInput

    if not settings.MAIL_IN:
        return lambda: None
    from followspot.channels import receiver

    try:
        stop: Callable[[], None] = receiver.listen(settings.MAIL_IN).stop
    except OSError as error:
        if not receiver.asked(settings.MAIL_IN):  # one of several workers has it, and one door is enough
            return lambda: None
        raise BadInput(f"FOLLOWSPOT_MAIL_IN: {settings.MAIL_IN} can't be used ({error.strerror}).") from None
    return stop


def _ends(stop: Callable[[], None]) -> None:
    """Let a polite request (SIGTERM) and Ctrl-C both ask for an end."""
    import signal

    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stop())


def _serve(host: str, port: int, *, background: bool) -> None:
    """Serve until asked to stop; what is under way in the background is finished first."""
    import threading

    import waitress
    from django.conf import settings

    from followspot.cli.screen import out
    from followspot.web.wsgi import application

    server = waitress.create_server(
        application,
        host=host,
        port=port,
        threads=8,
        ident=None,
        max_request_body_size=_LARGEST,
        **_behind(settings.PROXY),
    )
    here = "localhost" if host in ("127.0.0.1", _EVERYWHERE) else host
    out.print(f"Followspot is up: http://{here}:{port}/", style="bold")
    out.print(f"What it keeps is in {settings.DATA}. Stop with Ctrl-C.", style="dim")

    def stop() -> None:
        raise SystemExit(0)

    _ends(stop)
    working = _worker(_AT_ONCE) if background else None
    close = _mail_door() if background else None
    thread = threading.Thread(target=working.run, name="worker", daemon=True) if working else None
    if thread:
        thread.start()
    try:
        server.run()
    finally:
        server.close()
        if close:
            close()
        if working and thread:
            working.request_stop()
            thread.join(timeout=_PATIENCE)


def _behind(proxy: str) -> dict[str, Any]:
    """Return how the server hears of the reader's scheme and address from a proxy, if there is one."""
    if not proxy:
        return {}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}


def _bring_up_to_date() -> None:
    """Finish a backup's return that was stopped, and bring the database to this version."""
    from django.utils import timezone

    from followspot.cli.screen import out
    from followspot.upkeep import restore, upgrade

    _, refused = restore.finish(now=timezone.now())
    for why in refused:
        out.print(f"Somebody who was erased is here again and could not be erased: {why}", style="bold")
    if changed := upgrade.to_this_version():
        out.print(f"Brought the database to this version: {len(changed)} changes.", style="dim")


@contextmanager
def _prepared(*, demo: bool) -> Iterator[None]:
    """Bring the data folder up to date, make the first account, and the samples if asked for; then hold the folder."""
    django_ready()
    from django.conf import settings

    from followspot.upkeep import holding

    _bring_up_to_date()
    with holding.together(settings.DATA):
        with holding.in_turn(settings.DATA, patience=_OTHERS_GET_READY):
            _furnish(demo=demo)
        yield


def _furnish(*, demo: bool) -> None:
    from django.core.management import call_command

    from followspot.cli.screen import out

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


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def manage(context: typer.Context) -> None:
    """Django's own commands: migrate, changepassword, shell ..."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "followspot.web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["followspot manage", *context.args])
