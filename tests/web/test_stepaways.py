"""The pages of a step-away: whatever is sent, nobody meets a broken page, and what was typed is still there."""

from datetime import date, timedelta
from html import escape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from followspot.evidence import log
from followspot.practices.stepaways import actions
from followspot.practices.stepaways.models import StepAway
from followspot.practices.stepaways.rules import Design, Kind
from followspot.roles import LEADER, MEMBER
from followspot.teams import actions as teams

pytestmark = pytest.mark.django_db
L, M = frozenset({LEADER}), frozenset({MEMBER})
ODD = "<script>alert(1)</script> “quoted” عطلان 🖨️ =1+1"
PLAN = {"design": "stretch", "margin": "0.2", "flow": "landed", "phone_off": "on", "what_else": ODD}


def day(n):
    return timezone.now().date() + timedelta(days=n)


def planned(team, ada, first=7, last=13, **other):
    given = {"stretches": [(day(first), day(last))]} | other
    at = timezone.now() + timedelta(days=min(0, first - 1))
    return actions.plan(team, ada, **given, margin=0.2, flow="landed", by=ada, roles=L, now=at)


def move(it, verb):
    return reverse("move-stepaway", args=[it.team.slug, it.pk, verb])


WRONG = {
    "no day": {"begins_on": ""},
    "no such day": {"begins_on": "2026-13-45"},
    "a day gone": {"begins_on": "2020-01-01"},
    "out of order": {"begins_on": "2090-02-02", "ends_on": "2090-02-01"},
    "year one": {"begins_on": "0001-01-01"},
    "year 9999": {"begins_on": "9999-12-31", "ends_on": "9999-12-31"},
    "no such design": {"begins_on": "2090-02-02", "design": "by whim"},
    "no such margin": {"begins_on": "2090-02-02", "margin": "nan"},
    "no such caller": {"begins_on": "2090-02-02", "callers": ["99999999999999999999", "x"]},
    "nothing to draw": {"begins_on": "2090-02-02", "design": "days by lot"},
    "too long to draw": {"begins_on": "2090-02-02", "ends_on": "2199-02-02", "design": "days by lot", "weekdays": ["1", "2"]},
    "days that are none": {"begins_on": "2090-02-02", "ends_on": "2090-04-02", "design": "days by lot", "weekdays": ["1", "2"], "but": ODD},
    "weekdays that are none": {"begins_on": "2090-02-02", "ends_on": "2090-04-02", "design": "days by lot", "weekdays": ["9"]},
    "several that overlap": {"begins_on": "2090-02-02", "ends_on": "2090-02-09", "design": "several", "begins_2": "2090-02-05", "ends_2": "2090-02-06"},
    "one window": {"begins_on": "2090-02-02", "ends_on": "2090-02-09", "design": "one by lot"},
    "too long a word": {"begins_on": "2090-02-02", "what_else": ODD * 60},
}  # fmt: skip


