"""Where a team's evidence comes from, how it was read, and reading it now, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from ninja import Query
from pydantic import Field

from followspot.evidence import collect
from followspot.evidence.models import Run, Source
from followspot.teams.calls import EVIDENCE, Number, Out, Page, Paged, Room, page
from followspot.teams.models import Team
from followspot.teams.pages import Request, must_keep

room = Room("sources", scope=EVIDENCE)


class RunOut(Out):
    """One reading of a source."""

    id: int
    state: Annotated[str, Field(examples=["done"])]
    done: Annotated[int, Field(description="How far it is.")]
    total: int
    message: Annotated[str, Field(examples=["12 events came in."])]
    began_at: datetime
    ended_at: datetime | None


class SourceOut(Out):
    """Somewhere a team's work leaves traces."""

    id: int
    title: Annotated[str, Field(examples=["quay.git"])]
    connector: Annotated[str, Field(examples=["git"])]
    read_at: datetime | None
    run: RunOut | None
    url: Annotated[str, Field(examples=["/teams/quay/sources/3/"])]


class SourcesOut(Page):
    items: list[SourceOut]


class RunsOut(Page):
    items: list[RunOut]


def _run(run: Run) -> RunOut:
    return RunOut(
        id=run.pk,
        state=run.state,
        done=run.done,
        total=run.total,
        message=run.message,
        began_at=run.began_at,
        ended_at=run.ended_at,
    )


def _source(source: Source) -> SourceOut:
    run = next(iter(source.runs.all()), None)
    return SourceOut(
        id=source.pk,
        title=source.title,
        connector=source.connector,
        read_at=source.read_at,
        run=_run(run) if run else None,
        url=reverse("source", args=[source.team.slug, source.pk]),
    )


@room.reads("/sources")
def sources(request: Request, team: Team, asked: Query[Paged]) -> SourcesOut:
    """List a team's sources, each with its last reading."""
    items, onward = page(
        request, team.sources.select_related("team").prefetch_related("runs"), asked, _source
    )
    return SourcesOut(items=items, next=onward)


def _of(team: Team, pk: int) -> Source:
    found = Source.objects.filter(team=team, pk=pk).first()
    if found is None:
        raise Http404
    return found


@room.reads("/sources/{pk}/runs")
def runs(request: Request, team: Team, pk: Number, asked: Query[Paged]) -> RunsOut:
    """List the readings of a source."""
    items, onward = page(request, _of(team, pk).runs.all(), asked, _run)
    return RunsOut(items=items, next=onward)


@room.acts("/sources/{pk}/read", status=202, keyed=False)
def read(request: Request, team: Team, pk: Number) -> RunOut:
    """Read what is new in a source, now.

    It goes on by itself: ask for the readings to see how far it is. A source that is being read is not read twice.
    """
    must_keep(request, team)
    return _run(collect.start(_of(team, pk), now=timezone.now()))
