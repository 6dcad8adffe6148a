"""Every verb of every practice leaves exactly one event, and none when it is refused."""

import importlib
import inspect
from datetime import UTC, datetime, timedelta

import pytest

from followspot import practices
from followspot.errors import Refused
from followspot.evidence import log
from followspot.objects import actions as comments
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.danger import actions as danger
from followspot.practices.expectations import actions as expectations
from followspot.practices.lessons import actions as lessons
from followspot.practices.lessons.rules import Following
from followspot.practices.mirror import actions as mirror
from followspot.practices.panels import actions as panels
from followspot.practices.panels.rules import USUAL, Attitude, Place, Sheet
from followspot.practices.pulse import actions as pulse
from followspot.practices.stepaways import actions as stepaways
from followspot.practices.stepaways.rules import Design, Kind
from followspot.roles import (
    AUTHOR,
    CONVENER,
    GIVER,
    LEADER,
    MEMBER,
    OUTSIDE,
    OWNER,
    PANELIST,
    RAISER,
    STAND_IN,
    TAKER,
    TELLER,
)
from followspot.teams import actions as teams
from tests.conftest import _person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DAY = NOW.date() + timedelta(days=4)
LEADS, PERFORMS = frozenset({LEADER}), frozenset({MEMBER})
STANDS = PERFORMS | {STAND_IN}
SITS, CONVENES = frozenset({MEMBER, PANELIST}), frozenset({LEADER, CONVENER})
STRANGER = frozenset({OUTSIDE})


