"""`followspot study`: who leads, how much depends on them, when they were likely away."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followspot.cli import app
from followspot.cli.stepaway import Level, Margin, write_files

if TYPE_CHECKING:
    from followspot.library import History


@app.command()
def study(
    path: Annotated[Path, typer.Argument(help="A git repository, bare or with its files.")],
    leader: Annotated[str | None, typer.Option(help="Who leads, if the guess is wrong.")] = None,
    margin: Margin = 0.2,
    level: Level = 0.9,
    zone: Annotated[str, typer.Option(help="The team's time zone.")] = "UTC",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the study as one HTML file.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the study as PDF.")] = None,
) -> None:
    """Read a git history: who leads by how work moves, what needs them, when they were likely away."""
    from followspot.brief.study import Study, made
    from followspot.cli.screen import telling
    from followspot.library import read_git

    with telling("Reading the history") as tell:
        history = read_git(path, zone=zone, tell=tell)
    found: Study = made(
        history.title, history.events, history.joined, history.masked, history.display, leader=leader
    )
    _hand_out(found, path, json=json, html=html, pdf=pdf, notes=history.notes)
    if found.silences and not json and sys.stdin.isatty():
        _offer(history, found, margin=margin, level=level)


def _hand_out(
    found: Any, path: Path, *, json: bool, html: Path | None, pdf: Path | None, notes: tuple[str, ...]
) -> None:
    from followspot.brief import study as studies
    from followspot.cli.tables import print_json

    write_files(found, studies, html=html, pdf=pdf)
    if json:
        print_json(found.as_json() | {"notes": list(notes)})
        return
    _show(found, path, notes)


def _show(found: Any, path: Path, notes: tuple[str, ...]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from followspot.cli.screen import out, show_reading
    from followspot.ui.templatetags.ui import stretch

    out.print()
    out.print(Text.assemble((found.team, "bold"), f": {found.summary}"))
    out.print(Text.assemble((found.leader, "bold cyan"), f" {found.why_leader}"))
    for title, reading in found.readings:
        show_reading(reading, title=title)
    out.print()
    out.print(found.app_only, style="dim", soft_wrap=True)
    out.print()
    out.print(Text("Likely away", style="bold"))
    if not found.silences:
        out.print("No stretch of a week or more without a sign of them stands out.")
    for number, s in enumerate(found.silences, start=1):
        out.print(f"{number:>3}  {stretch(s.begins, s.ends)}", highlight=False)
        out.print(Padding(Text(s.sentence, style="dim"), (0, 0, 0, 5)))
    if found.silences:
        s = found.silences[0]
        out.print(
            f'Guesses from silence; none is tested without your yes. To test one: followspot step-away {path} --leader "{found.leader}" --away {s.begins}..{s.ends or ""}',
            style="dim",
            soft_wrap=True,
        )
    for note in notes:
        out.print(f"· {note}", style="dim")


def _offer(history: History, found: Any, *, margin: float, level: float) -> None:
    """Offer to test one of the stretches, by number; nothing is tested without a yes."""
    from followspot.brief.report import compose
    from followspot.cli.stepaway import hand_out
    from followspot.measures import stepaway

    answer = typer.prompt("Test one? Its number, or Enter for none", default="", show_default=False).strip()
    if not answer.isdigit() or not 1 <= int(answer) <= len(found.silences):
        return
    silence = found.silences[int(answer) - 1]
    absences = [stepaway.Absence(silence.begins, silence.ends)]
    flows = stepaway.compute(history.masked(found.person), absences=absences, margin=margin, level=level)
    report = compose(
        flows,
        absences,
        team=found.team,
        leader=found.leader,
        declared="The days come from silence in the history, not from a calendar.",
    )
    hand_out(report, json=False, html=None, pdf=None)
