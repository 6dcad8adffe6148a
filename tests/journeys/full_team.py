"""A team with something in every state, long names and long words among it; told by the verbs of the practices."""

from datetime import date, datetime, timedelta
from typing import Any

from followspot.objects import actions as talk
from followspot.objects.models import Object
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.danger import actions as danger
from followspot.practices.expectations import actions as expectations
from followspot.practices.lessons import actions as lessons
from followspot.practices.panels import actions as panels
from followspot.practices.panels.rules import USUAL, Attitude, Place, Sheet
from followspot.practices.pulse import actions as pulse
from followspot.practices.stepaways import actions as stepaways
from followspot.practices.stepaways.rules import Design, Kind
from followspot.roles import LEADER, MEMBER, OWNER, PANELIST, RAISER, STAND_IN
from followspot.teams.models import Person, Team

LEADS, PERFORMS = frozenset({LEADER}), frozenset({MEMBER})
SITS = PERFORMS | {PANELIST}
RAISES, OWNS = PERFORMS | {RAISER}, PERFORMS | {OWNER}
LONG = "The Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen for https://example.org/a/rather/long/address/of/a/page"


def fill(team: Team, *, now: datetime) -> list[str]:
    """Bring a team to life; return the addresses of what there is now."""
    told = Told(team, now)
    told.barriers()
    told.expectations()
    told.applause()
    told.lesson()
    told.danger()
    told.stepaways()
    told.panels()
    told.pulse()
    return [it.get_absolute_url() for it in told.found]