class Story:
    """The cast, and things in the states that verbs ask for."""

    def __init__(self, team, ada, ben, chi):
        self.team, self.ada, self.ben, self.chi = team, ada, ben, chi
        team.up = None

    def barrier(self, state="raised"):
        it = barriers.raise_barrier(self.team, "No keys", by=self.ben, roles=PERFORMS, now=NOW)
        if state != "raised":
            it = barriers.take(it, promised_on=DAY, by=self.ada, roles=LEADS, now=NOW)
        if state in ("cleared", "confirmed"):
            it = barriers.clear(it, by=self.ada, roles=LEADS, now=NOW)
        if state == "confirmed":
            it = barriers.confirm(it, by=self.ben, roles=PERFORMS | {RAISER}, now=NOW)
        return it

    def expectation(self, state="proposed"):
        it = expectations.propose(
            self.team, "Refunds in two days", owners=[self.ben], starts_on=NOW.date(), due_on=DAY, by=self.ada, roles=LEADS, now=NOW, size=10
        )  # fmt: skip
        if state != "proposed":
            it = expectations.agree(it, by=self.ben, roles=PERFORMS | {OWNER}, now=NOW)
        if state in ("under way", "met"):
            it = expectations.start(it, by=self.ben, roles=PERFORMS | {OWNER}, now=NOW)
        if state == "met":
            it = expectations.meet(it, note="", by=self.ben, roles=PERFORMS | {OWNER}, now=NOW)
        return it

    def terms(self):
        return expectations.put_terms(
            self.expectation(), due_on=DAY + timedelta(days=3), why="", by=self.ben, roles=PERFORMS | {OWNER}, now=NOW
        )  # fmt: skip

    def applause(self):
        return applause.give(
            self.team, "For asking first", to=[self.ben], cites_words="The list", by=self.chi, roles=PERFORMS, now=NOW
        )  # fmt: skip

    def words(self):
        return applause.bring_words(
            self.team, "Lovely", said_where="At the desk", said_on=NOW.date(), about=[self.ben], by=self.chi, roles=PERFORMS, now=NOW
        )  # fmt: skip

    def lesson(self):
        return lessons.tell(
            self.team, happened="It went twice", known="Both looked alike", changes=("Colours",), by=self.ben, roles=PERFORMS, now=NOW
        )  # fmt: skip

    def danger(self, over=False):
        it = danger.declare(
            self.team, why="Payments fail", takes="The bank", exit_condition="Clean", ends_at=NOW + timedelta(days=1), by=self.ben, roles=PERFORMS, now=NOW
        )  # fmt: skip
        return danger.end(it, how="", handed_back="", by=self.ada, roles=LEADS, now=NOW) if over else it

    def stepaway(self, state="planned"):
        """One that is planned, live, over, to be drawn, or taken back."""
        begins = NOW.date() + timedelta(days={"live": -1, "over": -4}.get(state, 7))
        given = {"stretches": [(begins, begins + timedelta(days=2))]}
        if state == "to be drawn":
            given = {
                "stretches": (),
                "sets": [(begins, begins + timedelta(days=1))],
                "design": Design.DAYS_BY_LOT,
            }
        it = stepaways.plan(
            self.team, self.ada, **given, margin=0.2, flow="landed", by=self.ada, roles=LEADS, now=NOW
        )
        return stepaways.withdraw(it, by=self.ada, roles=LEADS, now=NOW) if state == "taken back" else it

    def asked(self, state="planned"):
        it = self.stepaway("live" if state == "over" else state)
        asked = stepaways.ask(it, area="Prices", stand_in=self.ben, by=self.ada, roles=LEADS, now=NOW)
        if state == "over":
            asked = stepaways.answer(asked, yes=True, by=self.ben, roles=STANDS, now=NOW)
            day = NOW.date() - timedelta(days=3)
            type(it).objects.filter(pk=it.pk).update(begins_on=day, ends_on=day)
        return asked

    def planned(self):
        """What a panel is asked: Ada convenes, Ada, Ben and Chi judge."""
        return {
            "candidate": "Candidate C", "purpose": "The gate", "notes": "", "criteria": USUAL,
            "panelists": [self.ada, self.ben, self.chi], "due_on": DAY, "delete_on": DAY + timedelta(days=100),
        }  # fmt: skip

    def panel(self, state="scored", looks_on=None):
        it = panels.convene(self.team, **self.planned(), by=self.ada, roles=LEADS, now=NOW)
        people = {
            "two in": [self.ada, self.ben],
            "open": [self.ada, self.ben, self.chi],
            "decided": [self.ada, self.ben, self.chi],
        }
        for person in people.get(state, ()):
            panels.hand_in(it, self.sheet(it), by=person, roles=SITS, now=NOW)
        if state == "decided":
            it = panels.decide(
                it, decision="hire", agreed="open alone", reasons="Calm", differ="", look_again_on=looks_on, by=self.ada, roles=SITS, now=NOW
            )  # fmt: skip
        return it

    def sheet(self, it):
        places = dict.fromkeys(Attitude, Place(40, "Day three"))
        return Sheet({c.pk: (3, "Seen") for c in it.criteria.all()}, places)

    def showing(self):
        """The team, with a map that its leader shows to it."""
        mirror.share(self.team, "map", "team", by=self.ada, roles=LEADS, now=NOW)
        return self.team

    def crewed(self):
        """The team, with enough at the front line that a pulse can hide somebody."""
        for n in range(4):
            teams.join(self.team, _person(f"Crew {n}", f"crew{n}@example.org"), on=None)
        return self.team

    def wave(self, state="open"):
        it = pulse.open_wave(self.crewed(), by=self.ada, roles=LEADS, now=NOW)
        if state != "open":
            practices.by_itself(now=it.closes_at)
            it.refresh_from_db()
        return (
            pulse.promise(it, "A printer", by=self.ada, roles=LEADS, now=NOW) if state == "promised" else it
        )

    def cadence(self):
        pulse.set_cadence(self.team, **CADENCE, by=self.ada, roles=LEADS, now=NOW)
        return self.team

    def scale(self):
        return pulse.add_scale(self.team, **SCALE, by=self.ada, roles=LEADS, now=NOW)

    def checkin(self):
        return pulse.check_in(self.team, "Well", by=self.ben, roles=PERFORMS, now=NOW)

    def noted(self, kind):
        return stepaways.note(self.stepaway("live"), kind, "The lease", by=self.ben, roles=PERFORMS, now=NOW)


