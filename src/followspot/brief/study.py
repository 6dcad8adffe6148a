"""A study of a history, composed once: who leads, what needs them, when they were likely away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from followspot.brief import paper
from followspot.errors import BadInput
from followspot.evidence import leaders
from followspot.evidence.leaders import Silence
from followspot.language import listed, say, spoken
from followspot.measures import Reading, answer, measures

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Study:
    """What a history says about how it is led. Of everybody but the leader it holds no name."""

    team: str
    summary: str
    person: str
    leader: str
    why_leader: str
    readings: Sequence[tuple[str, Reading]]
    app_only: str  # one line on the measures that live of what a team does in the app
    silences: Sequence[Silence]

    def as_json(self) -> dict[str, Any]:
        """Return the study as plain JSON data."""
        return {
            "team": self.team,
            "summary": self.summary,
            "leader": self.leader,
            "why_leader": self.why_leader,
            "readings": {title: reading.as_json() for title, reading in self.readings},
            "app_only": self.app_only,
            "likely_away": [
                {
                    "start": str(s.begins),
                    "end": s.ends and str(s.ends),
                    "days": s.days,
                    "usual": round(s.usual, 3),
                    "evidence": s.sentence,
                }
                for s in self.silences
            ],
        }


def made(
    team: str,
    events: ir.Table,
    joined: dict[str, str],
    masked: Callable[[str], ir.Table],
    display: Callable[[str], str],
    *,
    leader: str | None = None,
) -> Study:
    """Study a history: find who leads (or take who is named), read what needs them, find silences.

    Raises BadInput where there is nothing to study: no events, one author, nobody who stands out.
    """
    first, last = (
        events.aggregate(first=events.at.min(), last=events.at.max()).to_pyarrow().to_pylist()[0].values()
    )
    if last is None:
        raise BadInput(say("{team}: there is no work in this history yet.", team=team))
    if len(set(joined.values())) < 2:
        raise BadInput(
            say("{team}: one person did all of it. Where nobody follows, nobody leads.", team=team)
        )
    asof = last + timedelta(seconds=1)
    candidate = leaders.likely_leader(events, joined, asof=asof) if leader is None else None
    if leader is None and candidate is None:
        raise BadInput(
            say(
                "{team}: too little moves through anybody to guess who leads. Name them with --leader.",
                team=team,
            )
        )
    person = leaders.find_person(leader, joined) if leader is not None else candidate.person  # type: ignore[union-attr]
    why = (
        say("{reason} in the last two years, so it looks as if they lead.", reason=candidate.reason)
        if candidate
        else say("leads, as you say.")
    )
    log = masked(person)
    asked = [m for m in measures().values() if m.slug != "step-away"]
    changes = events.filter(events.activity == "change.landed").count().to_pyarrow().as_py()
    return Study(
        team=team,
        summary=say("{n:,} changes, {first:%B %Y} to {last:%B %Y}.", n=changes, first=first, last=last),
        person=person,
        leader=display(person),
        why_leader=why,
        readings=[(m.title, answer(m, log, asof=asof)) for m in asked if not m.practised],
        app_only=say(
            "{measures}: these need what a team does in the app itself.",
            measures=listed([m.title for m in asked if m.practised]),
        ),
        silences=leaders.silences(events, joined, person)[::-1][:12],
    )


def as_html(found: Study) -> bytes:
    """Return the study as one HTML file with nothing to load."""
    from followspot.ui import drawing

    drawn = [(t, r, drawing.both(r.chart) if r.chart else None) for t, r in found.readings]
    return paper.render(
        "brief/study_alone.html", {"s": found, "drawn": drawn, "style": paper.style()}
    ).encode()


def as_pdf(found: Study) -> bytes:
    """Return the study as PDF."""
    from followspot.ui import drawing
    from followspot.ui.templatetags.ui import stretch

    data = found.as_json()
    data["readings"] = [
        {
            "title": t,
            "question": r.question,
            "sentence": r.sentence,
            "parts": [p.sentence for p in r.parts if p.sentence != r.sentence],
            "caveats": list(r.caveats),
            "chart": drawing.plain(r.chart, width=720) if r.chart else None,
        }
        for t, r in found.readings
    ]
    data["away"] = [
        say("{days}: {sentence}", days=stretch(s.begins, s.ends), sentence=s.sentence) for s in found.silences
    ]
    data["words"] = {
        "lang": spoken().partition("-")[0],
        "footer": say("Followspot: what was seen. Of everybody but the leader, nothing."),
        "how": say("How"),
        "is_led": say("is led"),
        "away": say("Likely away"),
        "none": say("No stretch of a week or more without a sign of them stands out."),
        "guesses": say("Guesses from silence. None was tested."),
    }
    return paper.to_pdf("study.typ", data)
