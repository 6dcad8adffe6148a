"""A report to keep: JSON, one self-contained HTML file, PDF. Needs neither server nor settings."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from followspot.brief.report import Report, drawn

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
        sys_inputs={"data": json.dumps(data, default=str)},
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
    from followspot.ui.templatetags.ui import stretch

    data = asdict(replace(report, flows={}))
    data["chart"] = drawing.plain(report.chart, width=720) if report.chart else None
    data["stretches"] = [stretch(a.start, a.end) for a in report.absences]
    data["reasons"] = [r.sentence for r in report.result.reasons]
    data["caveats"] = [c.sentence for c in report.result.caveats]
    data["smallest_drop"] = report.result.smallest_drop
    del data["result"]
    return data
