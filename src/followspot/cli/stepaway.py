"""`followspot step-away`: did the work hold, from a git history or from a table of days?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followspot.cli import app

if TYPE_CHECKING:
    from followspot.measures.stepaway import Absence


class Flow(StrEnum):
    """What may count as output in a git history."""

    landed = "landed"
    written = "written"
    people = "people"


Margin = Annotated[
    float, typer.Option(help="The drop that would matter, declared before looking.", min=0.01, max=0.9)
]
Level = Annotated[float, typer.Option(help="Level of the interval.", min=0.5, max=0.999)]


@app.command("step-away")
def step_away(
    path: Annotated[Path | None, typer.Argument(help="A git repository, bare or with its files.")] = None,
    leader: Annotated[
        str | None, typer.Option(help="Who was away: a name or mail address as the history has it.")
    ] = None,
    away: Annotated[
        list[str] | None,
        typer.Option(
            help="Days away, both included: 2022-10-29..2022-11-20; without an end, for good. May be given again."
        ),
    ] = None,
    margin: Margin = 0.2,
    level: Level = 0.9,
    flow: Annotated[Flow, typer.Option(help="What counts as output.")] = Flow.landed,
    zone: Annotated[str, typer.Option(help="The team's time zone: it decides where a day ends.")] = "UTC",
    stand_ins: Annotated[str, typer.Option(help="Who stood in, for the report.")] = "",
    counts: Annotated[
        Path | None,
        typer.Option(help="A table of days instead of a history: date,team[,leader,bots,people,holiday]."),
    ] = None,
    absences: Annotated[
        Path | None, typer.Option(help="With --counts: a table start,end of days away.")
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(help="Many at once: one JSON object a line with counts, absences, out, margin, level."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report as PDF.")] = None,
) -> None:
    """When the leader was away, did the team's work [b]hold[/b]?"""
    _one_way_only(path, leader, away, counts, absences, batch)
    if batch:
        from followspot.cli import tables

        raise typer.Exit(tables.run_batch(batch))
    if counts:
        _from_table(counts, absences, margin=margin, level=level, json=json, html=html, pdf=pdf)
        return
    if path is None or leader is None or not away:
        raise typer.BadParameter("Give a repository with --leader and --away, or --counts with --absences.")
    report = _from_history(
        path,
        leader,
        [day_range(a) for a in away],
        margin=margin,
        level=level,
        flow=flow,
        zone=zone,
        stand_ins=stand_ins,
    )
    hand_out(report, json=json, html=html, pdf=pdf)


def _one_way_only(path: Any, leader: Any, away: Any, counts: Any, absences: Any, batch: Any) -> None:
    """Refuse options of two ways at once: half of what was said would go unheard."""
    ways = {
        "a repository with --leader and --away": any((path, leader, away)),
        "--counts with --absences": any((counts, absences)),
        "--batch": batch,
    }
    said = [way for way, given in ways.items() if given]
    if len(said) > 1:
        raise typer.BadParameter(f"Give either {' or '.join(said)}.")


def day_range(text: str) -> Absence:
    """Read "2022-10-29..2022-11-20" or "2020-06-30.."; BadInput says how to write it."""
    from datetime import date

    from followspot.errors import BadInput
    from followspot.measures.stepaway import Absence

    first, dots, last = text.partition("..")
    try:
        begins = date.fromisoformat(first.strip())
        ends = date.fromisoformat(last.strip()) if last.strip() else None
    except ValueError:
        dots = ""
    if not dots:
        raise BadInput(
            f"--away {text}: write the first and the last day like 2022-10-29..2022-11-20, or 2020-06-30.. for good."
        )
    return Absence(begins, ends)


_WEEKEND = (5, 6)  # where nobody said otherwise, as for a new team


def _from_history(
    path: Path,
    leader: str,
    absences: list[Absence],
    *,
    margin: float,
    level: float,
    flow: str,
    zone: str,
    stand_ins: str,
) -> Any:
    """Return the composed report of a step-away in a git history."""
    from datetime import timedelta

    from followspot.brief.report import compose
    from followspot.cli.screen import telling
    from followspot.evidence.leaders import find_person
    from followspot.library import read_git
    from followspot.measures import stepaway

    with telling("Reading the history") as tell:
        history = read_git(path, zone=zone, tell=tell)
    person = find_person(leader, history.joined)
    log = history.masked(person)
    flows = stepaway.compute(log, absences=absences, margin=margin, level=level)
    until = log.at.max().to_pyarrow().as_py() + timedelta(seconds=1)
    beside = stepaway.companions(
        log, absences=absences, asof=until, level=level, margin=margin, week_off=_WEEKEND
    )
    return compose(
        flows,
        absences,
        team=history.title,
        leader=history.display(person),
        flow=flow,
        stand_ins=stand_ins,
        declared="; ".join(history.notes),
        companions=beside,
    )


def _from_table(
    counts: Path,
    absences: Path | None,
    *,
    margin: float,
    level: float,
    json: bool,
    html: Path | None,
    pdf: Path | None,
) -> None:
    from followspot.cli import tables

    if absences is None:
        raise typer.BadParameter("--counts needs --absences: a table with the columns start and end.")
    days, away = tables.read_counts(counts), tables.read_absences(absences)
    from followspot.measures.stepaway import as_json, judge

    result = judge(days, away, margin=margin, level=level)
    if json and not (html or pdf):  # nothing heavier is imported where nothing is drawn
        tables.print_json(as_json(result))
        return
    from followspot.brief.report import TABLE, compose

    hand_out(
        compose({TABLE: result}, away, team=counts.stem, leader="the leader"),
        json=json,
        html=html,
        pdf=pdf,
    )


def hand_out(report: Any, *, json: bool, html: Path | None, pdf: Path | None) -> None:
    """Print a report, and write it where asked; a file appears whole or not at all."""
    if html or pdf:
        from followspot.brief import paper

        write_files(report, paper, html=html, pdf=pdf)
    if json:
        from followspot.cli.tables import print_json

        print_json(report.as_json())
        return
    from followspot.cli.screen import show_report

    show_report(report, written=[p for p in (html, pdf) if p])


def write_files(found: Any, room: Any, *, html: Path | None, pdf: Path | None) -> None:
    """Write what was found where it was asked for, as the room lays it out: its `as_html`, its `as_pdf`."""
    from followspot.cli.tables import write_whole

    for path, laid_out in ((html, room.as_html), (pdf, room.as_pdf)):
        if path:
            write_whole(path, laid_out(found))
