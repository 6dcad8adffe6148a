"""Public holidays by country and region, brought into a team's days off."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from django.db import transaction
from django.utils.translation import get_language

from followspot.errors import Refused
from followspot.language import again, listed, say
from followspot.teams.countries import countries
from followspot.teams.models import DayOff, Team
from followspot.teams.names import spelled


def offered() -> list[tuple[str, str]]:
    """Return the countries to choose from, in the order of their names in the reader's language."""
    named = [(code, called(code)) for code in countries()]
    return sorted(named, key=lambda pair: spelled(str(pair[1])))


def called(country: str) -> str:
    """Return what the reader calls a country; what is none, as it is written."""
    name = countries().get(country)
    return again((name,), None, {}) if name else country


@cache
def regions(country: str) -> dict[str, str]:
    """Return the names of a country's regions, by their codes."""
    import holidays

    if country not in countries():
        return {}
    calendar = holidays.country_holidays(country)
    aliases = {code: name for name, code in reversed(getattr(calendar, "subdivisions_aliases", {}).items())}
    named = {code: aliases.get(code, code) for code in calendar.subdivisions}
    return dict(sorted(named.items(), key=lambda pair: spelled(pair[1])))


def name_of(place: str) -> str:
    """Write “PT-11” as people do: “Portugal, Lisboa”."""
    country, _, region = place.partition("-")
    parts = [called(country), regions(country).get(region, region)]
    return listed([p for p in parts if p])


def place(country: str, region: str = "") -> str:
    """Return how a day off remembers where it was brought from."""
    return f"{country}-{region}" if region else country


@transaction.atomic
def observe(
    team: Team, *, country: str, region: str = "", years: Iterable[int] | None = None, today: date
) -> int:
    """Add the public holidays of a country, from last year to the next; return how many days came new.

    They are called as whoever brings them in would call them, where that is known. A day that is off already keeps its name.
    """
    import holidays

    if country not in countries():
        raise Refused(say("Which country? Choose one from the list."))
    if region and region not in regions(country):
        raise Refused(
            say(
                "{country} has no region “{region}”. Choose one from the list.",
                country=called(country),
                region=region,
            )
        )
    chosen = list(years or range(today.year - 1, today.year + 2))
    spoken = holidays.country_holidays(country).supported_languages
    language = next((tongue for tongue in (get_language(), "en_US") if tongue in spoken), None)
    found = holidays.country_holidays(country, subdiv=region or None, years=chosen, language=language)
    team.country, team.region = country, region
    team.save(update_fields=["country", "region"])
    before = team.days_off.count()
    # The library adds the neighbouring year where a substitute day crosses New Year.
    days = [(on, name) for on, name in sorted(found.items()) if on.year in chosen]
    DayOff.objects.bulk_create(
        [
            DayOff(team=team, on=on, name=name[:120], brought_from=place(country, region)[:20])
            for on, name in days
        ],
        ignore_conflicts=True,
    )
    return team.days_off.count() - before


def take_out(team: Team, *, brought_from: str) -> int:
    """Take out the days that were brought from one place; days written by hand stay."""
    if not brought_from:
        raise Refused(say("Which country’s days? Choose one from the list."))
    count, _ = team.days_off.filter(brought_from=brought_from).delete()
    return count