@pytest.fixture
def story(team, ada, ben, chi):
    return Story(team, ada, ben, chi)


CADENCE = {"every": 2, "open_for": 4, "floor": 5, "next_on": DAY}
SCALE = {
    "title": "Pace",
    "source": "Ours",
    "licence": "Ours",
    "questions": [{"words": "The pace", "steps": list("abcde")}],
}
LED = {"by": "ada", "roles": LEADS}
DID = {"by": "ben", "roles": PERFORMS}
# verb, what it acts on, how, and with what; each is done right once, and once by a stranger
VERBS = [
    (barriers.raise_barrier, lambda s: (s.team, "Stuck"), DID, {}),
    (barriers.take, lambda s: (s.barrier(),), LED, {"promised_on": DAY}),
    (barriers.promise, lambda s: (s.barrier("taken"),), {"by": "ada", "roles": LEADS | {TAKER}}, {"promised_on": DAY, "note": "Late"}),
    (barriers.clear, lambda s: (s.barrier("taken"),), LED, {}),
    (barriers.confirm, lambda s: (s.barrier("cleared"),), {"by": "ben", "roles": PERFORMS | {RAISER}}, {}),
    (barriers.reopen, lambda s: (s.barrier("cleared"),), {"by": "ben", "roles": PERFORMS | {RAISER}}, {}),
    (barriers.withdraw, lambda s: (s.barrier(),), {"by": "ben", "roles": PERFORMS | {RAISER}}, {}),
    (barriers.change, lambda s: (s.barrier(), "Stuck again"), {"by": "ben", "roles": PERFORMS | {RAISER}}, {}),
    (expectations.propose, lambda s: (s.team, "All good"), LED, {"owners": "ben", "starts_on": NOW.date(), "due_on": DAY}),
    (expectations.agree, lambda s: (s.expectation(),), {"by": "ben", "roles": PERFORMS | {OWNER}}, {}),
    (expectations.put_terms, lambda s: (s.expectation(),), {"by": "ben", "roles": PERFORMS | {OWNER}}, {"why": "", "due_on": DAY + timedelta(days=2)}),
    (expectations.put_terms, lambda s: (s.expectation("agreed"),), LED, {"why": "", "due_on": DAY + timedelta(days=2)}),
    (expectations.accept_terms, lambda s: (s.terms(),), LED, {}),
    (expectations.decline_terms, lambda s: (s.terms(),), LED, {}),
    (expectations.withdraw_terms, lambda s: (s.terms(),), {"by": "ben", "roles": PERFORMS | {OWNER}}, {}),
    (expectations.vote, lambda s: (s.expectation(), 6), {"by": "ben", "roles": PERFORMS | {OWNER}}, {}),
    (expectations.start, lambda s: (s.expectation("agreed"),), {"by": "ben", "roles": PERFORMS | {OWNER}}, {}),
    (expectations.check_in, lambda s: (s.expectation("under way"),), {"by": "ben", "roles": PERFORMS | {OWNER}}, {"remaining": 3, "finished": ""}),
    (expectations.offer_help, lambda s: (s.expectation("agreed"),), LED, {}),
    (expectations.meet, lambda s: (s.expectation("under way"),), {"by": "ben", "roles": PERFORMS | {OWNER}}, {"note": ""}),
    (expectations.miss, lambda s: (s.expectation("agreed"),), {"by": "ben", "roles": PERFORMS | {OWNER}}, {"in_the_way": "The printer"}),
    (expectations.drop, lambda s: (s.expectation(),), {"by": "ada", "roles": LEADS | {AUTHOR}}, {}),
    (expectations.reopen, lambda s: (s.expectation("met"),), {"by": "ben", "roles": PERFORMS | {OWNER}}, {}),
    (applause.give, lambda s: (s.team, "For the list"), LED, {"to": "ben", "cites_words": "The list"}),
    (applause.change, lambda s: (s.applause(), "For more"), {"by": "chi", "roles": PERFORMS | {GIVER}}, {}),
    (applause.withdraw, lambda s: (s.applause(),), {"by": "chi", "roles": PERFORMS | {GIVER}}, {}),
    (applause.join, lambda s: (s.applause(),), LED, {}),
    (applause.bring_words, lambda s: (s.team, "Thank you"), DID, {"said_where": "A letter", "said_on": NOW.date(), "about": "chi"}),
    (applause.withdraw_words, lambda s: (s.words(),), {"by": "chi", "roles": PERFORMS | {AUTHOR}}, {}),
    (lessons.tell, lambda s: (s.team,), DID, {"happened": "It fell", "known": "It was wet"}),
    (lessons.change, lambda s: (s.lesson(),), {"by": "ben", "roles": PERFORMS | {TELLER}}, {"happened": "It fell", "known": "It was wet", "believed": "", "helps": ""}),
    (lessons.withdraw, lambda s: (s.lesson(),), {"by": "ben", "roles": PERFORMS | {TELLER}}, {}),
    (lessons.thank, lambda s: (s.lesson(),), LED, {}),
    (lessons.own, lambda s: (s.lesson(), "The list"), LED, {}),
    (lessons.find_useful, lambda s: (s.lesson(),), DID, {}),
    (lessons.follow_up, lambda s: (s.lesson(), "Labels"), DID, {}),
    (lessons.end_follow_up, lambda s: (s.lesson().followups.first(), Following.DONE), DID, {}),
    (lessons.link_follow_up, lambda s: (s.lesson().followups.first(), s.barrier().reference), DID, {}),
    (danger.declare, lambda s: (s.team,), DID, {"why": "Fire", "takes": "Calls", "exit_condition": "Out", "ends_at": NOW + timedelta(days=2)}),
    (danger.note, lambda s: (s.danger(), "The bank answers"), LED, {}),
    (danger.renew, lambda s: (s.danger(), NOW + timedelta(days=3)), DID, {}),
    (danger.end, lambda s: (s.danger(),), LED, {"how": "", "handed_back": ""}),
    (stepaways.plan, lambda s: (s.team, s.ada), LED, {"stretches": [(DAY, DAY)], "margin": 0.2, "flow": "landed"}),
    (stepaways.change, lambda s: (s.stepaway(),), LED, {"stretches": [(DAY, None)], "margin": 0.1, "flow": "done"}),
    (stepaways.draw, lambda s: (s.stepaway("to be drawn"),), LED, {}),
    (stepaways.ask, lambda s: (s.stepaway(),), LED, {"area": "Prices", "stand_in": "ben"}),
    (stepaways.answer, lambda s: (s.asked(),), {"by": "ben", "roles": STANDS}, {"yes": True}),
    (stepaways.answer, lambda s: (s.asked(),), {"by": "ben", "roles": STANDS}, {"yes": False, "word": "Not now"}),
    (stepaways.unask, lambda s: (s.asked(),), LED, {}),
    (stepaways.note, lambda s: (s.stepaway(), Kind.WAITS, "The lease"), DID, {}),
    (stepaways.note, lambda s: (s.stepaway("live"), Kind.DECISION, "Signed"), DID, {}),
    (stepaways.note, lambda s: (s.stepaway("live"), Kind.CONTACT), DID, {}),
    (stepaways.note, lambda s: (s.stepaway("live"), Kind.TOUCH), LED, {}),
    (stepaways.settle, lambda s: (s.noted(Kind.WAITS),), LED, {}),
    (stepaways.reopen, lambda s: (s.noted(Kind.DECISION),), LED, {}),
    (stepaways.take_back, lambda s: (s.noted(Kind.CONTACT),), DID, {}),
    (stepaways.break_glass, lambda s: (s.stepaway("live"), "Fire"), DID, {}),
    (stepaways.hand_over, lambda s: (s.asked("over"),), LED, {}),
    (stepaways.withdraw, lambda s: (s.stepaway(),), LED, {}),
    (stepaways.restore, lambda s: (s.stepaway("taken back"),), LED, {}),
    (danger.hand_back, lambda s: (s.danger(over=True), "Calls to Ben"), LED, {}),
    (mirror.rate, lambda s: (s.team, {"credit-light": 4}), LED, {}),
    (mirror.share, lambda s: (s.team, "map", "team"), LED, {}),
    (mirror.take_back, lambda s: (s.showing(), "map", "team"), LED, {}),
    (pulse.set_cadence, lambda s: (s.team,), LED, CADENCE),
    (pulse.stop_cadence, lambda s: (s.cadence(),), LED, {}),
    (pulse.open_wave, lambda s: (s.crewed(),), LED, {}),
    (pulse.call_off, lambda s: (s.wave(),), LED, {}),
    (pulse.promise, lambda s: (s.wave("closed"), "A printer"), LED, {}),
    (pulse.keep, lambda s: (s.wave("promised"), "It stands"), LED, {}),
    (pulse.add_scale, lambda s: (s.team,), LED, SCALE),
    (pulse.retire_scale, lambda s: (s.scale(),), LED, {}),
    (pulse.name_groups, lambda s: (s.team, {s.ben.pk: "Gate"}), LED, {}),
    (pulse.check_in, lambda s: (s.team, "Tired"), DID, {}),
    (pulse.withdraw, lambda s: (s.checkin(),), {"by": "ben", "roles": PERFORMS | {AUTHOR}}, {}),
    (panels.convene, lambda s: (s.team,), LED, {"planned": ""}),
    (panels.change, lambda s: (s.panel(),), {"by": "ada", "roles": CONVENES}, {"planned": "Candidate D"}),
    (panels.take_off, lambda s: (s.panel(), s.chi), LED, {"reason": "On leave"}),
    (panels.draft, lambda s: (s.panel(), Sheet({}, {})), {"by": "ben", "roles": SITS}, {}),
    (panels.hand_in, lambda s: (it := s.panel(), s.sheet(it)), {"by": "ben", "roles": SITS}, {}),
    (panels.hand_in, lambda s: (it := s.panel("two in"), s.sheet(it)), {"by": "chi", "roles": SITS}, {}),
    (panels.open_scores, lambda s: (s.panel("two in"),), {"by": "ada", "roles": CONVENES}, {"now": NOW + timedelta(days=5)}),
    (panels.decide, lambda s: (s.panel("open"),), {"by": "ben", "roles": SITS}, {"decision": "not", "agreed": "", "reasons": "Skill", "differ": "", "look_again_on": None}),
    (panels.sign, lambda s: (s.panel("decided"),), {"by": "ben", "roles": SITS}, {"dissent": "I’d wait"}),
    (panels.look_again, lambda s: (s.panel("decided", DAY),), {"by": "ben", "roles": SITS}, {"now": NOW + timedelta(days=5)}),
    (panels.delete_sooner, lambda s: (s.panel(), DAY + timedelta(days=9)), {"by": "ada", "roles": CONVENES}, {}),
    (panels.erase, lambda s: (s.panel("decided"),), LED, {}),
]  # fmt: skip
# Told apart below: they want more than one line.
TOLD_APART = {barriers.pass_up, applause.leave}


