"""What step-aways offer to the brief: who is still to be asked, and after the return what can stay handed over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q

from followspot.language import say
from followspot.practices import CLEAR, SET, STEP_BACK, Dated, Move, Waiting
from followspot.practices.stepaways.models import Handover, StepAway
from followspot.practices.stepaways.rules import Kind, Phase
from followspot.teams.models import Person, Team

SOON = timedelta(days=28)
LATELY = timedelta(days=28)  # after the return


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """Ask for stand-ins before; hand over for good, and decide what waited, after."""
    today = team.day(now)
    found = []
    near = StepAway.of_team(team).standing().filter(leader=leader, begins_on__lte=today + SOON)
    for it in near.exclude(ends_on__lt=today - LATELY):
        phase = it.phase(today)
        if phase == Phase.PLANNED:
            found += _before(it)
        elif phase != Phase.LIVE and it.ends_on is not None and it.declared_before:
            found += _after(it)
    return found


def _before(it: StepAway) -> list[Move]:
    asked = [h for h in it.handovers.all() if not h.declined_at]
    if asked and it.settled_upon:
        return []
    says = (
        say(
            "You step away on {begins_on:%-d %B}, and nobody is asked to decide in your place.",
            begins_on=it.begins_on,
        )
        if not asked
        else say(
            "You step away on {begins_on:%-d %B}, and not everybody who was asked has said yes.",
            begins_on=it.begins_on,
        )
    )
    waits = [f"{h.area}: {h.stand_in.name}" for h in asked if not h.accepted_at]
    evidence = "; ".join(waits[:3]) if waits else say("The plan has no stand-ins.")
    return [Move(SET, says, evidence, it.get_absolute_url(), say("Look"), rank=-2.0)]


def _after(it: StepAway) -> list[Move]:
    url = it.get_absolute_url()
    found = [
        Move(
            STEP_BACK,
            say("{stand_in} decided it while you were away: {area}.", stand_in=h.stand_in.name, area=h.area),
            say("It can stay so. One button on the report hands it over for good."),
            url,
            say("Hand it over"),
            rank=-0.5,
        )
        for h in it.accepted
        if h.kept_at is None
    ]
    waits = it.entries.filter(kind=Kind.WAITS, settled_at=None, withdrawn_at=None)
    found += [
        Move(
            CLEAR,
            say("It waited for your return: {text}.", text=e.text),
            say("On the list of the step-away."),
            url,
            say("Decide it"),
            rank=-50.0,
        )
        for e in waits[:2]
    ]
    return found


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """What somebody is asked to decide in the leader's place, and has not answered."""
    asked = Handover.objects.filter(
        stepaway__team=team,
        stepaway__withdrawn_at=None,
        stand_in=person,
        accepted_at=None,
        declined_at=None,
    ).select_related("stepaway__leader")
    today = team.day(now)
    for handover in asked:
        handover.stepaway.team = team  # it is known, so it isn't asked for
    return [
        Waiting(
            say("{leader} asks you to stand in: {area}.", leader=h.stepaway.leader.name, area=h.area),
            h.stepaway.get_absolute_url(),
            say("Answer"),
        )
        for h in asked
        if h.stepaway.ends_on is None or h.stepaway.ends_on >= today
    ]


def dates(team: Team, person: Person, *, first: date, last: date) -> list[Dated]:
    """The days on which the leader is away; of a lot, once it has spoken."""
    found = []
    near = (
        StepAway.of_team(team).standing().filter(Q(ends_on=None) | Q(ends_on__gte=first), begins_on__lte=last)
    )
    for it in near:
        title = (
            say("{leader} steps away", leader=it.leader)
            if not it.who_stands_in
            else say(
                "{leader} steps away: {who_stands_in} in their place",
                leader=it.leader,
                who_stands_in=it.who_stands_in,
            )
        )
        for place, (begins, ends) in enumerate([] if it.waits_for_the_lot else it.stretches):
            until = min(ends or last, last)
            if begins <= last and until >= max(begins, first):
                key = f"{it.reference}:{place}"
                found.append(Dated(key, begins, until, title, it.what_else, it.get_absolute_url()))
    return found
