"""Step-aways and due dates as an iCalendar feed: an address of one's own that a calendar reads by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import icalendar
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from followspot import practices
from followspot.practices import Dated
from followspot.roles import TEAM
from followspot.teams import access, tokens
from followspot.teams.models import Account, Person, Team
from followspot.teams.pages import Request

BACK, AHEAD = timedelta(days=92), timedelta(days=731)
_OFTEN = timedelta(hours=1)
_DAYS = tokens.MOST_DAYS


@require_POST
@never_cache
def make(request: Request) -> HttpResponse:
    """Make an address for one's calendar; it is shown this once, and ends like any token."""
    now = timezone.now()
    token, secret = tokens.make(
        request.user, name="Calendar", scopes=[tokens.CALENDAR], days=_DAYS, by=request.user, now=now
    )
    address = request.build_absolute_uri(reverse("calendar", args=[secret]))
    return render(
        request, "channels/calendar_made.html", {"token": token, "address": address, "here": "profile"}
    )


@require_safe
@login_not_required
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer with the dates of all teams of whoever the address belongs to."""
    now = timezone.now()
    token = tokens.whose(secret, now=now)
    if token is None or tokens.CALENDAR not in token.scopes:
        raise Http404
    told = calendar_of(token.account, now=now)
    tag = quote_etag(salted_hmac("followspot.calendar", told, algorithm="sha256").hexdigest()[:16])
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    answer = HttpResponse(told, content_type="text/calendar; charset=utf-8")
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="followspot.ics"'
    return answer


def calendar_of(account: Account, *, now: datetime) -> bytes:
    """Return an account's dates as iCalendar (RFC 5545), the same bytes as long as they are the same dates."""
    found = icalendar.Calendar()
    found.add("prodid", "-//Followspot//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", "Followspot")
    found.add("refresh-interval", _OFTEN, parameters={"value": "DURATION"})
    found.add("x-published-ttl", _OFTEN)
    person = Person.objects.filter(account=account).first()
    for team in access.teams_of(account, today=timezone.localdate(now)).filter(sample=""):
        today = team.day(now)
        for dated in _of_team(team, account, person, today):
            found.add_component(_event(dated, team))
    told: bytes = found.to_ical()
    return told


def _of_team(team: Team, account: Account, person: Person | None, today: date) -> list[Dated]:
    """Return the dates of one team, for those who are of it."""
    leader = team.leader_on(today)
    roles = access.standing(team, account=account, person=person, leader=leader, today=today)
    if person is None or not roles & TEAM:
        return []
    return practices.dates(team, person, first=today - BACK, last=today + AHEAD)


def _event(dated: Dated, team: Team) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{dated.key.replace(':', '-')}@{team.slug}.followspot")
    # Of when it is told, which no calendar needs; a moment of now would make every answer another one.
    event.add("dtstamp", datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone()))
    event.add("dtstart", dated.first)
    event.add("dtend", dated.last + timedelta(days=1))
    event.add("summary", f"{dated.title} ({team.name})")
    event.add("url", f"{settings.SITE}{dated.url}")
    if dated.says:
        event.add("description", dated.says)
    event.add("transp", "TRANSPARENT")
    return event
