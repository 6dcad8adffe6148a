"""Does a history show when its leader was away? `python -m benchmarks.absences` writes docs/figures/absences.md.

Every known leave of `shared/data/leaves` is looked for among the silences that `evidence.leaders` finds.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from benchmarks import leaves
from benchmarks.leaves import Case
from followspot.evidence import table
from followspot.evidence.leaders import Silence, silences

PAGE = Path(__file__).resolve().parent.parent / "docs" / "figures" / "absences.md"
HALF = 0.5


@cache
def found(project: str, leader: tuple[str, ...]) -> tuple[list[Silence], date, date]:
    """The silences of a project's leaders, taken as one person, and their first and last sign."""
    log = table.from_batches(table.connect(), leaves.events(project).to_batches())
    claims = dict.fromkeys(leader, "the leader")
    theirs = log.filter(log.actor.isin(leader))
    first, last = theirs.aggregate(first=theirs.at.date().min(), last=theirs.at.date().max()).to_pyarrow().to_pylist()[0].values()  # fmt: skip
    return silences(log, table.people(log, table.Who(claims=claims)), "the leader"), first, last


def overlap(case: Case, silence: Silence, until: date) -> float:
    """Days that a known leave and a silence share, over the days of the longer of them."""
    a, b = case.absence.start, case.absence.end or until
    c, d = silence.begins, silence.ends or until
    both = (min(b, d) - max(a, c)).days + 1
    return max(0, both) / (max((b - a).days, (d - c).days) + 1)


def best(case: Case) -> tuple[Silence | None, float]:
    """The silence that fits a case best, and how well."""
    listed, _, _ = found(case.project, case.leaders)
    until = leaves.events(case.project)["at"].to_pylist()
    last = max(until).date()
    scored = [(overlap(case, silence, last), silence) for silence in listed]
    share, silence = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return (silence, share) if share > 0 else (None, 0.0)


def page() -> str:
    """The page: what was found of each case, and how many others are listed a year."""
    cases = leaves.cases()
    rows, hits = [], {"temporary": [0, 0], "for good": [0, 0]}
    known: dict[tuple[str, tuple[str, ...]], list[Silence]] = {}
    for case in cases:
        silence, share = best(case)
        kind = "temporary" if case.absence.end else "for good"
        hit = share >= HALF
        hits[kind][0] += hit
        hits[kind][1] += 1
        book = known.setdefault((case.project, case.leaders), [])
        if silence and share > 0:
            book.append(silence)
        said = "–" if silence is None else f"{silence.begins} to {silence.ends or 'the end'}"
        rows.append(f"| {case.id} | {kind} | {case.absence.start} to {case.absence.end or 'the end'} | {said} | {share:.0%} | {'yes' if hit else 'no'} |")  # fmt: skip
    others, years = [], []
    for (project, leader), mine in known.items():
        listed, first, last = found(project, leader)
        span = max(1, (last - first + timedelta(days=1)).days) / 365.25
        extra = [s for s in listed if s not in mine]
        others.append(len(extra))
        years.append(span)
        rows.append(f"| {project}, all others | | {span:.1f} years | {len(extra)} listed | | {len(extra) / span:.1f} a year |")  # fmt: skip
    total = sum(h for h, _ in hits.values())
    return "\n".join(
        [
            "# Does a history show when its leader was away?",
            "",
            "Made by `python -m benchmarks.absences` on the known leaves of 14 public histories. A leave counts as found where the "
            "silence listed for it shares at least half of the days of the longer of the two.",
            "",
            f"**{total} of {len(cases)} found**: {hits['temporary'][0]} of {hits['temporary'][1]} that ended, {hits['for good'][0]} of {hits['for good'][1]} for good. "
            f"Besides them {sum(others) / sum(years):.2f} others a year are listed, many of them true absences that nobody announced: they are "
            "suggestions, and nothing is tested before the leader says yes. Where the leader worked on through it, at half the usual pace, there is "
            "no silence to find. What counts as a glance into the work and as a rhythm was chosen on these cases, so elsewhere it may find fewer.",
            "",
            "| case | kind | known | listed | shared | found |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page())