class TestForms:
    @pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
    def test_a_plan_with_a_mistake_is_refused_and_keeps_what_was_typed(self, client_of, team, ada, wrong):
        it = planned(team, ada)
        for address in (reverse("plan-stepaway", args=[team.slug]), it.get_absolute_url()):
            answer = client_of(ada).post(address, PLAN | wrong | {"version": it.version})
            assert answer.status_code in (409, 422)
            assert "عطلان 🖨️ =1+1" in answer.text
            assert "<script>alert" not in answer.text
        assert [e.activity for e in log.single(team)] == ["stepaway.planned"]

    def test_a_plan_is_kept_as_it_was_typed(self, client_of, team, ada, ben):
        sent = PLAN | {"begins_on": day(7), "ends_on": day(13), "callers": [ben.pk]}
        answer = client_of(ada).post(reverse("plan-stepaway", args=[team.slug]), sent)
        it = team.stepaway_set.get()
        assert answer.url == it.get_absolute_url()
        assert (it.stretches, it.what_else) == ([(day(7), day(13))], ODD)
        assert escape(ODD, quote=False) in client_of(ada).get(answer.url).text.replace("&quot;", '"')

    def test_days_that_are_not_wanted_stay_unwanted_when_a_plan_is_kept_again(self, client_of, team, ada):
        monday = day(14) - timedelta(days=day(14).weekday())
        sent = PLAN | {
            "design": "days by lot", "begins_on": monday, "ends_on": monday + timedelta(days=20),
            "weekdays": ["1", "2", "3"], "but": str(monday + timedelta(days=9)),
        }  # fmt: skip
        client = client_of(ada)
        page = client.get(client.post(reverse("plan-stepaway", args=[team.slug]), sent).url)
        assert str(monday + timedelta(days=9)) in page.context["form"]["but"].value()

    def test_a_plan_sent_after_it_has_begun_says_that_it_stands(self, client_of, team, ada):
        it = planned(team, ada, -2, 5)
        sent = PLAN | {"begins_on": day(7), "ends_on": day(9), "version": it.version}
        answer = client_of(ada).post(it.get_absolute_url(), sent)
        assert answer.status_code == 409
        assert "عطلان 🖨️ =1+1" in answer.text

    @pytest.mark.parametrize("query", ["", "begins_on=x&ends_on=y&margin=z", "begins_on=0001-01-01", "begins_on=9999-12-31&margin=nan",
                                       "begins_on=2199-01-01&ends_on=2200-12-31&design=several&begins_2=2026-99-99", "margin=1e400&flow=" + "x" * 4000])  # fmt: skip
    def test_half_filled_forms_are_shown_what_days_could_show(self, client_of, team, ada, query):
        assert (
            client_of(ada).get(reverse("stepaway-showing", args=[team.slug]) + "?" + query).status_code == 200
        )

    @pytest.mark.parametrize(
        ("verb", "sent"),
        [
            ("ask", {"area": ODD * 9}), ("ask", {"area": ODD, "stand_in": "99999999999999999999"}), ("ask", {"area": ODD, "stand_in": ""}),
            ("note", {"kind": "waits", "text": ODD * 9}),
        ],
    )  # fmt: skip
    def test_what_is_too_much_or_for_nobody_is_refused_and_kept(self, client_of, team, ada, ben, verb, sent):
        it = planned(team, ada)
        answer = client_of(ada).post(move(it, verb), {"stand_in": ben.pk} | sent)
        assert answer.status_code in (409, 422)
        assert "عطلان 🖨️ =1+1" in answer.text
        assert [e.activity for e in log.single(team)] == ["stepaway.planned"]

    @pytest.mark.parametrize("number", ["", "x", "-1", "0", "9" * 17, "9" * 30, "٣", "1;drop"])
    def test_a_number_of_nothing_is_not_found(self, client_of, team, ada, number):
        it = planned(team, ada)
        for verb in ("answer", "unask", "hand-over", "settle", "reopen", "take-back"):
            sent = {"handover": number, "entry": number}
            assert client_of(ada).post(move(it, verb), sent).status_code in (404, 409), verb

    def test_nor_is_what_belongs_to_another_teams(self, client_of, team, ada, ben, dee):
        other = teams.start_team("Elsewhere", by=dee.account)
        teams.hand_lead(other, to=dee, on=None)
        teams.join(other, ben, on=date(2020, 1, 1))
        theirs = planned(other, dee)
        asked = actions.ask(theirs, area="Keys", stand_in=ben, by=dee, roles=L, now=timezone.now())
        noted = actions.note(theirs, Kind.WAITS, "Keys", by=ben, roles=M, now=timezone.now())
        it, before = planned(team, ada), len(log.single(other))
        for verb in ("answer", "unask", "hand-over", "settle", "reopen", "take-back"):
            sent = {"handover": asked.pk, "entry": noted.pk, "answer": "yes"}
            assert client_of(ben).post(move(it, verb), sent).status_code in (404, 409), verb
            assert client_of(ada).post(move(it, verb), sent).status_code in (404, 409), verb
        assert len(log.single(other)) == before

    def test_a_calendar_that_is_none_is_refused(self, client_of, team, ada):
        address = reverse("stepaway-calendar", args=[team.slug])
        for sent in (
            {},
            {"url": "file:///etc/passwd"},
            {"url": ODD},
            {"file": SimpleUploadedFile("a.ics", b"\xff\x00")},
        ):
            assert client_of(ada).post(address, sent).status_code in (409, 422)


def queries(client, address):
    client.get(address)  # what is kept after a first look is kept
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


@pytest.mark.parametrize(
    ("first", "last", "most"), [(7, 13, 40), (-3, 9, 40), (-20, -10, 60)], ids=["plan", "live", "report"]
)
def test_the_number_of_queries_does_not_grow_with_what_is_noted(
    client_of, team, ada, ben, chi, first, last, most
):
    it = planned(team, ada, first, last)
    fill(it, ben, chi, 1)
    before = {who: queries(client_of(who), it.get_absolute_url()) for who in (ada, ben)}
    fill(it, ben, chi, 15)
    for who, count in before.items():
        assert queries(client_of(who), it.get_absolute_url()) <= count <= most


def fill(it, ben, chi, times):
    now = timezone.now()
    for n in range(times):
        for who in (ben, chi):
            it.handovers.create(area=f"Area {times} {n}", stand_in=who, asked_at=now, accepted_at=now)
            for kind in (Kind.WAITS, Kind.DECISION, Kind.CONTACT):
                it.entries.create(kind=kind, text=f"{kind} {times} {n}", by=who, at=now)
    assert StepAway.objects.get(pk=it.pk).design == Design.STRETCH
