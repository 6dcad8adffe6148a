"""A panel's life: written alone, sealed, opened together, agreed, signed, and gone on its day."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from followspot.errors import Refused
from followspot.evidence import log
from followspot.objects import actions as comments
from followspot.practices.panels import actions, rules
from followspot.practices.panels.models import Mark, Panel, Seat
from followspot.practices.panels.rules import USUAL, Attitude, Phase, Place, Sheet
from tests.practices.panels.cast import (
    CONVENES,
    DUE,
    GONE,
    LEADS,
    NOW,
    PERFORMS,
    PLACES,
    SITS,
    TODAY,
    agreed,
    convened,
    handed_in,
    sheet,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=8)  # the day for the scores has passed


@pytest.fixture
def panel(team, ada, ben, chi):
    return convened(team, ada, ada, ben, chi)


def newest(it):
    return Panel.of_team(it.team).get(pk=it.pk)


def test_whoever_is_asked_is_told_and_the_day_is_in_the_event(panel, team, ben, chi):
    (event,) = log.single(team, objects=(panel.reference,))
    assert (event.activity, event.unit) == ("panel.convened", "day")
    assert [s.person.name for s in panel.sitting] == ["Ada", "Ben", "Chi"]


def test_the_same_sent_twice_is_one_panel(panel, team, ada, ben, chi):
    assert convened(team, ada, ada, ben, chi) == panel


def test_all_open_with_the_last_and_not_before(panel, ada, ben, chi):
    for person in (chi, ada):
        it = handed_in(panel, person)
        assert it.phase == Phase.SCORED
    it = handed_in(panel, ben)
    assert it.phase == Phase.OPEN
    assert it.opened_at == NOW


def test_a_draft_can_have_gaps_and_be_changed_until_it_is_in(panel, ben):
    first = panel.criteria.first()
    actions.draft(panel, Sheet({first.pk: (None, "Calm")}, {Attitude.HEAD: Place(20)}), by=ben, roles=SITS, now=NOW)  # fmt: skip
    actions.draft(panel, Sheet({first.pk: (4, "Calm")}, {}), by=ben, roles=SITS, now=NOW)
    seat = newest(panel).seat_of(ben)
    assert [(m.step, m.reason) for m in seat.marks.all()] == [(4, "Calm")]
    assert seat.place(Attitude.HEAD) == Place()
    handed_in(panel, ben)
    for verb in (actions.draft, actions.hand_in):
        with pytest.raises(Refused, match="sealed"):
            verb(panel, sheet(panel, ben), by=ben, roles=SITS, now=NOW)


def test_whoever_does_not_sit_on_it_writes_nothing(panel, dee):
    with pytest.raises(Refused, match="don’t sit"):
        actions.draft(panel, Sheet({}, {}), by=dee, roles=SITS, now=NOW)


def test_nobody_looks_before_the_day_without_the_missing_or_their_own(panel, ada, ben, chi):
    handed_in(panel, ben)
    with pytest.raises(Refused, match="There is time until"):
        actions.open_scores(panel, by=ada, roles=CONVENES, now=NOW)
    with pytest.raises(Refused, match="2 scores at least"):
        actions.open_scores(panel, by=ada, roles=CONVENES, now=LATER)
    handed_in(panel, chi)
    with pytest.raises(Refused, match="Your own score is missing"):
        actions.open_scores(panel, by=ada, roles=CONVENES, now=LATER)


def test_opened_after_the_day_the_missing_are_named_and_can_score_no_more(panel, ada, ben, chi):
    handed_in(panel, ada, ben)
    it = actions.open_scores(panel, by=ada, roles=CONVENES, now=LATER)
    assert [s.person.name for s in it.missing] == ["Chi"]
    with pytest.raises(Refused, match="The scores are open"):
        actions.hand_in(it, sheet(it, chi), by=chi, roles=SITS, now=LATER)
    with pytest.raises(Refused, match="Only who has handed in"):
        agreed(it, chi)
    with pytest.raises(Refused, match="The scores are open"):
        actions.open_scores(it, by=ada, roles=CONVENES, now=LATER)


def changed(it, ada, **given):
    given = {
        "candidate": it.candidate, "purpose": it.purpose, "notes": "", "due_on": it.due_on, "delete_on": it.delete_on,
        "criteria": [c.asked for c in it.criteria.all()], "panelists": [s.person for s in it.sitting],
    } | given  # fmt: skip
    return actions.change(it, **given, by=ada, roles=CONVENES, now=NOW)


def test_criteria_and_panelists_change_until_the_first_score_is_in(panel, ada, ben, chi):
    actions.draft(panel, sheet(panel, ben), by=ben, roles=SITS, now=NOW)
    it = changed(panel, ada, criteria=[USUAL[1], USUAL[3]], panelists=[ada, ben])
    assert [c.title for c in it.criteria.all()] == [USUAL[1].title, USUAL[3].title]
    assert [m.criterion.title for m in Mark.objects.all()] == [USUAL[1].title]  # what stays keeps its draft
    assert [s.person for s in newest(it).sitting] == [ada, ben]
    handed_in(it, ben)
    for given in ({"criteria": USUAL}, {"panelists": [ada, ben, chi]}):
        with pytest.raises(Refused, match="criteria and panelists stand"):
            changed(it, ada, **given)
    assert changed(it, ada, notes="Comes at nine").notes == "Comes at nine"


def test_who_cant_take_part_is_taken_off_with_a_reason_and_their_draft_goes(panel, ada, ben, chi):
    actions.draft(panel, sheet(panel, chi), by=chi, roles=SITS, now=NOW)
    with pytest.raises(Refused, match="Why can’t Chi"):
        actions.take_off(panel, chi, reason=" ", by=ada, roles=CONVENES, now=NOW)
    it = actions.take_off(panel, chi, reason="On leave", by=ada, roles=CONVENES, now=NOW)
    assert [s.person.name for s in it.sitting] == ["Ada", "Ben"]
    off = Seat.objects.get(person=chi)
    assert (off.off_reason, off.head_words, off.marks.count()) == ("On leave", "", 0)
    assert not it.seen_with(it.roles_of(chi) | PERFORMS)
    with pytest.raises(Refused, match="2 to 8 people"):
        actions.take_off(it, ben, reason="Ill", by=ada, roles=CONVENES, now=NOW)
    with pytest.raises(Refused, match="isn’t on this panel"):
        actions.take_off(it, chi, reason="Twice", by=ada, roles=CONVENES, now=NOW)


def test_a_score_that_is_in_stays_and_the_last_missing_taken_off_opens_the_rest(panel, ada, ben, chi):
    handed_in(panel, ada, ben)
    with pytest.raises(Refused, match="A score that is in stays"):
        actions.take_off(panel, ben, reason="Late", by=ada, roles=CONVENES, now=NOW)
    it = actions.take_off(panel, chi, reason="Ill", by=ada, roles=CONVENES, now=NOW)
    assert it.phase == Phase.OPEN


def test_somebody_taken_off_may_be_asked_again(panel, ada, ben, chi):
    it = actions.take_off(panel, chi, reason="On leave", by=ada, roles=CONVENES, now=NOW)
    it = changed(it, ada, panelists=[ada, ben, chi])
    assert [s.person.name for s in newest(it).sitting] == ["Ada", "Ben", "Chi"]


def test_all_who_judged_sign_and_what_they_see_differently_stays_said(panel, ada, ben, chi):
    with pytest.raises(Refused, match="Not all scores are in"):
        agreed(panel, ada)
    it = agreed(handed_in(panel, ada, ben, chi), ada)
    assert (it.phase, [s.person.name for s in it.unsigned]) == (Phase.DECIDED, ["Ben", "Chi"])
    it = actions.sign(it, dissent="I’d wait", by=ben, roles=SITS, now=NOW)
    it = agreed(it, chi, reasons="calm and quick")
    assert [s.person.name for s in it.unsigned] == ["Ada", "Ben"]  # they put their names under other words
    assert it.seat_of(ben).dissent == "I’d wait"
    for person, dissent in ((ada, ""), (ben, "I’d still wait")):
        it = actions.sign(it, dissent=dissent, by=person, roles=SITS, now=NOW)
    assert it.phase == Phase.SIGNED
    with pytest.raises(Refused, match="signed it already"):
        actions.sign(it, by=ben, roles=SITS, now=NOW)
    with pytest.raises(Refused, match="Everybody has signed"):
        agreed(it, ada)


def test_nothing_is_signed_before_it_is_on_the_record(panel, ada, ben, chi):
    with pytest.raises(Refused, match="Nothing is on the record"):
        actions.sign(handed_in(panel, ada, ben, chi), by=ben, roles=SITS, now=NOW)


def test_one_looks_again_once_when_the_first_quarter_is_over(panel, ada, ben, chi):
    it = agreed(handed_in(panel, ada, ben, chi), ada)
    with pytest.raises(Refused, match="isn’t time"):
        actions.look_again(it, by=ben, roles=SITS, now=NOW)
    then = NOW + timedelta(days=91)
    it = actions.look_again(it, by=ben, roles=SITS, now=then)
    assert it.seat_of(ben).looked_again_at == then
    with pytest.raises(Refused, match="already"):
        actions.look_again(it, by=ben, roles=SITS, now=then)


def test_the_day_of_the_deletion_comes_nearer_and_takes_the_second_look_with_it(panel, ada, ben, chi):
    it = agreed(handed_in(panel, ada, ben, chi), ada)
    with pytest.raises(Refused, match="never later"):
        actions.delete_sooner(it, GONE + timedelta(days=1), by=ada, roles=CONVENES, now=NOW)
    with pytest.raises(Refused, match="That is the day already"):
        actions.delete_sooner(it, GONE, by=ada, roles=CONVENES, now=NOW)
    it = actions.delete_sooner(it, TODAY + timedelta(days=30), by=ada, roles=CONVENES, now=NOW)
    assert (it.delete_on, it.look_again_on) == (TODAY + timedelta(days=30), None)


def everything():
    """Everything that stands in any table."""
    return {
        model._meta.label: [str(row) for row in model._default_manager.values_list()]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.db_table in connection.introspection.table_names()
    }


def where(word):
    return {table for table, rows in everything().items() if any(word in row.casefold() for row in rows)}


def whole_life(it, ada, ben, chi):
    agreed(handed_in(it, ada, ben, chi), ada)
    actions.sign(it, dissent="canary dissent", by=ben, roles=SITS, now=NOW)
    comments.comment(it, "@Chi, a canary word", by=ben, now=NOW)


def test_on_its_day_nothing_about_the_candidate_is_left_in_any_table(team, ada, ben, chi):
    it = convened(team, ada, ada, ben, chi, criteria=[rules.Asked(t, ("canary low", "canary", "", "", "canary high")) for t in ("Skill", "Listens")])  # fmt: skip
    whole_life(it, ada, ben, chi)
    assert where("canary") == {
        "panels.Panel",
        "panels.Criterion",
        "panels.Seat",
        "panels.Mark",
        "objects.Comment",
    }
    day = NOW + timedelta(days=120)
    assert actions.by_itself(now=day - timedelta(days=1)) == 0
    assert actions.by_itself(now=day) == 1
    assert actions.by_itself(now=day) == 0
    assert where("canary") == set()
    gone = newest(it)
    assert gone.phase == Phase.ERASED
    assert str(gone) == "Panel of 23 November 2026"
    assert [c.title for c in gone.criteria.all()] == ["Skill", "Listens"]
    assert {s.person.name: s.head_at for s in gone.sitting} == PLACES  # for the panel’s own eyes, over time
    assert Mark.objects.count() == 0
    assert log.single(team, objects=(it.reference,), newest=1)[0].activity == "panel.erased"


def test_a_draft_that_was_never_handed_in_goes_whole(panel, ada, ben, chi):
    actions.draft(panel, sheet(panel, chi), by=chi, roles=SITS, now=NOW)
    it = actions.erase(panel, by=ada, roles=LEADS, now=NOW)
    assert it.seat_of(chi).place(Attitude.HEAD) == Place()
    assert it.seat_of(chi).drafted_at is None


def test_what_is_deleted_stays_so(panel, ada, ben):
    actions.erase(panel, by=ada, roles=LEADS, now=NOW)
    for act in (
        lambda: actions.erase(panel, by=ada, roles=LEADS, now=NOW),
        lambda: actions.draft(panel, Sheet({}, {}), by=ben, roles=SITS, now=NOW),
        lambda: changed(panel, ada),
    ):
        with pytest.raises(Refused, match="deleted"):
            act()


def test_no_event_carries_a_score_or_a_word(panel, team, ada, ben, chi):
    whole_life(panel, ada, ben, chi)
    for event in log.single(team, objects=(panel.reference,), newest=100):
        assert event.value is None or event.unit == "day", event.activity
        assert all(a.startswith("comment:") for a in event.about), event.activity


def test_what_the_leader_does_in_a_panel_is_no_touch(panel, team, ada):
    handed_in(panel, ada)
    assert not any("front:owned" in e.about for e in log.single(team, objects=(panel.reference,)))
    assert DUE < GONE
