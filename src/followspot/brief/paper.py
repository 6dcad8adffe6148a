"""A report to keep: JSON, one self-contained HTML file, PDF. Needs neither server nor settings."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from followspot.brief.report import Report, drawn
from followspot.language import in_a_row, in_words, say, spoken

_UI = Path(__file__).parent.parent / "ui"
_HERE = Path(__file__).parent


def as_json(report: Report) -> bytes:
    """Return the figures as JSON."""
    return json.dumps(report.as_json(), indent=2, default=str).encode()


def as_html(report: Report) -> bytes:
    """Return the report as one HTML file: style, fonts and drawings inside, nothing to load."""
    return render("brief/report_alone.html", {"r": drawn(report), "style": style()}).encode()


def as_pdf(report: Report) -> bytes:
    """Return the report as PDF."""
    return to_pdf("report.typ", _for_print(report))


FORMS = {
    "json": (as_json, "application/json"),
    "html": (as_html, "text/html"),
    "pdf": (as_pdf, "application/pdf"),
}


def to_pdf(template: str, data: dict[str, Any]) -> bytes:
    """Lay data out with a Typst template of this room; deterministic, no network, no font of the machine."""
    import typst

    made = typst.compile(
        _HERE / "print" / template,
        root=_HERE / "print",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(in_words(data), default=str)},
    )
    return bytes(made)


def render(template: str, context: dict[str, Any]) -> str:
    """Render a template with the bare engine, so that the command line needs no settings."""
    from django.conf import settings
    from django.template import Context, Engine

    if not settings.configured:  # the filters for dates and numbers ask for some
        settings.configure(USE_I18N=False, USE_TZ=True)
    engine = Engine(
        dirs=[str(_HERE / "templates"), str(_UI / "templates")], builtins=["followspot.ui.templatetags.ui"]
    )
    return engine.get_template(template).render(Context(context))


def style() -> str:
    """Return the whole style with the Latin fonts inside."""
    static = _UI / "static" / "ui"
    css = (static / "tokens.css").read_text() + (static / "followspot.css").read_text()
    css = re.sub(r"@font-face \{[^}]*latin-ext[^}]*\}\n", "", css)
    return re.sub(
        r'url\("(fonts/[^"]+)"\)', lambda m: f'url("data:font/woff2;base64,{_base64(static / m[1])}")', css
    )


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _for_print(report: Report) -> dict[str, Any]:
    from followspot.ui import drawing

    data = asdict(replace(report, flows={}))
    data["chart"] = drawing.plain(report.chart, width=720) if report.chart else None

    data["reasons"] = [r.sentence for r in report.result.reasons]
    data["caveats"] = [c.sentence for c in report.result.caveats]
    data["words"] = _words(report)
    del data["result"]
    return data


def _words(report: Report) -> dict[str, Any]:
    """Return what the paper itself says."""
    from followspot.ui.templatetags.ui import stretch

    drop = report.result.smallest_drop
    told = {"team": report.team, "leader": report.leader, "title": report.title}
    days = in_a_row(stretch(a.start, a.end) for a in report.absences)
    return {
        "lang": spoken().partition("-")[0],
        "footer": say("Followspot: what was seen, and when. It doesn't say why."),
        "title": say("{team} without {leader}, {days}", days=days, **told),
        "as_expected": say("as expected"),
        "each_week": say("{title}, each week", **told),
        "legend": say(
            "Line and dots: by everyone but {leader}. Band: expected, 9 weeks in 10. Shade: {leader} away.",
            **told,
        ),
        "how_likely": say("How likely"),
        "no_odds": say("Where the data can't answer, odds would only look like an answer."),
        "smallest_drop": say("A drop of {drop:.0%} or more would have been seen 4 times in 5.", drop=drop)
        if drop is not None
        else "",
        "everything_else": say("Everything else that could have moved"),
        "columns": [
            *(say("Flow"), say("While away"), say("Expected"), say("Change, with its range"), say("Verdict"))
        ],
        "catch_up": say("And with the catch-up?"),
        "noted": say("Noted while {leader} was away", **told),
        "what_else": say("What else to keep in mind"),
        "one_case": say("One stretch is one case, not proof."),
        "known_from": say("Known from:"),
    }
