"""What expectations offer to the brief: terms to answer, freedom to give, owners to find."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse

from followspot.language import count, say
from followspot.practices import SET, STEP_BACK, Dated, Move, Waiting, quoted
from followspot.practices.expectations import rules
from followspot.practices.expectations.models import Expectation, Proposal
from followspot.practices.expectations.rules import Freedom, State
from followspot.teams.models import Person, Team
from followspot.teams.names import together

MET_LATELY = timedelta(days=366)


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """Where expectations are missing, wait for the leader, or give less freedom than they have earned."""
    running = list(team.expectation_set.open().with_people().prefetch_related("votes", "proposals"))
    met = team.expectation_set.filter(state=State.MET, ended_at__gte=now - MET_LATELY)
    return [
        *_to_set(team, running, leader, now),
        *_to_step_back(running, list(met.prefetch_related("holds")), leader),
    ]


def _to_set(team: Team, everything: list[Expectation], leader: Person, now: datetime) -> list[Move]:
    found = []
    for it in everything:
        url = it.get_absolute_url()
        names = together(it.owners)
        terms = next((p for p in it.proposals.all() if p.state == Proposal.State.OPEN), None)
        if terms is not None and not terms.by_leader:
            found.append(
                Move(
                    SET,
                    count(
                        len(it.owners),
                        "{names} proposes other terms for {outcome}.",
                        "{names} propose other terms for {outcome}.",
                        names=names,
                        outcome=quoted(it.outcome),
                    ),
                    terms.why
                    or say(
                        "Due {new:%-d %B} instead of {old:%-d %B}.",
                        new=terms.due_on,
                        old=it.due_on,
                    ),
                    url,
                    say("Answer"),
                    rank=-3.0,
                )
            )
        elif it.state == State.PROPOSED and not it.has_yes_of(leader):
            found.append(
                Move(
                    SET,
                    say("{outcome} was proposed and waits for your yes.", outcome=quoted(it.outcome)),
                    say("In the hands of {names}.", names=names),
                    url,
                    say("Look"),
                    rank=-2.5,
                )
            )
        elif it.state in rules.HELD and it.freedom is None and _leader_has_to_choose(it, leader):
            found.append(
                Move(
                    SET,
                    count(
                        len(it.owners),
                        "{names} has {outcome} in hand, without a freedom agreed.",
                        "{names} have {outcome} in hand, without a freedom agreed.",
                        names=names,
                        outcome=quoted(it.outcome),
                    ),
                    say("They have chosen what they want; your choice is missing.")
                    if _others_chose(it, leader)
                    else say("Choose what you give; they choose what they want."),
                    url,
                    say("Choose"),
                    rank=-2.0,
                )
            )
        elif it.state in rules.HELD and it.team.day(now) > it.due_on:
            found.append(
                Move(
                    SET,
                    say(
                        "{outcome} was due on {due_on:%-d %B}.", outcome=quoted(it.outcome), due_on=it.due_on
                    ),
                    say("Ask what is in the way, or agree on a new date."),
                    url,
                    say("Offer help"),
                    rank=-1.0,
                )
            )
    if not everything:
        found.append(
            Move(
                SET,
                say("No expectation is open."),
                say("People who know what is expected can be left alone with it."),
                reverse("new-expectation", args=[team.slug]),
                say("Set one"),
                rank=-0.5,
            )
        )
    return found


def _to_step_back(running: list[Expectation], met: list[Expectation], leader: Person) -> list[Move]:
    """Owners who wanted more head at first than was agreed, and who have met something since, could have it.

    Only rounds that came after others are read: those were shown to all.
    """
    found = []
    for it in running:
        if it.state not in rules.HELD or it.freedom is None or it.freedom >= Freedom.INQUIRE:
            continue
        owners = {h.person_id for h in it.holds.all()}
        theirs = [e for e in met if owners & {h.person_id for h in e.holds.all()}]
        wanted = [
            v.level for v in it.votes.all() if v.round == 1 < it.round and v.person_id in owners - {leader.pk}
        ]
        if theirs and wanted and min(wanted) > it.freedom:
            up = Freedom(it.freedom + 1)
            found.append(
                Move(
                    STEP_BACK,
                    say(
                        "{owners} wanted more head on {outcome} than was agreed.",
                        owners=together(it.owners),
                        outcome=quoted(it.outcome),
                    ),
                    say(
                        "{outcome} was met since. That would move it from {old} to {new}.",
                        outcome=quoted(theirs[0].outcome),
                        old=Freedom(it.freedom).word,
                        new=up.word,
                    ),
                    it.get_absolute_url(),
                    say("Hand it over"),
                    rank=-float(len(theirs)),
                )
            )
    return found


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """What waits for an owner's yes, choice or word."""
    found = []
    own = team.expectation_set.filter(holds__person=person, state__in=rules.OPEN)
    for it in own.with_people().prefetch_related("votes", "proposals"):
        url = it.get_absolute_url()
        hold = next(h for h in it.holds.all() if h.person_id == person.pk)
        terms = next((p for p in it.proposals.all() if p.state == Proposal.State.OPEN), None)
        if terms is not None and terms.by_leader:
            found.append(
                Waiting(
                    say("Other terms are proposed for {outcome}.", outcome=quoted(it.outcome)),
                    url,
                    say("Accept or leave them"),
                )
            )
        elif it.state == State.PROPOSED and hold.agreed_at is None:
            found.append(
                Waiting(
                    say("{outcome} is proposed to you.", outcome=quoted(it.outcome)),
                    url,
                    say("Agree, or propose other terms"),
                )
            )
        elif (
            it.freedom is None
            and it.state in rules.HELD
            and not any(v.person_id == person.pk and v.round == it.round for v in it.votes.all())
        ):
            found.append(
                Waiting(
                    say("How much head do you want on {outcome}?", outcome=quoted(it.outcome)),
                    url,
                    say("Choose, unseen"),
                )
            )
        elif it.state == State.UNDER_WAY and it.team.day(now) > it.due_on:
            found.append(
                Waiting(
                    say(
                        "{outcome} was due on {due_on:%-d %B}.", outcome=quoted(it.outcome), due_on=it.due_on
                    ),
                    url,
                    say("Met, or what was in the way?"),
                )
            )
    return found


def _leader_has_to_choose(it: Expectation, leader: Person) -> bool:
    voting = rules.voters({p.pk for p in it.owners}, leader.pk)
    return leader.pk in voting and not any(
        v.person_id == leader.pk and v.round == it.round for v in it.votes.all()
    )


def _others_chose(it: Expectation, leader: Person) -> bool:
    return any(v.person_id != leader.pk and v.round == it.round for v in it.votes.all())


def dates(team: Team, person: Person, *, first: date, last: date) -> list[Dated]:
    """When what was agreed is due."""
    due = Expectation.of_team(team).filter(
        state__in=(State.AGREED, State.UNDER_WAY), due_on__gte=first, due_on__lte=last
    )
    return [
        Dated(
            it.reference,
            it.due_on,
            it.due_on,
            say("Due: {outcome}", outcome=it.outcome),
            together(it.owners),
            it.get_absolute_url(),
        )
        for it in due.select_related("team")
    ]
