"""Freedom wanted against freedom given, across the team: as distributions side by side, and never below the floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render

from followspot.disclosure import FLOOR, Released
from followspot.items import PULSE
from followspot.language import say
from followspot.measures._methods.proportion import wilson
from followspot.objects.doors import for_those
from followspot.practices.expectations.models import Vote
from followspot.practices.expectations.rules import Freedom
from followspot.practices.pulse import rules
from followspot.practices.pulse.models import Tally, Wave
from followspot.teams.models import Team
from followspot.teams.pages import Request

YEAR = timedelta(days=365)
_team = for_those(rules.SEES["pulse results at or above the floor"])


@dataclass(frozen=True, slots=True)
class Row:
    """One freedom: how often it was wanted, how often given, and how long their bars are, in percent."""

    word: str
    wanted: int
    given: int
    wanted_bar: float
    given_bar: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Both distributions and what they say together; rows is empty where nothing may be told."""

    rows: tuple[Row, ...]
    sentence: str


@_team
def fit(request: Request, team: Team) -> HttpResponse:
    """Show both: of what people said in the pulse, and of the choices made for single expectations."""
    context = {
        "team": team,
        "here": "pulse",
        "asked": asked(team),
        "chosen": chosen(team, request.today),
    }
    return render(request, "brief/freedom.html#fit" if request.htmx else "brief/freedom.html", context)


def asked(team: Team) -> Fit:
    """Return what was let out of the last wave that asked for both."""
    pair = ("freedom-wanted", "freedom-given")
    waves = Wave.objects.closed().filter(team=team, tallies__item__in=pair, tallies__group="")
    last = waves.order_by("-closed_at").first()
    told = (
        {t.item: t.released() for t in Tally.objects.filter(wave=last, item__in=pair, group="")}
        if last
        else {}
    )
    wanted, given = (told.get(item) for item in pair)
    if last is None or wanted is None or given is None:
        return Fit((), say("No wave has closed yet in which {n} or more answered both.", n=FLOOR))
    words = PULSE[pair[0]].steps
    day = team.day(last.opened_at)
    if not (wanted.counts and given.counts):
        return Fit(
            (),
            say(
                "Wanted: about “{wanted:small}”. Given: about “{given:small}”. From the wave of {day:%-d %B}, in which fewer than ten answered both.",
                wanted=_about(wanted, words),
                given=_about(given, words),
                day=day,
            ),
        )
    sentence = say(
        "{wanted} and {given} answered in the wave of {day:%-d %B}; counts to the nearest three.",
        wanted=wanted.n,
        given=given.n,
        day=day,
    )
    return Fit(_rows(words, wanted.counts, given.counts), sentence)


def _about(released: Released, words: Sequence[str]) -> str:
    mean = released.place or sum(k * c for k, c in enumerate(released.counts, 1)) / sum(released.counts)
    return words[round(mean) - 1]


def chosen(team: Team, today: date) -> Fit:
    """Return the first choices of the last year in which owner and leader had both chosen unseen.

    Once both have chosen, the team sees them on the expectation; here nothing is told of fewer than five owners.
    """
    leads = set(team.leaderships.values_list("person", flat=True))
    votes = Vote.objects.filter(expectation__team=team, expectation__starts_on__gte=today - YEAR, round=1)
    pairs: list[tuple[int, int, int]] = []  # owner, wanted, given
    by_expectation = votes.order_by("expectation", "pk").values_list("expectation", "person", "level")
    for _, some in groupby(by_expectation, key=lambda v: v[0]):
        every = list(some)
        given = next((level for _, person, level in every if person in leads), None)
        if given is not None:
            pairs += [(person, level, given) for _, person, level in every if person not in leads]
    owners = {person for person, _, _ in pairs}
    if len(owners) < FLOOR:
        return Fit(
            (),
            say(
                "Fewer than {n} people have chosen a freedom together with the leader within a year. A number could point at someone.",
                n=FLOOR,
            ),
        )
    wanted, given_ = ([sum(p[side] == level for p in pairs) for level in Freedom] for side in (1, 2))
    rows = _rows([f.word for f in Freedom], wanted, given_)
    return Fit(tuple(r for r in rows if r.wanted or r.given), _fits(pairs))


def _fits(pairs: Sequence[tuple[int, int, int]]) -> str:
    n = len(pairs)
    same, less = sum(g == w for _, w, g in pairs), sum(g < w for _, w, g in pairs)
    low, high = wilson(less / n, n)
    return say(
        "Of {n} choices within a year the leader gave what was wanted in {same}, less in {less}, more in {more}. "
        "Less than wanted: {low:.0%} to {high:.0%}, 9 times in 10.",
        n=n,
        same=same,
        less=less,
        more=n - same - less,
        low=low,
        high=high,
    )


def _rows(words: Sequence[str], wanted: Sequence[int], given: Sequence[int]) -> tuple[Row, ...]:
    most = max(*wanted, *given, 1)
    return tuple(
        Row(word, w, g, round(100 * w / most, 1), round(100 * g / most, 1))
        for word, w, g in zip(words, wanted, given, strict=True)
    )