def ids():
    return [f"{verb.__module__.split('.')[-2]}.{verb.__name__}" for verb, *_ in VERBS]


def keywords(story, how, given):
    people = {"owners": "one", "to": "one", "about": "one"}
    filled = {k: [getattr(story, v)] if k in people else v for k, v in given.items()}
    if "stand_in" in given:
        filled["stand_in"] = getattr(story, given["stand_in"])
    if (candidate := filled.pop("planned", None)) is not None:
        filled |= story.planned() | ({"candidate": candidate} if candidate else {})
    return {"now": LATER} | filled | {"by": getattr(story, how["by"]), "roles": how["roles"]}


def events(team):
    return [e.activity for e in log.single(team, newest=500)]


def test_every_verb_of_every_practice_is_told_here():
    known = {verb for verb, *_ in VERBS} | TOLD_APART
    for practice in practices.practices():
        module = importlib.import_module(f"{practice.name}.actions")
        for name, verb in inspect.getmembers(module, inspect.isfunction):
            if (
                not name.startswith("_")
                and verb.__module__ == module.__name__
                and "roles" in inspect.signature(verb).parameters
            ):
                assert verb in known, f"{practice.label}.{name}"  # fmt: skip


@pytest.mark.parametrize(("verb", "on", "how", "given"), VERBS, ids=ids())
def test_a_verb_leaves_exactly_one_event(story, verb, on, how, given):
    things = on(story)
    before = events(story.team)
    verb(*things, **keywords(story, how, given))
    after = events(story.team)
    assert len(after) == len(before) + 1
    assert after[0] in practices_say()


