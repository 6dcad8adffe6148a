"""The pages of a panel for the leader, a panelist, a member who doesn't sit on it, and a stranger."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followspot.practices.panels import actions
from followspot.practices.panels.models import Panel
from followspot.practices.panels.pages.side_by_side import stance
from followspot.practices.panels.rules import ASKED, USUAL, Attitude, Place
from followspot.teams import actions as teams
from followspot.teams.models import Person
from tests.conftest import _person
from tests.practices.panels.cast import CONVENES, LEADS, SITS, agreed, convened, handed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def days(now):
    return {"due_on": now.date() + timedelta(days=7), "delete_on": now.date() + timedelta(days=120)}


@pytest.fixture
def panel(team, ada, ben, chi, now, days):
    return convened(team, ada, ada, ben, chi, now=now, **days)


def filled(**given):
    """What the form of a plan sends."""
    said = {"candidate": "Candidate C", "purpose": "the gate", "notes": "", "panelists": []}
    for n, asked in enumerate(USUAL, 1):
        said |= {f"title_{n}": asked.title} | {f"step_{n}_{s}": w for s, w in enumerate(asked.anchors, 1)}
    return said | given


def scored(panel, **given):
    """What the form of a score sends."""
    said = {"head_at": 18, "head_words": "After a month", "hold_at": 34, "hold_words": "The next few"}
    for c in panel.criteria.all():
        said |= {f"step_{c.pk}": 4, f"reason_{c.pk}": "Calm"}
    return said | given


def test_an_empty_list_explains_itself(client_of, team, ben):
    page = client_of(ben).get(reverse("panels", args=[team.slug])).text
    assert "No panel yet that you sit on." in page
    assert "Convene a panel" in page


def test_convening_asks_for_what_is_missing_and_loses_nothing(client_of, team, ada, ben, days):
    client, address = client_of(ada), reverse("convene-panel", args=[team.slug])
    assert USUAL[0].title in client.get(address).text
    sent = filled(
        candidate="", notes="Typed with care", panelists=[ada.pk], title_2="", step_3_1="", **days
    ) | {"delete_on": days["delete_on"] + timedelta(days=900)}  # fmt: skip
    answer = client.post(address, sent)
    assert answer.status_code == 422
    for words in (
        "Typed with care",
        "A label is enough",
        "Name it, or leave",
        "Say it in words",
        "2 to 8 people",
        "kept longer than a year",
    ):
        assert words in answer.text, words  # fmt: skip
    assert Panel.objects.count() == 0
    answer = client.post(address, filled(panelists=[ada.pk, ben.pk], **days))
    it = Panel.objects.get()
    assert answer.url == it.get_absolute_url()
    assert [c.title for c in it.criteria.all()] == [a.title for a in USUAL]


def test_a_criterion_whose_name_and_ends_are_emptied_is_left_out(client_of, team, ada, ben, days):
    emptied = {"title_4": "", "step_4_1": "", "step_4_5": ""}  # what stands between is folded away
    client_of(ada).post(
        reverse("convene-panel", args=[team.slug]), filled(panelists=[ada.pk, ben.pk], **days, **emptied)
    )
    assert [c.title for c in Panel.objects.get().criteria.all()] == [a.title for a in USUAL[:3]]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"due_on": "yesterday"}, "Write it like 2026-11-23"),
        ({"title_2": USUAL[0].title}, "is there twice"),
        ({f"title_{n}": "" for n in range(2, 5)} | {f"step_{n}_{s}": "" for n in range(2, 5) for s in range(1, 6)}, "A panel has 2 to 8 criteria"),
        ({"due_on": "2020-01-01"}, "has gone"),
        ({"panelists": ["999999"]}, "Select a valid choice"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_says_at_the_field_why(client_of, team, ada, ben, days, given, says):
    sent = filled(**{"panelists": [ada.pk, ben.pk]} | days | given)
    answer = client_of(ada).post(reverse("convene-panel", args=[team.slug]), sent)
    assert (answer.status_code, says in answer.text) == (422, True)


def test_the_criteria_of_an_earlier_panel_can_be_copied_by_those_who_know_them(
    client_of, team, ada, ben, chi, now, days
):
    it = convened(team, ada, ada, ben, now=now, criteria=[USUAL[3], USUAL[1]], **days)
    address = reverse("convene-panel", args=[team.slug]) + f"?like={it.pk}"
    page = client_of(ben).get(address).text
    assert page.index(USUAL[3].title) < page.index(USUAL[1].title)
    assert str(it) in page
    assert str(it) not in client_of(chi).get(address).text


def test_a_draft_is_kept_with_gaps_and_handed_in_without(client_of, team, panel, ben):
    client, address = client_of(ben), reverse("score-panel", args=[team.slug, panel.pk])
    first = panel.criteria.first()
    answer = client.post(
        address, {"draft": "1", f"reason_{first.pk}": "Half a thought", "head_at": 18, "hold_at": 50}
    )
    assert answer.url == address
    page = client.get(address).text
    assert "Half a thought" in page
    assert 'value="18"' in page
    answer = client.post(address, scored(panel, **{f"step_{first.pk}": "", "head_words": ""}))
    assert answer.status_code == 422
    for words in ("Choose a step.", "says little without your words", "The next few"):
        assert words in answer.text, words
    assert client.post(address, scored(panel)).url == panel.get_absolute_url()
    page = client.get(panel.get_absolute_url()).text
    assert "1 of 3 have handed in" in page
    assert "Yours, sealed" in page
    assert client.get(address).url == panel.get_absolute_url()


def test_nothing_typed_is_lost_to_another_tab(client_of, team, panel, ada, ben, chi, now, days):
    address = reverse("score-panel", args=[team.slug, panel.pk])
    typed = scored(panel, head_words="Typed in the second tab")
    said = {
        "candidate": "Candidate C",
        "purpose": "the gate",
        "notes": "",
        **days,
        "panelists": [ada, ben, chi],
    }
    actions.change(panel, **said, criteria=USUAL[1:3], by=ada, roles=CONVENES, now=now)
    answer = client_of(ben).post(address, typed | {"draft": "1"})
    assert answer.status_code == 409
    assert "The criteria were changed meanwhile" in answer.text
    assert "Typed in the second tab" in answer.text
    handed_in(Panel.objects.get(), ben, now=now)
    answer = client_of(ben).post(address, scored(panel, head_words="Typed in the second tab"))
    assert answer.status_code == 409
    assert "Your score is in, and sealed." in answer.text
    assert "Typed in the second tab" in answer.text
    early = client_of(ben).post(
        reverse("record-panel", args=[team.slug, panel.pk]), {"reasons": "Typed early"}
    )
    assert early.status_code == 409
    assert "Not all scores are in" in early.text
    assert "Typed early" in early.text


@pytest.mark.parametrize("given", [{"head_at": 101}, {"head_at": "far"}, {"step": 9}])
def test_no_step_and_no_place_but_those_on_the_form(client_of, team, panel, ben, given):
    if "step" in given:
        given = {f"step_{panel.criteria.first().pk}": 9}
    answer = client_of(ben).post(reverse("score-panel", args=[team.slug, panel.pk]), scored(panel, **given))
    assert answer.status_code == 422


def test_differences_show_the_widest_first_with_words_average_and_range(client_of, panel, ada, ben, chi, now):
    handed_in(panel, ada, ben, chi, now=now)
    page = client_of(ben).get(panel.get_absolute_url()).text
    for words in ("Where the panel differs", "Ada at 18 of 100. Ben at 58 of 100. Chi at 84 of 100.", "Canary head of Ada",
                  "Plain average of all steps: <b>4.0</b>, from 3 to 5", "What do you agree, and what is left?"):  # fmt: skip
        assert words in page, words
    table = b"".join(client_of(ben).get(panel.get_absolute_url() + "?format=csv")).decode()
    assert "Ada" in table
    assert "Canary reason of Chi" in table


def test_what_a_spreadsheet_would_calculate_is_written_as_text(client_of, team, panel, ada, ben, chi, now):
    handed_in(panel, ada, chi, now=now)
    client_of(ben).post(reverse("score-panel", args=[team.slug, panel.pk]), scored(panel, head_words="=1+1"))
    table = b"".join(client_of(ada).get(panel.get_absolute_url() + "?format=csv")).decode()
    assert "'=1+1" in table


def test_names_that_would_overlap_stand_above_each_other():
    people = [Person(name=n, pk=pk) for pk, n in enumerate(("Ada", "Ben", "Chi", "Dee"), 1)]
    found = stance(
        ASKED[Attitude.HEAD],
        [(p, Place(at, "x")) for p, at in zip(people, (50, 52, 54, 90), strict=True)],
        people[1],
    )
    assert [s.lane for s in found.stands] == [0, 1, 2, 0]
    assert (found.lanes, found.line_y) == (3, 76)
    assert [s.leads for s in found.stands] == [False, True, False, False]
    assert {s.anchor for s in stance(ASKED[Attitude.HEAD], [(people[0], Place(0)), (people[1], Place(100))], None).stands} == {"start", "end"}  # fmt: skip


def test_the_record_asks_for_what_is_missing_then_all_sign(client_of, team, panel, ada, ben, chi, now):
    handed_in(panel, ada, ben, chi, now=now)
    address = reverse("record-panel", args=[team.slug, panel.pk])
    version = Panel.objects.get().version
    sent = {"decision": "hire", "agreed": "", "reasons": "", "differ": "Refunds, typed with care", "look_again_on": "2020-01-01", "version": version}  # fmt: skip
    answer = client_of(ada).post(address, sent)
    assert answer.status_code == 422
    for words in ("hired for that", "wasn’t there understands", "Refunds, typed with care", "has gone"):
        assert words in answer.text, words
    answer = client_of(ada).post(
        address, sent | {"agreed": "open alone", "reasons": "Calm", "look_again_on": ""}
    )
    assert answer.url == panel.get_absolute_url()
    assert client_of(ada).get(address).url == panel.get_absolute_url()
    stale = reverse("move-panel", args=[team.slug, panel.pk, "sign"])
    assert client_of(ben).post(stale, {"version": version}).status_code == 409  # other words than they saw
    for person, dissent in ((ben, "I’d check the refunds"), (chi, "")):
        client_of(person).post(stale, {"version": Panel.objects.get().version, "dissent": dissent})
    page = client_of(chi).get(panel.get_absolute_url()).text
    assert "Signed by all who judged" in page
    assert "Ben sees it differently: “I’d check the refunds”" in page


def test_who_convened_changes_opens_takes_off_and_deletes(client_of, team, panel, ada, ben, chi, now):
    client = client_of(ada)

    def move(verb, **said):
        version = Panel.objects.get().version
        return client.post(
            reverse("move-panel", args=[team.slug, panel.pk, verb]), said | {"version": version}
        )

    handed_in(panel, ada, now=now)
    change = reverse("change-panel", args=[team.slug, panel.pk])
    assert "criteria and panelists stand" in client.get(change).text
    sent = {
        "candidate": "Candidate D",
        "purpose": "the gate",
        "due_on": panel.due_on,
        "delete_on": panel.delete_on,
    }
    assert client.post(change, sent | {"version": Panel.objects.get().version}).status_code == 302
    assert move("take-off", panelist="nobody", reason="x").status_code == 422
    assert move("take-off", panelist=chi.pk, reason="On leave").status_code == 302
    assert "On leave" in client.get(panel.get_absolute_url()).text
    assert move("open").status_code == 409
    assert move("delete-sooner", delete_on=panel.delete_on - timedelta(days=3)).status_code == 302
    assert move("look-again").status_code == 409
    assert move("dance").status_code == 404
    assert move("erase").status_code == 302
    page = client.get(panel.get_absolute_url()).text
    assert "A panel that was" in page
    assert "Candidate D" not in page
    assert client.get(change).status_code == 409


def test_after_the_day_what_is_in_can_be_opened(client_of, team, panel, ada, ben, now):
    handed_in(panel, ada, ben, now=now)
    assert "Open what is in" not in client_of(ada).get(panel.get_absolute_url()).text
    Panel.objects.update(due_on=now.date() - timedelta(days=1))
    assert "Open what is in" in client_of(ada).get(panel.get_absolute_url()).text
    client_of(ada).post(reverse("move-panel", args=[team.slug, panel.pk, "open"]))
    assert "Chi did not hand in." in client_of(ben).get(panel.get_absolute_url()).text


def test_who_does_not_sit_on_it_learns_nothing_and_the_leader_that_there_is_one(
    client_of, team, ada, ben, chi, dee, now, days
):
    it = convened(team, ben, ben, chi, now=now, **days)
    eve = _person("Eve", "eve@example.org")
    teams.join(team, eve, on=None)
    for person, status in ((ada, 200), (ben, 200), (chi, 200), (eve, 404), (dee, 404)):
        answer = client_of(person).get(it.get_absolute_url())
        assert answer.status_code == status, person.name
        if person == ada:
            assert "Canary candidate" in answer.text
            assert "Canary notes" not in answer.text
            assert USUAL[0].title not in answer.text
    listed = reverse("panels", args=[team.slug])
    assert "Canary candidate" in client_of(ada).get(listed).text
    assert "Canary candidate" not in client_of(eve).get(listed).text
    for name in ("score-panel", "record-panel"):
        assert client_of(ada).get(reverse(name, args=[team.slug, it.pk])).status_code == 404
    assert client_of(ada).get(it.get_absolute_url() + "?format=csv").status_code == 404


def several(team, ada, people, now, days, times):
    for n in range(times):
        then = now - timedelta(days=n, minutes=n)
        it = convened(team, ada, *people, candidate=f"Candidate {n}", now=then, **days)
        handed_in(it, *people, now=then)
        actions.erase(it, by=ada, roles=LEADS, now=then)


def test_how_far_apart_one_stood_is_shown_to_those_who_sat_there(client_of, team, ada, ben, chi, now, days):
    several(team, ada, [ada, ben], now, days, 2)
    listed = reverse("panels", args=[team.slug])
    page = client_of(ben).get(listed).text
    assert "2 panels, each about another person" in page
    assert page.count("From 18 to 58 of 100, the middle at 38.") == 4
    assert "How far apart you stood" not in client_of(chi).get(listed).text
    assert "speak last" not in client_of(ada).get(listed).text


def test_from_three_panels_on_the_leader_alone_reads_where_they_stood(
    client_of, team, ada, ben, chi, now, days
):
    several(team, ada, [ada, ben, chi], now, days, 3)
    listed = reverse("panels", args=[team.slug])
    page = client_of(ada).get(listed).text
    assert "Ada, speak last" in page
    assert "In your last 3 panels you stood nearer to “check first” than everyone else, each time." in page
    for person in (ben, chi):
        assert "speak last" not in client_of(person).get(listed).text
    it = convened(team, ada, ada, ben, candidate="One more", now=now, **days)
    handed_in(it, ada, ben, now=now)
    assert "Ada, speak last" in client_of(ada).get(it.get_absolute_url()).text
    assert "speak last" not in client_of(ben).get(it.get_absolute_url()).text


def test_the_brief_asks_for_the_score_then_for_the_name_then_for_a_second_look(
    team, panel, ada, ben, chi, now
):
    from followspot.practices.panels.brief import waiting

    def asked(person, then=now):
        return [w.link for w in waiting(team, person, now=then)]

    assert asked(ben) == ["Write it"]
    handed_in(panel, ada, ben, chi, now=now)
    assert asked(ben) == []
    agreed(panel, ada, now=now, look_again_on=now.date() + timedelta(days=91))
    assert (asked(ada), asked(ben)) == ([], ["Read it"])
    for person in (ben, chi):
        actions.sign(panel, by=person, roles=SITS, now=now)
    assert asked(ben) == []
    assert asked(ben, now + timedelta(days=91)) == ["Look again"]
    actions.look_again(panel, by=ben, roles=SITS, now=now + timedelta(days=91))
    assert asked(ben, now + timedelta(days=91)) == []
    actions.erase(panel, by=ada, roles=CONVENES, now=now)
    assert asked(chi, now + timedelta(days=91)) == []


@pytest.mark.parametrize("name", ["panels", "hiring-panel"])
def test_a_page_asks_as_often_for_many_as_for_few(client_of, team, ada, ben, chi, now, days, name):
    client, counts = client_of(ada), []
    for people in ([ada, ben], [ada, ben, chi]):
        several(team, ada, people, now, days, 3)
        it = convened(team, ada, *people, candidate=f"With {len(people)}", now=now, **days)
        handed_in(it, *people, now=now)
        agreed(it, ben, now=now, look_again_on=None)
        args = [team.slug] if name == "panels" else [team.slug, it.pk]
        client.get(reverse(name, args=args))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(name, args=args))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 30
