"""The days on which a team as a whole does not work."""

from datetime import date, timedelta
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from followspot.errors import Refused
from followspot.language import count, say
from followspot.teams import access, feeds, public_holidays
from followspot.teams.countries import countries
from followspot.teams.forms import Holidays
from followspot.teams.models import DayOff, Team
from followspot.teams.pages import Request, day_of, must_keep, of_team

_MOST = 366  # days that one entry of a calendar can be long


@of_team
def days_off(request: Request, team: Team) -> HttpResponse:
    """List, add and remove days off; bring a country's public holidays along."""
    if request.method == "POST":
        must_keep(request, team)
        if "url" in request.POST:
            return _found(request, team)
        messages.success(request, _changed(request, team, timezone.localdate()))
        return redirect("days-off", team.slug)
    country = request.GET.get("country", team.country)
    places = team.days_off.exclude(brought_from="").order_by("brought_from")
    context = {
        "team": team,
        "may": access.keeps(request.user, team, today=timezone.localdate()),
        "years": [(year, list(days)) for year, days in groupby(team.days_off.all(), lambda d: d.on.year)],
        "this_year": timezone.localdate().year,
        "holidays": Holidays(initial={"country": country, "region": team.region}, country=country),
        "country": public_holidays.called(country) if country in countries() else "",
        "has_regions": bool(public_holidays.regions(country)),
        "brought": [
            (place, public_holidays.name_of(place))
            for place in places.values_list("brought_from", flat=True).distinct()
        ],
        "here": "days-off",
    }
    return render(request, "teams/days_off.html", context)


def _found(request: Request, team: Team) -> HttpResponse:
    """Show the whole days that a calendar has, of which somebody says which are days off for all."""
    text = feeds.given(request.FILES.get("file"), request.POST["url"])
    year = timezone.localdate().year
    found = feeds.away_days(text, first=date(year - 1, 1, 1), last=date(year + 1, 12, 31), zone=team.zone)
    there = set(team.days_off.values_list("on", flat=True))
    days = sorted(
        (a for a in found if not _days(a.begins, a.ends) <= there), key=lambda a: (a.begins, a.title)
    )
    context = {"team": team, "found": days, "left": len(found) - len(days), "here": "days-off"}
    return render(request, "teams/days_off_found.html", context)


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range(min((last - first).days, _MOST) + 1)}


def _bring(team: Team, chosen: list[str]) -> str:
    """Let the chosen days be off. chosen : each as `first/last/title`, as the page wrote it."""
    days: dict[date, str] = {}
    for one in chosen:
        first, _, rest = one.partition("/")
        last, _, title = rest.partition("/")
        begins, ends = day_of(first), day_of(last)
        if begins is None or ends is None or not 0 <= (ends - begins).days <= _MOST:
            raise Refused(say("A day off is at most a year long. Read the calendar again."))
        days |= dict.fromkeys(_days(begins, ends), title[:120])
    there = set(team.days_off.filter(on__in=days).values_list("on", flat=True))
    DayOff.objects.bulk_create(
        [DayOff(team=team, on=day, name=title) for day, title in days.items() if day not in there],
        ignore_conflicts=True,
    )
    new = len(days) - len(there)
    return (
        count(new, "{n} day off came in from the calendar.", "{n} days off came in from the calendar.")
        if new
        else say("They are here already.")
    )


def _changed(request: Request, team: Team, today: date) -> str:
    """Do what a form of the page asks for, and say what was done."""
    said = request.POST
    if "off" in said or "calendar" in said:
        return _bring(team, said.getlist("off"))
    if removed := said.get("remove"):
        team.days_off.filter(pk=removed if removed.isdecimal() else 0).delete()
        return say("That day counts as a working day again.")
    if place := said.get("take_out"):
        count = public_holidays.take_out(team, brought_from=place)
        return say(
            "{count} days from {place} count as working days again.",
            count=count,
            place=public_holidays.name_of(place),
        )
    if "country" in said:
        country, region = said["country"], said.get("region", "")
        count = public_holidays.observe(team, country=country, region=region, today=today)
        whose = public_holidays.name_of(public_holidays.place(country, region))
        return (
            say("{count} public holidays of {whose} came in.", count=count, whose=whose)
            if count
            else say("All those of {whose} are here already.", whose=whose)
        )
    day = day_of(said.get("on", ""))
    if day is None:
        raise Refused(say("Which day is off?"))
    DayOff.objects.get_or_create(team=team, on=day, defaults={"name": said.get("name", "").strip()[:120]})
    return say("{day:%-d %B %Y} is a day off.", day=day)
