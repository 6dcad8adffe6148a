"""The `followspot` command. Every import stands inside its command, so that help comes at once."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import typer

# Matrices here are small: threads of the linear algebra library would only burn CPU.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BAD_INPUT, REFUSED = 3, 4

app = typer.Typer(
    name="followspot",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Instruments for leading from behind: when the leader steps away, does the work hold?",
    epilog="Exit codes: 0 done, 2 wrong use, 3 input that can't be read, 4 refused by a rule, 130 interrupted.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from followspot import __version__

        typer.echo(f"followspot {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Say which version this is."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command and turn what went wrong into a sentence and an exit code."""
    # A polite request to end is heard as Ctrl-C is, so that files half written are taken away too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(_told(app))


def _told(run: Callable[..., Any]) -> int:
    from followspot.errors import BadInput, Refused

    try:
        run(standalone_mode=True)
    except BadInput as error:
        typer.secho(str(error), err=True)
        return BAD_INPUT
    except Refused as error:
        typer.secho(str(error), err=True)
        return REFUSED
    return 0


from followspot.cli import imports, server, stepaway, study  # noqa: E402, F401 - each adds its commands to `app`