@pytest.mark.parametrize(("verb", "on", "how", "given"), VERBS, ids=ids())
def test_a_refused_verb_leaves_nothing(story, verb, on, how, given):
    things = on(story)
    before = events(story.team)
    asked = keywords(story, how, given) | {
        "roles": STRANGER,
        "by": None if verb is not expectations.propose else story.ben,
    }
    with pytest.raises(Refused):
        verb(*things, **asked)
    assert events(story.team) == before


def practices_say():
    return set().union(*(p.emits for p in practices.practices()))


def test_passing_up_leaves_one_event_and_needs_somebody_above(story, dee):
    with pytest.raises(Refused, match="Nobody stands above"):
        barriers.pass_up(story.barrier(), note="", by=story.ada, roles=LEADS, now=LATER)
    above = teams.start_team("Harbour", by=None)
    teams.hand_lead(above, to=dee, on=None)
    story.team.up = above
    story.team.save()
    it = story.barrier("taken")
    it.team = story.team
    before = events(story.team)
    passed = barriers.pass_up(it, note="", by=story.ada, roles=LEADS, now=LATER)
    assert (passed.state, passed.clearer, passed.raised_at) == ("raised", dee, NOW)
    assert len(events(story.team)) == len(before) + 1


def test_clapping_along_and_taking_it_back_leave_one_event_each_however_often(story):
    it = story.applause()
    for verb in (applause.join, applause.join, applause.leave, applause.leave):
        verb(it, by=story.ada, roles=LEADS, now=LATER)
    assert events(story.team)[:2] == ["applause.left", "applause.joined"]
    assert len(events(story.team)) == 3


