"""How pages and API alike come to a step-away, to the days of a lot, and to whoever is called back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.conf import settings
from django.http import Http404
from django.template.loader import render_to_string

from followspot.errors import Refused
from followspot.language import say
from followspot.practices.stepaways import rules
from followspot.practices.stepaways.models import Entry, Handover, StepAway
from followspot.teams import calendar, languages, mail
from followspot.teams.models import Person, Team


def stepaway_of(team: Team, pk: int) -> StepAway:
    it = StepAway.of_team(team).filter(pk=pk).first()
    if it is None:
        raise Http404
    return it


def handover_of(it: StepAway, pk: int) -> Handover:
    asked = it.handovers.filter(pk=pk).first()
    if asked is None:
        raise Refused(say("That was taken back in the meantime."))
    asked.stepaway = it
    return asked


def entry_of(it: StepAway, pk: int) -> Entry:
    entry = it.entries.filter(pk=pk).first()
    if entry is None:
        raise Http404
    entry.stepaway = it
    return entry


def acceptable(
    team: Team, first: date, last: date, *, weekdays: Collection[int], but: Collection[date]
) -> list[tuple[date, ...]]:
    """Return the days among which the lot may draw, week by week."""
    clock = calendar.of(team)
    between = [first + timedelta(days=n) for n in range(min((last - first).days, 800) + 1)]
    free = {d for d in between if not clock.works(d)}
    return rules.acceptable_days(first, last, weekdays=weekdays, off=free, but=but)


def ring(it: StepAway, why: str, *, by: Person | None) -> bool:
    """Tell the leader by mail that somebody calls them back; return whether it went."""
    who = by.name if by else say("The team")
    with languages.to(it.leader.account):
        told = {"it": it, "why": why, "by": who, "site": settings.SITE}
        text = render_to_string("stepaways/called.txt", told)
        return mail.send_note(
            it.leader, say("{team}: {who} calls you back", team=it.team.name, who=who), text
        )
