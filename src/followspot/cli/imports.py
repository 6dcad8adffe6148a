"""`followspot import`: a history as the event log in Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from followspot.cli import app

importer = typer.Typer(no_args_is_help=True, help="Read a history into the event log, as Parquet.")
app.add_typer(importer, name="import")


@importer.command("git")
def git(
    path: Annotated[Path, typer.Argument(help="A git repository, bare or with its files.")],
    to: Annotated[
        Path | None, typer.Option(help="The folder to write to. Default: NAME-events here.")
    ] = None,
) -> None:
    """Read a git history; a second run reads only what is new."""
    from followspot.evidence.connectors import git as source

    _into(source.connector, str(path), to or _beside(path), {})


@importer.command("csv")
def csv(
    path: Annotated[Path, typer.Argument(help="Any tool's export, one row a thing that was done.")],
    to: Annotated[
        Path | None, typer.Option(help="The folder to write to. Default: NAME-events here.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            help='field=column, for example at="Closed on". May be given again; the rest is guessed.',
        ),
    ] = None,
    activity: Annotated[str, typer.Option(help="What a row means, where no column says it.")] = "item.done",
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Keep the rows that can be read instead of nothing.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what the columns would be taken for, and stop.")
    ] = False,
) -> None:
    """Read a table; rows that can't be read are named by number."""
    from followspot.cli.screen import out
    from followspot.errors import BadInput
    from followspot.evidence.connectors import csv_file

    seen = csv_file.preview(str(path))
    if unclear := [pair for pair in column or () if "=" not in pair]:
        raise BadInput(f"--column {unclear[0]}: write it as field=column, like at=Date.")
    said = dict(pair.split("=", 1) for pair in column or ())
    if wrong := set(said) - set(csv_file.FIELDS):
        raise BadInput(f"--column {wrong.pop()}: the fields are {', '.join(csv_file.FIELDS)}.")
    mapping = {k: v for k, v in (seen.mapping | said).items() if v}
    if preview:
        for field, asked in csv_file.FIELDS.items():
            out.print(f"{field}: {mapping.get(field, '(not found)')}   {asked}")
        return
    if "at" not in mapping:
        names = ", ".join(seen.columns)
        raise BadInput(
            f"{path}: which column says when it was done? Say --column at=NAME. The columns are {names}."
        )
    settings = {
        "mapping": mapping,
        "activity": activity,
        "on_error": "keep_good" if keep_good else "keep_nothing",
    }
    _into(csv_file.connector, str(path), to or _beside(path), settings)


def _beside(path: Path) -> Path:
    from followspot.evidence.connectors import title_of

    return Path(f"{title_of(path).removesuffix('.csv')}-events")


def _into(connector: Any, path: str, folder: Path, settings: dict[str, Any]) -> None:
    """Write a harvest below a folder with what the next run needs; all of it, or nothing."""
    import json
    import secrets
    import time

    from followspot.cli.screen import out, telling
    from followspot.cli.tables import write_whole
    from followspot.evidence import segments

    began = time.perf_counter()
    state_file = folder / "source.json"
    of = {"connector": connector.slug, "path": str(Path(path).expanduser().resolve())}
    state = _state(state_file, of)
    with telling("Reading") as tell:
        harvest = connector.read(path, cursor=state["cursor"], tell=tell, **settings)
        segment = segments.write(harvest.batches, folder, f"events-{secrets.token_hex(4)}")
    finish = harvest.finish()
    gone = state["segments"] if finish.replaces else []
    kept = [] if finish.replaces else state["segments"]
    if segment.rows:
        kept = [*kept, segment.path.name]
    else:
        segment.path.unlink(missing_ok=True)
    aliases = finish.aliases if finish.replaces else state["aliases"] | finish.aliases
    # The list in this file is what makes a segment part of the log: written last, whole or not at all.
    body = {**of, "cursor": finish.cursor, "aliases": aliases, "segments": kept}
    write_whole(state_file, json.dumps(body, indent=1).encode())
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    for note in finish.notes:
        out.print(f"· {note}", style="dim")
    out.print(
        f"{segment.rows:,} events into {folder} in {time.perf_counter() - began:.1f} s"
        if segment.rows
        else "Nothing new."
    )


def _state(file: Path, of: dict[str, str]) -> dict[str, Any]:
    """Return how far a folder's source has been read; refuse a folder that is another source's."""
    import json

    from followspot.errors import BadInput

    if not file.exists():
        return {"cursor": None, "aliases": {}, "segments": []}
    try:
        state: dict[str, Any] = json.loads(file.read_text())
        whose = {name: state[name] for name in of}
        kept = state["cursor"], state["aliases"], state["segments"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{file}: is broken ({error}). Import into another folder with --to.") from None
    if whose != of:
        raise BadInput(
            f"{file.parent}: holds the log of {whose['path']}. Nothing was changed; choose another folder with --to."
        )
    return dict(zip(("cursor", "aliases", "segments"), kept, strict=True))
