"""What the measures suggest to do this week, from readings that are there already: a page never waits for one."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import batched
from urllib.parse import urlencode

from django.core.cache import cache
from django.urls import reverse

from followspot import __version__
from followspot.brief import readings
from followspot.language import count, say
from followspot.measures import Reading, Verdict, monitors
from followspot.measures.credit_flow import IN_THE_DARK, KINDS
from followspot.measures.dependence import ONLY_THE_LEADER
from followspot.measures.hovering import IN_A_MONTH, MUCH_FREEDOM, QUESTIONS, UNAGREED_YET
from followspot.practices import APPLAUD, CLEAR, DANGER, SET, STEP_BACK, Move
from followspot.practices.applause.brief import way_to_applaud
from followspot.teams.models import Team

_DAY = 86_400  # seconds
_AT_A_TIME = 240  # seconds of a round that comes every 300
_AT_ONCE = 500
READ = ("hovering", "dependence", "credit-flow", "monitors")
OFTEN = (
    0.25  # unasked touches a week and expectation, surely: one in four weeks, where much freedom was agreed
)


def moves(team: Team, *, offered: Collection[str] = (), wait: bool = False) -> list[Move]:
    """Return the moves that the measures speak for.

    offered : verbs for which the practices already have something of their own to do, which says more.
    wait : computes what isn't there yet, as a mail may and a page may not.
    """
    found = {slug: readings.reading(team, slug) for slug in READ} if wait else readings.known(team, READ)
    told = {slug: r for slug, r in found.items() if r.parts}
    return [
        *_waiting(team, told, offered),
        *_dark(team, told),
        *_unasked(team, told),
        *_alone(team, told),
        *_alarms(team, told),
    ]


def read_due(*, now: datetime) -> int:
    """Read once a day what briefs draw on, of every team that somebody leads; return of how many.

    Where there are thousands of them, this takes some minutes of them and leaves the others to the next round; several
    workers share them.
    """
    until = time.monotonic() + _AT_A_TIME
    done = 0
    led = Team.objects.filter(leaderships__ends_on=None, leaderships__isnull=False).distinct()
    for some in batched(led.iterator(chunk_size=_AT_ONCE), _AT_ONCE):
        keys = {team.pk: _read_on(team, now) for team in some}
        read = cache.get_many(keys.values())
        for team in some:
            if keys[team.pk] in read or not cache.add(keys[team.pk], True, _DAY):
                continue
            for slug in READ:
                readings.refreshed(team, slug)
            done += 1
            if time.monotonic() > until:
                return done
    return done


def _read_on(team: Team, now: datetime) -> str:
    return f"read-{__version__}-{team.pk}-{team.created_at:%Y%m%dT%H%M%S%f}-{team.day(now)}"


def _part(told: Mapping[str, Reading], slug: str, question: str) -> Reading | None:
    parts = told[slug].parts if slug in told else ()
    return next((p for p in parts if p.question == question and p.verdict != Verdict.CANT_TELL), None)


def _waiting(team: Team, told: Mapping[str, Reading], offered: Collection[str]) -> list[Move]:
    """What waits for the leader, where no single thing of it is already on the list."""
    found = []
    asked = _part(told, "hovering", QUESTIONS)
    if asked is not None and asked.estimate and CLEAR not in offered:
        says = count(
            round(asked.estimate),
            "A question to you has no answer.",
            "{n} questions to you have no answer.",
        )
        url = reverse("stage", args=[team.slug]) + "#behind"
        found.append(Move(CLEAR, says, asked.sentence, url, say("Answer")))
    unagreed = _part(told, "hovering", UNAGREED_YET)
    if unagreed is not None and unagreed.estimate and SET not in offered:
        says = count(
            round(unagreed.estimate),
            "An expectation has no yes yet.",
            "{n} expectations have no yes yet.",
        )
        url = reverse("expectations", args=[team.slug])
        found.append(Move(SET, says, unagreed.sentence, url, say("Look")))
    return found


def _dark(team: Team, told: Mapping[str, Reading]) -> list[Move]:
    """The kind of work that is done most and was never applauded; of the team as a whole, nobody's is counted."""
    part = _part(told, "credit-flow", IN_THE_DARK)
    rows = [r for r in part.table if r["applauded in a year"] == "no"] if part else []
    if not rows:
        return []
    most = max(rows, key=lambda r: r["done"])
    return [
        Move(
            APPLAUD,
            say("{kind:capital} drew no applause in a year.", kind=most["kind"]),
            say("Evidence: done {n:,} times in three months, by the team as a whole.", n=most["done"]),
            way_to_applaud(team, [], next(kind for kind in KINDS if kind == most["kind"]), ""),
            say("Applaud"),
            rank=0.6,  # after what somebody did for the first time, and what clients said
        )
    ]


def _unasked(team: Team, told: Mapping[str, Reading]) -> list[Move]:
    """What the leader does unasked more often than before, or often where much freedom was agreed."""
    if "hovering" not in told:
        return []
    url = reverse("sideline", args=[team.slug]) + "#touches"
    parts = told["hovering"].parts
    found = [
        Move(
            STEP_BACK,
            say("You {did:small}, more often than before.", did=p.question),
            p.sentence,
            url,
            say("Look at them"),
            rank=-0.5,
        )
        for p in parts
        if p.unit == IN_A_MONTH and p.verdict == Verdict.ROSE
    ]
    row = next((r for r in parts[0].table if r.get("freedom") == MUCH_FREEDOM), None)
    if row is not None and row["low"] is not None and row["low"] >= OFTEN:
        says = say("You come unasked to work on which much freedom was agreed.")
        evidence = say(
            "{n} times in {weeks:.0f} weeks of such work in hand.",
            n=row["unasked"],
            weeks=row["weeks in hand"],
        )
        found.append(Move(STEP_BACK, says, evidence, url, say("Look at them")))
    return found


def _alone(team: Team, told: Mapping[str, Reading]) -> list[Move]:
    """The busiest area into which nobody but the leader lets work."""
    part = _part(told, "dependence", ONLY_THE_LEADER)
    if part is None or not part.table:
        return []
    row = max(part.table, key=lambda r: r["changes by others"])
    n, area = row["changes by others"], row["area"]
    asked = urlencode({"outcome": str(say("{area}: work comes in without me", area=area))[:200]})
    return [
        Move(
            STEP_BACK,
            say(
                "You let in {n} of {n} changes by others in {area}, in a year. Somebody there could.",
                n=n,
                area=area,
            ),
            say("Nobody else lets work in there, so it waits whenever you are away."),
            f"{reverse('new-expectation', args=[team.slug])}?{asked}",
            say("Hand it over"),
            rank=0.5,
        )
    ]


def _alarms(team: Team, told: Mapping[str, Reading]) -> list[Move]:
    """Signs of danger. Whether there is any is for people to say."""
    alarms = monitors.alarms(told["monitors"]) if "monitors" in told else ()
    url = reverse("dangers", args=[team.slug])
    return [
        Move(
            DANGER,
            alarm.sentence,
            say("It rests on {sample}.", sample=alarm.sample) if alarm.sample else "",
            url,
            say("Look"),
        )
        for alarm in alarms
    ]