class Told:
    """Ada leads, Ben raises, Chi and Dee have things in hand; it began twenty days ago."""

    def __init__(self, team: Team, now: datetime) -> None:
        self.team, self.now, self.then = team, now, now - timedelta(days=20)
        self.ada, self.ben, self.chi, self.dee = (
            Person.objects.get(name=n, account__isnull=False) for n in ("Ada", "Ben", "Chi", "Dee")
        )
        self.found: list[Object] = []

    def barrier(self, what: str, **more: Any) -> Any:
        it = barriers.raise_barrier(self.team, what, by=self.ben, roles=PERFORMS, now=self.then, **more)
        self.found.append(it)
        return it

    def barriers(self) -> None:
        led = {"by": self.ada, "roles": LEADS}
        self.barrier(LONG, holds_words="the letters", needed_on=self.now.date() + timedelta(days=20))
        taken = self.barrier("The crane has no key")
        barriers.take(taken, promised_on=self.now.date(), note="I ask the office.", now=self.now, **led)
        talk.comment(taken, f"@Eve Could you look? {LONG}", by=self.ben, now=self.now)
        late = self.barrier("The fog horn is mute")
        barriers.take(late, promised_on=self.then.date(), now=self.then, **led)
        for what, days in (
            ("The gate is stuck", 18),
            ("Two lists look alike", 1),
            ("Stamps are locked away", 0),
        ):
            then = self.now - timedelta(days=days)
            it = barriers.clear(self.barrier(what), aftermath="The night shift decides.", now=then, **led)
            if days:
                barriers.confirm(it, by=self.ben, roles=RAISES, now=then)
        barriers.by_itself(now=self.now)

    def expectation(self, outcome: str, state: str = "proposed") -> Any:
        it = expectations.propose(
            self.team, outcome, owners=[self.chi, self.dee], starts_on=self.then.date(),
            due_on=self.now.date() + timedelta(days=9), by=self.ada, roles=LEADS, now=self.then,
            size=40, unit="letters", for_whom="the passengers",
        )  # fmt: skip
        self.found.append(it)
        if state == "proposed":
            return it
        own = {"by": self.chi, "roles": OWNS}
        for owner in (self.chi, self.dee):
            it = expectations.agree(it, by=owner, roles=OWNS, now=self.then)
        for level, one, roles in ((5, self.ada, LEADS), (6, self.chi, OWNS), (5, self.dee, OWNS)):
            it = expectations.vote(it, level, by=one, roles=roles, now=self.then)
        if state == "agreed":
            return it
        it = expectations.start(it, now=self.then, **own)
        for n in range(12):
            on = self.then + timedelta(days=n)
            it = expectations.check_in(
                it, remaining=38 - 3 * n, finished=f"Letters of day {n}", now=on, **own
            )
        if state == "met":
            it = expectations.meet(it, note="The list at the desk", now=self.now, **own)
        if state == "missed":
            it = expectations.miss(it, in_the_way="The printer", now=self.now, **own)
        return it

    def expectations(self) -> None:
        other = self.expectation(LONG)
        due = self.now.date() + timedelta(days=20)
        expectations.put_terms(other, why="The fair.", due_on=due, by=self.chi, roles=OWNS, now=self.now)
        self.expectation("Guests find the gate by themselves")
        self.expectation("Refunds in two days", "agreed")
        helped = self.expectation("Every letter is answered", "under way")
        expectations.offer_help(helped, by=self.ada, roles=LEADS, now=self.now)
        self.expectation("The winter timetable is out", "met")
        self.expectation("Nobody waits at the gate", "missed")

    def applause(self) -> None:
        said = {"cites_words": "The night sheet of the 3rd", "now": self.now}
        thanks = applause.give(self.team, f"For {LONG}", to=[self.ben], by=self.ada, roles=LEADS, **said)
        applause.join(thanks, by=self.dee, roles=PERFORMS, now=self.now)
        again = applause.give(self.team, "For asking", to=[self.dee], by=self.ben, roles=PERFORMS, **said)
        private = applause.give(self.team, "For waiting", to=[self.ada], by=self.chi, roles=PERFORMS, **said)
        words = applause.bring_words(
            self.team, "My tea was still warm.", said_where="At the desk", said_on=self.now.date(),
            about=[self.chi], by=self.ben, roles=PERFORMS, now=self.now,
        )  # fmt: skip
        self.found += [thanks, again, private, words]

    def lesson(self) -> None:
        it = lessons.tell(
            self.team, happened="The coach waited.", believed="We thought that the list was new.",
            known="A list needs a date.", helps="All at the gate", changes=("The list has a date", LONG),
            by=self.dee, roles=PERFORMS, now=self.now,
        )  # fmt: skip
        self.found.append(lessons.thank(it, by=self.ada, roles=LEADS, now=self.now))

    def danger(self) -> None:
        it = danger.declare(
            self.team, why="Payments fail", takes="The bank", exit_condition="Clean for two hours",
            ends_at=self.then + timedelta(days=1), by=self.ben, roles=PERFORMS, now=self.then,
        )  # fmt: skip
        danger.by_itself(now=self.now)
        self.found.append(it)

    def panels(self) -> None:
        """One that waits for scores, one that talks, one to sign, one of which little is left."""
        judges = [self.ada, self.ben, self.chi, self.dee]
        for n, (scores, decided, gone) in enumerate(((1, 0, 0), (4, 0, 0), (4, 1, 0), (4, 1, 1))):
            it = panels.convene(
                self.team, candidate=LONG if n == 1 else f"Candidate {n}", purpose="the gate", notes=LONG, criteria=USUAL,
                panelists=judges, due_on=self.now.date() + timedelta(days=5), delete_on=self.now.date() + timedelta(days=99),
                by=self.ada, roles=LEADS, now=self.then,
            )  # fmt: skip
            for at, one in enumerate(judges[:scores]):
                places = dict.fromkeys(Attitude, Place(40 + 5 * at, LONG))
                marks = {c.pk: (2 + at % 3, LONG) for c in it.criteria.all()}
                panels.hand_in(it, Sheet(marks, places), by=one, roles=SITS, now=self.then)
            if decided:
                it = panels.decide(
                    it, decision="hire", agreed=LONG, reasons=LONG, differ=LONG, look_again_on=None, by=self.ben, roles=SITS, now=self.now,
                )  # fmt: skip
            self.found.append(panels.erase(it, by=self.ada, roles=LEADS, now=self.now) if gone else it)

    def stepaways(self) -> None:
        """One that is over, one in which the leader is away, one planned, one that waits for the lot, one taken back."""
        today = self.now.date()

        def days(first: int, last: int) -> list[tuple[date, date | None]]:
            return [(today + timedelta(days=first), today + timedelta(days=last))]

        led = {"by": self.ada, "roles": LEADS}
        said = {"margin": 0.2, "flow": "landed", **led}
        for stretch in (days(-18, -12), days(-2, 3), days(30, 40)):
            it = stepaways.plan(self.team, self.ada, stretches=stretch, now=self.then, **said)
            asked = stepaways.ask(it, area=LONG, stand_in=self.ben, now=self.then, **led)
            stepaways.ask(it, area="Prices", stand_in=self.chi, now=self.then, **led)
            stepaways.answer(asked, yes=True, by=self.ben, roles=PERFORMS | {STAND_IN}, now=self.then)
            stepaways.note(it, Kind.WAITS, "The new ship’s name", by=self.chi, roles=PERFORMS, now=self.then)
            self.found.append(it)
        live = self.found[-2]
        stepaways.note(live, Kind.DECISION, LONG[:150], by=self.ben, roles=PERFORMS, now=self.now)  # type: ignore[arg-type]
        sets = [[today + timedelta(days=60 + 7 * n + d) for d in range(3)] for n in range(4)]
        self.found.append(
            stepaways.plan(
                self.team, self.ada, stretches=[], sets=sets, design=Design.DAYS_BY_LOT, now=self.now, **said
            )
        )
        gone = stepaways.plan(self.team, self.ada, stretches=days(200, 210), now=self.now, **said)
        self.found.append(stepaways.withdraw(gone, now=self.now, **led))

    def pulse(self) -> None:
        """One wave that has closed, one that is open; groups, a question of one's own, somebody's word by name."""
        led = {"by": self.ada, "roles": LEADS}
        people = pulse.voters(self.team, self.now.date())
        pulse.name_groups(self.team, {p.pk: LONG[:60] for p in people}, now=self.then, **led)
        closed = pulse.open_wave(self.team, now=self.then, days=4, **led)
        for n, person in enumerate(people):
            said = {item: str(1 + (n + k) % 5) for k, item in enumerate(closed.items)}
            pulse.answer(closed, person, said, f"{LONG} {n}", now=self.then)
        pulse.by_itself(now=self.then + timedelta(days=5))
        closed.refresh_from_db()
        pulse.promise(closed, LONG, now=self.now, **led)
        question = {"words": LONG, "steps": [f"{word} {LONG[:40]}" for word in "abcde"]}
        pulse.add_scale(
            self.team, title=LONG, source=LONG, licence=LONG, questions=[question], now=self.now, **led
        )
        tomorrow = self.now.date() + timedelta(days=1)
        pulse.set_cadence(self.team, every=2, open_for=4, floor=5, next_on=tomorrow, now=self.now, **led)
        self.found += [closed, pulse.open_wave(self.team, now=self.now, days=4, **led)]
        self.found.append(pulse.check_in(self.team, LONG, by=self.ben, roles=PERFORMS, now=self.now))
