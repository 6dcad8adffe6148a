"""What applause offers to the brief: work that drew no clap yet, with its evidence. It never writes the words."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from followspot.evidence import log
from followspot.language import say
from followspot.objects.models import seen_by
from followspot.practices import APPLAUD, Move, Waiting, quoted
from followspot.teams import access
from followspot.teams.models import Person, Team
from followspot.teams.names import together

LOOKS_BACK = timedelta(days=21)
# What deserves to be seen: activity, how it is told, the kind of contribution, which comes first.
_DESERVES = {
    "barrier.cleared": (say("cleared the way"), "clearing", 1.0),
    "expectation.met": (say("met what was agreed"), "finishing", 2.0),
    "expectation.progressed": (say("got something finished"), "finishing", 4.0),
    "followup.finished": (say("finished what a lesson asked for"), "fixing", 2.5),
    "lesson.told": (say("told a mistake so that others can learn"), "mentoring", 3.0),
}


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """Suggest whom the leader could applaud, for what: firsts and clients' words before finished work."""
    since = now - LOOKS_BACK
    thanked = _thanked(team, since)
    front = {p.pk for p in access.people_of(team, today=team.day(now))} - {leader.pk}
    found = [*_from_words(team, thanked, since), *_from_firsts(team, leader, thanked, front, since)]
    named = {m.url for m in found}
    events = log.single(team, activities=frozenset(_DESERVES), since=since, newest=60)
    things = seen_by(leader, team, [e.object for e in events])
    for event in events:
        if event.actor is None or event.actor.pk not in front or (event.object, event.actor.pk) in thanked:
            continue
        thing = things.get(event.object)
        if thing is None:
            continue
        told, kind, rank = _DESERVES[event.activity]
        url = way_to_applaud(team, [event.actor], kind, thing.reference)
        if url not in named:
            named.add(url)
            says = say(
                "{name} {did}: {thing}. Nobody has clapped yet.",
                name=event.actor.name,
                did=told,
                thing=quoted(thing),
            )
            evidence = say("Evidence: the history of it, {day:%-d %B}.", day=team.day(event.at))
            found.append(Move(APPLAUD, says, evidence, url, say("Applaud"), rank=rank))
    return found


def _from_words(team: Team, thanked: set[tuple[str, int]], since: datetime) -> list[Move]:
    """Clients' words that nobody has passed on."""
    found = []
    for words in team.words_set.filter(withdrawn_at=None, brought_at__gte=since).prefetch_related("about"):
        people = [p for p in words.about.all() if (words.reference, p.pk) not in thanked]
        if people:
            names = together(people)
            says = say(
                "A client said of {names}: {quote}. Nobody has passed it on yet.",
                names=names,
                quote=quoted(words.quote),
            )
            url = way_to_applaud(team, people, "caring", words.reference)
            found.append(
                Move(
                    APPLAUD,
                    says,
                    say("Evidence: {said_where}.", said_where=words.said_where),
                    url,
                    say("Applaud"),
                    rank=0.5,
                )
            )
    return found


def _from_firsts(
    team: Team, leader: Person, thanked: set[tuple[str, int]], front: set[int], since: datetime
) -> list[Move]:
    """What somebody did for the first time."""
    found = []
    events = log.firsts(team, FIRSTS, since=since)
    things = seen_by(leader, team, [e.object for e in events])
    for event in events:
        thing = things.get(event.object)
        if event.actor is None or event.actor.pk not in front or thing is None:
            continue
        if (event.object, event.actor.pk) in thanked or not thing.stands_for(event.actor):
            continue
        says = say(
            "{name} {did} for the first time: {thing}.",
            name=event.actor.name,
            did=_FIRST[event.activity],
            thing=quoted(thing),
        )
        url = way_to_applaud(team, [event.actor], "beginning", thing.reference)
        found.append(
            Move(
                APPLAUD,
                says,
                say("Evidence: the history of it, {day:%-d %B}.", day=team.day(event.at)),
                url,
                say("Applaud"),
                rank=0.0,
            )
        )
    return found


_FIRST = {
    "expectation.started": say("took an expectation in hand"),
    "barrier.cleared": say("cleared a barrier for others"),
    "lesson.told": say("told a lesson"),
    "review.given": say("reviewed"),
    "stepaway.standin_accepted": say("stood in for the leader"),
}
FIRSTS = frozenset(_FIRST)


def _thanked(team: Team, since: datetime) -> set[tuple[str, int]]:
    """Return what has been applauded lately, and whom for: not once more."""
    given = team.applause_set.filter(withdrawn_at=None, given_at__gte=since - LOOKS_BACK)
    return set(given.filter(to__isnull=False).order_by().values_list("cites", "to"))


def way_to_applaud(team: Team, people: list[Person], kind: str, cites: str, *, evidence: str = "") -> str:
    """Return the address of the form with whom, which kind and what is cited filled in; never the words.

    evidence : what can be looked at, in words, where what is cited is no object of ours.
    """
    asked = [("cites", cites), ("kind", kind), *(("to", p.pk) for p in people)]
    if evidence:
        asked.append(("evidence", evidence))
    return f"{reverse('applaud', args=[team.slug])}?{urlencode(asked)}"


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """Applause that lies between this person and the one who gave it, lately."""
    given = team.applause_set.filter(
        to=person, private=True, withdrawn_at=None, given_at__gte=now - timedelta(days=7)
    )
    return [
        Waiting(
            say(
                "{giver} applauds you; nobody else sees it.",
                giver=a.giver.name if a.giver else say("Somebody"),
            ),
            a.get_absolute_url(),
            say("Read it"),
        )
        for a in given.select_related("giver")
    ]
