"""The `followspot` command. Every import stands inside its command, so that help comes at once."""

import gc
import os
import signal
import sys
from typing import NoReturn

import typer

# Matrices here are small: threads of the linear algebra library would only burn CPU.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What is read comes as large trees without circles: looking for circles among them took a third of an import's time.
gc.set_threshold(50_000, 20, 50)

BAD_INPUT, REFUSED, INTERRUPTED = 3, 4, 130

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
    from followspot.errors import BadInput, Refused, no_room

    # A polite request to end is heard as Ctrl-C is, so that files half written are taken away too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except BadInput as error:
        _leave(str(error), BAD_INPUT)
    except Refused as error:
        _leave(str(error), REFUSED)
    except SystemExit as left:
        if left.code == INTERRUPTED:
            _leave("Stopped. Nothing was left half done.", INTERRUPTED)
        raise
    except Exception as error:
        if no_room(error):
            _leave(
                "No space left on the disk. Nothing was left half done; make room and try again.", BAD_INPUT
            )
        raise
    finally:
        _let_go()


def _let_go() -> None:
    """Close what PostgreSQL's connections are kept in: its threads would hold up the end of the command for long."""
    if "django.db.backends.postgresql.base" in sys.modules:
        from django.db import connection

        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def _leave(said: str, code: int) -> NoReturn:
    typer.secho(said, err=True)
    sys.exit(code)


from followspot.cli import assistant, brief, imports, privacy, rotate, server, stepaway, study, tokens, upkeep  # noqa: E402, F401 - each adds its commands to `app`
