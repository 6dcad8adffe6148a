"""Every act through the API leaves exactly one event, the same one that its page leaves; and its body says what became of it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from followspot.evidence import log
from followspot.practices.panels.models import Panel
from followspot.teams import actions as teams
from tests.conftest import _person
from tests.web.programs import program

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(team, ada, ben, chi):
    """Programs of the cast, and one event counted for each act."""
    programs = {p.name: program(p) for p in (ada, ben, chi)}

    def call(who, address, said=None, *, method="POST", events=1):
        before = len(log.single(team, newest=500))
        answer = programs[who].call(method, f"/teams/quay{address}", said)
        assert answer.status_code in (200, 201), (address, answer.text)
        assert len(log.single(team, newest=500)) == before + events, address
        return answer.json()

    return call


def day(n):
    return f"{timezone.now().date() + timedelta(days=n)}"


def test_an_expectation(calls, ada, ben):
    it = calls(
        "Ada",
        "/expectations",
        {
            "outcome": "Refunds in two days",
            "owners": [ben.pk],
            "starts_on": day(0),
            "due_on": day(40),
            "size": 10,
        },
    )
    at = f"/expectations/{it['id']}"
    assert [p["name"] for p in it["waits_for_yes_of"]] == ["Ben"]
    terms = calls("Ben", f"{at}/terms", {"due_on": day(50), "why": "The printer"})["terms"]
    assert terms["yours_to_settle"] is False
    calls("Ben", f"/expectations/terms/{terms['id']}/withdraw")
    terms = calls("Ben", f"{at}/terms", {"due_on": day(50)})["terms"]
    calls("Ada", f"/expectations/terms/{terms['id']}/decline")
    terms = calls("Ben", f"{at}/terms", {"due_on": day(60)})["terms"]
    settled = calls("Ada", f"/expectations/terms/{terms['id']}/accept")
    assert (settled["due_on"], settled["state"]) == (day(60), "agreed")
    seen = calls("Ada", f"{at}/vote", {"level": 5})
    assert (seen["your_choice"], seen["choices"]) == (5, [])
    assert calls("Ben", at, method="GET", events=0)["choices"] == []  # unseen, also by API
    assert calls("Ben", f"{at}/vote", {"level": 5})["freedom"] == 5
    calls("Ben", f"{at}/start")
    assert (
        calls("Ben", f"{at}/check-in", {"remaining": 4, "finished": "The letter"})["check_ins"][0][
            "remaining"
        ]
        == 4
    )
    calls("Ada", f"{at}/offer-help")
    assert calls("Ben", f"{at}/meet", {"note": "The list"})["state"] == "met"
    assert calls("Ben", f"{at}/reopen")["state"] == "under way"
    assert calls("Ben", f"{at}/miss", {"in_the_way": "The bank"})["ended_note"] == "The bank"
    other = calls(
        "Ben",
        "/expectations",
        {"outcome": "Signs", "owners": [ben.pk], "starts_on": day(0), "due_on": day(9)},
    )
    assert calls("Ben", f"/expectations/{other['id']}/drop")["state"] == "dropped"
    assert calls("Ben", f"{at}/pace", method="GET", events=0)["sentence"]


def test_applause_and_clients_words(calls, ben, chi, ada):
    it = calls("Ben", "/applause", {"words": "You saw it", "to": [chi.pk], "cites_words": "The list"})
    at = f"/applause/{it['id']}"
    assert [p["name"] for p in calls("Ada", f"{at}/clap")["clapped"]] == ["Ada"]
    calls("Ada", f"{at}/unclap")
    calls("Ben", f"{at}/change", {"words": "You saw it first"})
    assert calls("Ben", f"{at}/withdraw")["state"] == "taken back"
    private = calls("Ben", "/applause", {"words": "For standing back", "to": [ada.pk], "cites_words": "May"})
    assert private["private"]
    assert calls("Chi", "/applause", method="GET", events=0)["items"] == []
    words = calls(
        "Chi", "/words", {"quote": "Lovely", "said_where": "Desk", "said_on": day(0), "about": [ben.pk]}
    )
    assert calls("Chi", f"/words/{words['id']}/withdraw")["state"] == "taken back"


def test_a_lesson(calls, ben, team):
    said = {"happened": "Ben forgot the list.", "known": "It was long.", "changes": ["Colours"]}
    before = len(log.single(team, newest=9))
    pointed = program(ben).post("/teams/quay/lessons", said)
    assert pointed.status_code == 422
    assert {e["pointer"] for e in pointed.json()["errors"]} == {"/happened"}
    assert len(log.single(team, newest=9)) == before
    it = calls("Ben", "/lessons", said | {"as_it_is": True})
    at, (follow,) = f"/lessons/{it['id']}", it["follow_ups"]
    calls("Ada", f"{at}/thank")
    assert calls("Ada", f"{at}/own", {"part": "The list"})["owned_part"] == "The list"
    assert calls("Chi", f"{at}/useful")["helps_you"]
    calls("Chi", f"{at}/follow-up", {"what": "A second look"})
    assert calls("Chi", f"/lessons/follow-ups/{follow['id']}/done")["follow_ups"][0]["state"] == "done"
    calls("Chi", f"/lessons/follow-ups/{follow['id']}/open")
    barrier = calls("Ben", "/barriers", {"what": "No colours"})
    linked = calls("Chi", f"/lessons/follow-ups/{follow['id']}/link", {"becomes": barrier["reference"]})
    assert linked["follow_ups"][0]["becomes"] == barrier["reference"]
    calls("Chi", f"/lessons/follow-ups/{follow['id']}/drop")
    calls("Ben", f"{at}/change", {"happened": "It fell", "known": "It was wet"})
    assert calls("Ben", f"{at}/withdraw")["state"] == "taken back"


def test_danger(calls):
    until = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"
    said = {"why": "Fire", "takes": "Calls", "exit_condition": "Out", "ends_at": until}
    it = calls("Ben", "/dangers", said)
    at = f"/dangers/{it['id']}"
    assert calls("Ada", f"{at}/note", {"text": "The bank answers"})["notes"][0]["text"] == "The bank answers"
    calls("Ben", f"{at}/renew", {"ends_at": f"{timezone.now() + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"})
    assert calls("Ada", f"{at}/end", {"how": "Out"})["state"] == "over"
    calls("Ada", f"{at}/hand-back", {"handed_back": "Calls to Ben"})


def test_a_step_away(calls, ben):
    plan = {"stretches": [{"begins_on": day(5), "ends_on": day(9)}], "margin": 0.2, "callers": [ben.pk]}
    it = calls("Ada", "/step-aways", plan)
    at = f"/step-aways/{it['id']}"
    assert calls("Ada", f"{at}/change", plan | {"margin": 0.3})["margin"] == 0.3
    asked = calls("Ada", f"{at}/ask", {"area": "Prices", "stand_in": ben.pk})["handovers"][0]
    calls("Ada", f"{at}/unask", {"handover": asked["id"]})
    asked = calls("Ada", f"{at}/ask", {"area": "Prices", "stand_in": ben.pk})["handovers"][0]
    assert calls("Ben", f"{at}/answer", {"handover": asked["id"], "yes": True})["stand_ins"] == "Ben"
    entry = calls("Ben", f"{at}/note", {"kind": "waits", "text": "The lease"})
    assert calls("Ben", f"{at}/entries/{entry['id']}/settle")["settled"]
    other = calls("Ben", f"{at}/note", {"kind": "waits", "text": "The roof"})
    calls("Ben", f"{at}/entries/{other['id']}/take-back")
    assert calls("Ada", f"{at}/withdraw")["can"] == ["restore"]
    calls("Ada", f"{at}/restore")
    lot = calls(
        "Ada",
        "/step-aways",
        {
            "stretches": [{"begins_on": day(20), "ends_on": day(60)}],
            "design": "days by lot",
            "weekdays": [0, 1, 2, 3, 4],
        },
    )
    drawn = calls("Ada", f"/step-aways/{lot['id']}/draw")
    assert any(s["drawn"] for s in drawn["stretches"])
    now = calls("Ada", "/step-aways", {"stretches": [{"begins_on": day(-1), "ends_on": day(2)}]})
    assert calls("Ben", f"/step-aways/{now['id']}/break-glass", {"why": "Fire"})["mailed"] is False


def test_a_panel_stays_sealed(calls, team, ada, ben, chi):
    anchors = ["Low", "", "", "", "High"]
    said = {"candidate": "Candidate C", "purpose": "The gate", "criteria": [{"title": t, "anchors": anchors} for t in ("Skill", "Care")],
            "panelists": [ben.pk, chi.pk], "due_on": day(5), "delete_on": day(90)}  # fmt: skip
    it = calls("Ben", "/panels", said)
    at, criteria = f"/panels/{it['id']}", [c["id"] for c in it["criteria"]]
    score = {
        "marks": [{"criterion": c, "step": 4, "reason": "Seen"} for c in criteria],
        "head": {"at": 70, "words": "Soon"},
        "hold": {"at": 20, "words": "Keys"},
    }
    assert (
        calls("Chi", f"{at}/draft", {"marks": score["marks"][:1]}, method="PUT")["scores"][0]["person"][
            "name"
        ]
        == "Chi"
    )
    assert calls("Ben", f"{at}/hand-in", score)["scores"][0]["marks"][0]["step"] == 4
    assert [s["person"]["name"] for s in calls("Chi", at, method="GET", events=0)["scores"]] == ["Chi"]
    assert calls("Ada", at, method="GET", events=0)["scores"] == []  # who leads, and does not sit on it
    opened = calls("Chi", f"{at}/hand-in", score)
    assert {s["person"]["name"] for s in opened["scores"]} == {"Ben", "Chi"}
    calls("Ben", f"{at}/decide", {"decision": "hire", "reasons": "Skill", "agreed": "The gate"})
    assert calls("Chi", f"{at}/sign", {"dissent": "I’d wait"})["state"] == "signed"
    calls("Ben", f"{at}/delete-sooner", {"delete_on": day(30)})
    calls("Ben", f"{at}/erase")
    assert Panel.objects.get().candidate == ""
    keyed = program(ben).post(f"/teams/quay{at}/erase", None, **{"Idempotency-Key": "k"})
    assert keyed.status_code == 422


def test_an_answer_to_a_pulse_leaves_nothing_but_the_ballot(calls, team, ben):
    for name in ("Eve", "Fay", "Gus"):
        teams.join(team, _person(name, f"{name.lower()}@example.org"), on=date(2020, 1, 1))
    calls("Ada", "/pulse/waves")
    asks = calls("Ben", "/pulse/answer", method="GET", events=0)["asks"]
    answered = calls(
        "Ben", "/pulse/answer", {"answers": {asks[0]["slug"]: 4}, "comment": "Fine"}, method="PUT", events=0
    )
    assert (answered["answers"], answered["comment"]) == ({asks[0]["slug"]: 4}, "Fine")
    assert program(ben).put("/teams/quay/pulse/answer", {"answers": {"nonsense": 4}}).status_code == 422
    wave = calls("Ada", "/pulse/waves", method="GET", events=0)["items"][0]
    assert calls("Ada", f"/pulse/waves/{wave['id']}", method="GET", events=0)["results"] == []
    calls("Ada", f"/pulse/waves/{wave['id']}/call-off")
    calls("Ada", "/pulse/cadence", {"every": 2, "open_for": 4, "next_on": day(3)}, method="PUT")
    calls("Ada", "/pulse/cadence/stop")
    question = {"words": "The pace is", "steps": ["Too slow", "Slow", "Right", "Fast", "Too fast"]}
    scale = calls(
        "Ada",
        "/pulse/scales",
        {"title": "Pace", "source": "Us", "licence": "Our own", "questions": [question], "right": True},
    )
    calls("Ada", f"/pulse/scales/{scale['id']}/retire")
    assert calls("Ada", "/pulse/groups", {"groups": {str(ben.pk): "Gate"}}, method="PUT")["groups"] == {
        str(ben.pk): "Gate"
    }
    said = calls("Ben", "/pulse/check-ins", {"text": "Tired"})
    calls("Ben", f"/pulse/check-ins/{said['id']}/withdraw")


def test_how_the_leader_leads_is_theirs_until_they_show_it(calls, team, ben, ada):
    assert calls("Ada", "/mirror/rating", {"steps": {"credit-light": 4}}, method="PUT")["steps"] == {
        "credit-light": 4
    }
    assert program(ben).get("/teams/quay/mirror").status_code == 403
    assert calls("Ada", "/shares", {"what": "mirror", "whom": "team"})["items"] == [
        {"what": "mirror", "whom": "team"}
    ]
    shown = calls("Ben", "/mirror", method="GET", events=0)
    assert next(s for s in shown["statements"] if s["own"])["own"]["step"] == 4
    from followspot.teams.models import Look

    assert [(look.by, look.what) for look in Look.objects.filter(whose=ada)] == [(ben.account, "the mirror")]
    assert calls("Ada", "/shares/take-back", {"what": "mirror", "whom": "team"})["items"] == []
    assert program(ben).get("/teams/quay/mirror").status_code == 403


def test_a_comment(calls, ben):
    it = calls("Ben", "/barriers", {"what": "No keys"})
    said = calls("Chi", "/comments", {"object": it["reference"], "text": "@Ben, which?"})
    assert [p["name"] for p in said["asks"]] == ["Ben"]
    assert [w["link"] for w in calls("Ben", "/waiting", method="GET", events=0)["items"]] == ["Look"]
    calls("Chi", f"/comments/{said['id']}/withdraw")
    assert calls("Ben", f"/comments?object={it['reference']}", method="GET", events=0)["items"] == []
    assert calls("Ben", "/search?q=keys", method="GET", events=0)["items"][0]["kind"] == "barrier"
