"""A table as a source: which column means what, how it would be read, and a newer file in its place."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.errors import BadInput, Refused
from followspot.evidence import collect, log
from followspot.evidence.activities import ACTIVITIES
from followspot.evidence.connectors import csv_file
from followspot.evidence.forms import MappingForm, SourceForm, as_said
from followspot.evidence.models import Source
from followspot.language import say
from followspot.teams.models import Team
from followspot.teams.pages import Request, must_keep, of_team


@of_team
def map_columns(request: Request, team: Team, pk: int) -> HttpResponse:
    """Say which column means what; look at what becomes of the rows as often as one likes, then have it read."""
    must_keep(request, team)
    source = get_object_or_404(Source, team=team, pk=pk, connector="csv")
    try:
        seen = csv_file.preview(source.path)
        like, initial = _guess(source, seen)
        form = MappingForm(seen, request.POST or None, initial=initial)
        chosen = form.settings() if form.is_bound and form.is_valid() else None
        if chosen is not None and "look" not in request.POST:
            source.settings = chosen
            _read_anew(source, "settings")
            return redirect("source", team.slug, source.pk)
        tried = _tried(source, chosen or (None if form.is_bound else _settings(initial)))
    except BadInput as error:
        raise BadInput(collect.without_path(str(error), source)) from None
    context = {
        "team": team,
        "here": "evidence",
        "source": source,
        "columns": list(zip(seen.columns, seen.kinds, strict=True)),
        "seen": seen,
        "form": form,
        "like": like,
        "tried": tried,
        "meanings": ACTIVITIES,
    }
    return render(request, "evidence/map.html", context, status=422 if form.errors else 200)


def _guess(source: Source, seen: csv_file.Preview) -> tuple[Source | None, dict[str, object]]:
    """Return what the form begins with: as this table was read, or the last one with the same columns, or a guess."""
    tables = source.team.sources.filter(connector="csv").exclude(settings={}).order_by("-created_at")
    fitting = (s for s in tables if set(s.settings["mapping"].values()) <= set(seen.columns))
    like = source if source.settings else next(fitting, None)
    if like is not None:
        return (None if like == source else like), as_said(like.settings)
    return None, as_said({"mapping": seen.mapping, "zone": source.team.zone})


def _settings(initial: dict[str, object]) -> dict[str, object] | None:
    mapping = {name: initial[name] for name in csv_file.FIELDS if initial.get(name)}
    if "at" not in mapping:
        return None
    dates = str(initial["date_format"])
    return {
        "mapping": mapping,
        "activity": initial["means"],
        "date_format": None if dates == "auto" else dates.removeprefix("way:"),
        "zone": initial["zone"],
    }


def _tried(source: Source, settings: dict[str, object] | None) -> csv_file.Trial | None:
    """Return what becomes of the rows so, or None where not enough was said."""
    if settings is None:
        return None
    return csv_file.trial(source.path, **{k: v for k, v in settings.items() if k != "on_error"})  # type: ignore[arg-type]


@transaction.atomic
def _read_anew(source: Source, *changed: str) -> None:
    """Keep what changed and begin to read, or neither: while a source is being read nothing is taken from under it."""
    source.save(update_fields=changed)
    if source.settings:
        collect.start(source, now=timezone.now())


@of_team
@require_POST
def newer(request: Request, team: Team, pk: int) -> HttpResponse:
    """Take a newer file in place of the one that was read, mapped the same way; all of it is read anew."""
    must_keep(request, team)
    source = get_object_or_404(Source, team=team, pk=pk, connector="csv")
    form = SourceForm(request.POST, request.FILES, paths=False)
    if not form.is_valid():
        raise BadInput(" ".join(str(e) for errors in form.errors.values() for e in errors))
    path, title = collect.uploaded(form.cleaned_data["upload"])
    try:
        columns = csv_file.preview(str(path)).columns
        if missing := [c for c in source.settings.get("mapping", {}).values() if c not in columns]:
            raise BadInput(
                say(
                    "{title} has no column “{missing}”, so it can’t stand in place of {source}.",
                    title=title,
                    missing=missing[0],
                    source=source.title,
                )
            )
    except BadInput as error:
        path.unlink(missing_ok=True)
        raise BadInput(str(error).replace(str(path), title)) from None
    before = Path(source.path)
    source.path, source.title = str(path), title
    try:
        _read_anew(source, "path", "title")
    except Refused:
        path.unlink(missing_ok=True)
        raise
    if before.parent == log.uploads():
        before.unlink(missing_ok=True)
    if not source.settings:
        return redirect("map-columns", team.slug, pk)
    messages.success(request, say("{title} stands in place of the earlier file.", title=title))
    return redirect("source", team.slug, pk)