def test_a_comment_leaves_one_event_and_so_does_taking_it_back(story):
    it = story.barrier()
    said = comments.comment(it, "@Ada, look", by=story.ben, now=LATER)
    assert [p.name for p in said.mentions.all()] == ["Ada"]
    comments.withdraw(said, it, by=story.ben, now=LATER)
    assert events(story.team) == ["comment.withdrawn", "comment.made", "barrier.raised"]
    with pytest.raises(Refused):
        comments.withdraw(said, it, by=story.chi, now=LATER)


@pytest.mark.parametrize(
    "verb", [barriers.raise_barrier, lessons.tell, applause.give, danger.declare, expectations.propose], ids=lambda v: v.__name__
)  # fmt: skip
def test_what_is_sent_twice_is_there_once(story, verb):
    on, how, given = next((on, how, given) for v, on, how, given in VERBS if v is verb)
    first, second = (verb(*on(story), **keywords(story, how, given)) for _ in range(2))
    assert first == second
    assert len(events(story.team)) == 1


def test_what_changed_meanwhile_is_not_overwritten(story):
    from followspot.errors import Stale

    it = story.barrier()
    barriers.take(it, promised_on=DAY, by=story.ada, roles=LEADS, now=NOW, seen=it.version)
    with pytest.raises(Stale) as told:
        barriers.clear(it, by=story.ada, roles=LEADS, now=NOW, seen=it.version)
    assert told.value.version == it.version + 1
    assert told.value.address == it.get_absolute_url()
