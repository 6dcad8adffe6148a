"""Consent, people who come and go, the team's own days, mail, and what is sent twice or too late."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followspot.brief import mail, moves, stage
from followspot.errors import Refused
from followspot.evidence import log
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.danger import actions as danger
from followspot.practices.expectations import actions as expectations
from followspot.practices.lessons import actions as lessons
from followspot.roles import AUTHOR, LINE, OWNER, RAISER, TAKER
from followspot.teams import actions as teams
from tests.conftest import _person
from tests.web.agreed import DID, LED, exp

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def late(team):
    team.created_at = timezone.now() - timedelta(days=60)
    team.save()


def test_a_leader_who_co_owns_cannot_accept_their_own_terms(team, ada, ben, now):
    it = expectations.propose(
        team,
        "Both",
        owners=[ada, ben],
        starts_on=now.date(),
        due_on=now.date() + timedelta(days=30),
        by=ada,
        roles=LED,
        now=now,
    )
    it = expectations.agree(it, by=ben, roles=DID | {OWNER}, now=now)
    assert it.state == "agreed"
    both = LED | {OWNER}
    terms = expectations.put_terms(
        it, why="", due_on=now.date() + timedelta(days=5), by=ada, roles=both, now=now
    )
    with pytest.raises(Refused):
        expectations.accept_terms(terms, by=ada, roles=both, now=now)


def test_an_old_yes_is_none_to_new_terms(team, ada, ben, chi, now):
    it = exp(team, [ben, chi], ada, LED, now, "proposed")
    expectations.agree(it, by=chi, roles=DID | {OWNER}, now=now)  # yes to thirty days
    terms = expectations.put_terms(
        it, why="", due_on=now.date() + timedelta(days=5), by=ada, roles=LED, now=now
    )
    it = expectations.accept_terms(terms, by=ben, roles=DID | {OWNER}, now=now)
    assert it.state == "proposed"  # Chi never said yes to five days


def test_no_leader_ends_as_missed_what_isnt_due(team, ada, ben, now):
    it = exp(team, [ben], ada, LED, now)
    with pytest.raises(Refused):
        expectations.miss(it, in_the_way="I changed my mind", by=ada, roles=LED, now=now)


def test_no_leader_reopens_what_the_raiser_confirmed(team, ada, ben, now):
    b = barriers.raise_barrier(team, "x", by=ben, roles=DID, now=now)
    barriers.take(b, promised_on=now.date() + timedelta(days=2), by=ada, roles=LED, now=now)
    barriers.clear(b, by=ada, roles=LED | {TAKER}, now=now)
    barriers.confirm(b, by=ben, roles=DID | {RAISER}, now=now)
    with pytest.raises(Refused):
        barriers.reopen(b, by=ada, roles=LED | {TAKER}, now=now)


def test_a_new_leader_is_told_of_barriers_that_wait(client_of, team, ada, ben, chi, now):
    past = now - timedelta(days=9)
    barriers.raise_barrier(team, "Raised and waiting", by=chi, roles=DID, now=past)
    taken = barriers.raise_barrier(team, "Taken and late", by=chi, roles=DID, now=past)
    barriers.take(taken, promised_on=(past + timedelta(days=1)).date(), by=ada, roles=LED, now=past)
    teams.hand_over(team, to=ben, on=now.date(), stays=False)
    text = (
        client_of(ben).get(reverse("sideline", args=[team.slug])).text
        + client_of(ben).get(reverse("stage", args=[team.slug])).text
    )
    assert "Raised and waiting" in text
    assert "Taken and late" in text


def test_an_owner_who_left_can_be_replaced_or_the_change_settled(team, ada, ben, chi, now):
    it = exp(team, [ben], ada, LED, now, "under way")
    teams.leave(team.memberships.get(person=ben), on=now.date() - timedelta(days=1))
    terms = expectations.put_terms(it, why="Ben has gone", drops=True, by=ada, roles=LED, now=now)
    done = expectations.accept_terms(terms, by=ada, roles=LED, now=now)  # nobody else is left to say yes
    assert done.state == "dropped"


def test_the_old_leaders_words_stay_theirs(client_of, team, ada, ben, chi, now):
    told = lessons.tell(team, happened="x", known="y", by=chi, roles=DID, now=now)
    lessons.own(told, "I set the wrong date", by=ada, roles=LED, now=now)
    teams.hand_over(team, to=ben, on=now.date())
    text = client_of(chi).get(told.get_absolute_url()).text
    assert "Ben: this part is mine" not in text


def test_a_past_danger_stays_with_who_was_in_front(client_of, team, ada, ben, chi, now):
    d = danger.declare(
        team,
        why="x",
        takes="y",
        exit_condition="z",
        ends_at=now + timedelta(hours=1),
        by=chi,
        roles=DID,
        now=now,
    )
    danger.end(d, how="", handed_back="", by=ada, roles=LED, now=now)
    teams.hand_over(team, to=ben, on=now.date())
    assert "Ben was in front" not in client_of(chi).get(d.get_absolute_url()).text


def test_who_leads_now_leaves_the_light(client_of, team, ada, ben, chi, now):
    applause.give(team, "w", to=[ben], cites_words="x", by=chi, roles=DID, now=now)
    teams.hand_over(team, to=ben, on=now.date())
    s = stage.compose(team, ben, now=now)
    assert s.light is None or ben not in s.light.people


def test_what_was_done_as_leader_never_takes_the_stage(team, ada, ben, chi, now):
    b = barriers.raise_barrier(team, "x", by=chi, roles=DID, now=now)
    barriers.clear(b, by=ada, roles=LED, now=now)
    barriers.confirm(b, by=chi, roles=DID | {RAISER}, now=now)
    teams.hand_over(team, to=ben, on=now.date())
    s = stage.compose(team, ben, now=now)
    assert not [line for line in (*s.finished, *s.firsts) if ada in line.people]


def test_what_one_cleared_stays_in_the_light_behind_much_that_a_leader_cleared(team, ada, ben, chi, now):
    """The day after a hand-over: the newest were all cleared by who led."""
    for n, (by, roles) in enumerate([(chi, DID), *[(ada, LED)] * stage.SHOWN]):
        at = now + timedelta(minutes=n)
        b = barriers.raise_barrier(team, f"x{n}", by=ben, roles=DID, now=at)
        b = barriers.take(b, promised_on=now.date(), by=by, roles=roles | {TAKER}, now=at)
        barriers.clear(b, by=by, roles=roles | {TAKER}, now=at)
        barriers.confirm(b, by=ben, roles=DID | {RAISER}, now=at)
    teams.hand_over(team, to=ben, on=now.date() + timedelta(days=1))
    s = stage.compose(team, ben, now=now + timedelta(days=1))
    assert [line.people for line in s.finished] == [[chi]]


def test_the_leader_above_is_on_no_stage_below(team, ada, ben, chi, above, dee, now):
    b = barriers.raise_barrier(team, "x", by=chi, roles=DID, now=now)
    b = barriers.pass_up(b, note="", by=ada, roles=LED, now=now)
    barriers.clear(b, by=dee, roles=frozenset({LINE}), now=now)
    barriers.confirm(b, by=chi, roles=DID | {RAISER}, now=now)
    s = stage.compose(team, ada, now=now)
    assert not [line for line in (*s.finished, *s.firsts) if dee in line.people]


def test_an_unnamed_barrier_is_not_cleared_before_it_was_raised(team, ada, ben, chi, dee, now):
    teams.join(team, dee, on=None)
    teams.join(team, _person("Eve", "eve@example.org"), on=None)
    morning = datetime(2026, 11, 23, 8, tzinfo=UTC)
    b = barriers.raise_barrier(team, "x", by=ben, roles=DID, now=morning, word_hash="h" * 64)
    b = barriers.clear(b, by=ada, roles=LED, now=morning + timedelta(hours=1))
    assert b.cleared_at >= b.raised_at


# mail


def test_a_mail_that_fails_stops_no_other(team, ada, dee, ben, now, monkeypatch, mailoutbox):
    from smtplib import SMTPRecipientsRefused

    from django.core.mail import EmailMultiAlternatives

    other = teams.start_team("Zebra", by=None)
    teams.hand_lead(other, to=dee, on=None)
    late(team), late(other)
    really = EmailMultiAlternatives.send

    def send(self, *a, **k):
        if ada.account.email in self.to:
            raise SMTPRecipientsRefused({})
        return really(self, *a, **k)

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    wednesday = datetime(2026, 11, 25, 12, tzinfo=UTC)
    with contextlib.suppress(SMTPRecipientsRefused):
        mail.send_due(now=wednesday)
    assert [m.to for m in mailoutbox] == [["dee@elsewhere.org"]]


def test_a_leader_who_hands_over_next_month_still_gets_the_brief(team, ada, ben, now):
    late(team)
    wednesday = datetime(2026, 11, 25, 12, tzinfo=UTC)
    teams.hand_over(team, to=ben, on=date(2026, 12, 24))
    assert list(mail.due(now=wednesday)) == [(team, ada)]


# (e) crashes and lost words


def test_act_as_somebody_who_is_no_number(client_of, ada, now):
    sample = teams.start_team("S", by=None, sample="x")
    teams.hand_lead(sample, to=teams.known_from_history("L"), on=None)
    client = client_of(ada)
    client.raise_request_exception = False
    assert client.post(reverse("act-as", args=[sample.slug]), {"person": "abc"}).status_code == 404


def test_a_long_line_of_what_changes_is_not_cut(client_of, team, ada, ben, now):
    line = "word " * 60
    client = client_of(ben)
    answer = client.post(
        reverse("tell-lesson", args=[team.slug]),
        {"happened": "x", "known": "y", "changes": line},
        follow=True,
    )
    assert line.strip() in answer.text


def test_search_costs_the_same_however_much_is_found(client_of, team, ada, ben, chi, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(connection) as made:
            assert client.get(reverse("search", args=[team.slug]), {"q": "needle"}).status_code == 200
        return len(made)

    def more(n):
        for i in range(n):
            at = now + timedelta(days=-i, seconds=n)
            applause.give(team, f"needle {n} {i}", to=[ben], cites_words="x", by=chi, roles=DID, now=at)
            expectations.propose(
                team,
                f"needle {n} {i}",
                owners=[ben],
                starts_on=now.date(),
                due_on=now.date() + timedelta(days=9),
                by=ada,
                roles=LED,
                now=at,
            )

    client = client_of(ada)
    more(2)
    count()
    few = count()
    more(12)
    assert count() <= few


def test_what_belongs_to_a_thing_costs_the_same_however_much_it_is(client_of, team, ada, ben, chi, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    b = barriers.raise_barrier(team, "x", by=chi, roles=DID, now=now)

    def count():
        with CaptureQueriesContext(connection) as made:
            assert client.get(b.get_absolute_url()).status_code == 200
        return len(made)

    client = client_of(ada)

    def more(n):
        return [
            applause.give(
                team,
                f"w {n} {i}",
                to=[ben],
                cites=b.reference,
                cites_words="x",
                by=chi,
                roles=DID,
                now=now - timedelta(days=i),
            )
            for i in range(n)
        ]

    more(2)
    count()
    few = count()
    more(12)
    assert count() <= few


def test_saying_yes_twice_is_saying_it_once(team, ada, ben, chi, now):
    it = exp(team, [ben, chi], ada, LED, now, "proposed")
    from followspot.evidence import log

    expectations.agree(it, by=ben, roles=DID | {OWNER}, now=now)
    n = len(log.single(team))
    with contextlib.suppress(Refused):
        expectations.agree(it, by=ben, roles=DID | {OWNER}, now=now)
    assert len(log.single(team)) == n


def test_a_leader_who_invited_the_next_one_is_still_of_the_team(client_of, team, ada, dee, now):
    inv, _word = teams.invite(team, by=ada.account, now=now, leads=True)
    teams.accept(inv, account=dee.account, now=now)
    assert client_of(ada).get(reverse("people", args=[team.slug])).status_code == 200
    from followspot.teams import access

    assert ada in access.people_of(team, today=now.date())


def test_an_answer_that_was_refused_can_be_corrected(client_of, team, ada, ben, now):
    """A number that was refused is shown to be mended, not hidden."""
    it = expectations.propose(
        team,
        "R",
        owners=[ben],
        starts_on=now.date(),
        due_on=now.date() + timedelta(days=9),
        by=ada,
        roles=LED,
        now=now,
    )
    it = expectations.agree(it, by=ben, roles=DID | {OWNER}, now=now)
    page = client_of(ada).post(
        reverse("move-expectation", args=[team.slug, it.pk, "terms"]),
        {"outcome": "2027", "due_on": "2020-01-01", "size": "99999999999"},
    )
    assert page.status_code in (409, 422)
    assert 'type="hidden" name="size"' not in page.text


def test_a_line_break_in_a_teams_name_stops_no_brief(client_of, team, ada, dee, now, mailoutbox):
    c = client_of(ada)
    c.post(
        reverse("team-settings", args=[team.slug]),
        {"name": "Quay\nBcc", "zone": "UTC", "week_off": ["5", "6"]},
    )
    team.refresh_from_db()
    team.created_at = now - timedelta(days=60)
    team.save()
    mail.send_due(now=datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert mailoutbox


def test_nobody_passes_up_to_themselves(team, ada, ben, now):
    above = teams.start_team("Up", by=None)
    teams.hand_lead(above, to=ada, on=None)
    team.up = above
    team.save()
    b = barriers.raise_barrier(team, "x", by=ben, roles=DID, now=now)
    with pytest.raises(Refused):
        barriers.pass_up(b, note="", by=ada, roles=LED, now=now)


def test_words_are_taken_back_once(team, ben, now):
    w = applause.bring_words(
        team, "q", said_where="s", said_on=now.date(), about=[], by=ben, roles=DID, now=now
    )
    applause.withdraw_words(w, by=ben, roles=DID | {AUTHOR}, now=now)
    n = len(log.single(team))
    with contextlib.suppress(Refused):
        applause.withdraw_words(w, by=ben, roles=DID | {AUTHOR}, now=now)
    assert len(log.single(team)) == n


def test_days_in_the_brief_are_the_teams(team, ada, ben, now):
    team.zone = "Pacific/Auckland"
    team.save()
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    danger.declare(
        team,
        why="x",
        takes="y",
        exit_condition="z",
        ends_at=datetime(2026, 11, 23, 14, tzinfo=UTC),
        by=ben,
        roles=DID,
        now=at,
    )  # the 24th in Auckland
    says = [m.evidence for m in moves.compose(team, ada, now=at) if m.verb == "Danger"]
    assert "24 November" in says[0], says


def test_landed_on_the_day_where_the_team_lives(team, ada, ben, now):
    team.zone = "Pacific/Auckland"
    team.save()
    at = datetime(2026, 11, 22, 13, tzinfo=UTC)  # 23 November, 02:00 there
    it = expectations.propose(
        team,
        "R",
        owners=[ben],
        starts_on=date(2026, 11, 1),
        due_on=date(2026, 11, 22),
        by=ada,
        roles=LED,
        now=at,
    )
    it = expectations.agree(it, by=ben, roles=DID | {OWNER}, now=at)
    it = expectations.start(it, by=ben, roles=DID | {OWNER}, now=at)
    expectations.meet(it, note="", by=ben, roles=DID | {OWNER}, now=at)
    assert "after" in stage.compose(team, ada, now=at).met[0].small


def test_a_former_leaders_choice_is_not_shown(client_of, team, ada, ben, chi, now):
    it = expectations.propose(
        team,
        "R",
        owners=[ben],
        starts_on=now.date(),
        due_on=now.date() + timedelta(days=9),
        by=ada,
        roles=LED,
        now=now,
    )
    it = expectations.agree(it, by=ben, roles=DID | {OWNER}, now=now)
    expectations.vote(it, 2, by=ada, roles=LED, now=now)
    teams.hand_over(team, to=chi, on=now.date())
    expectations.vote(it, 5, by=chi, roles=LED, now=now)
    expectations.vote(it, 5, by=ben, roles=DID | {OWNER}, now=now)
    text = " ".join(client_of(ben).get(it.get_absolute_url()).text.split())
    assert '<span class="who">Ada</span> wants' not in text


def test_a_new_leader_says_yes_themselves(client_of, team, ada, ben, chi, now):
    it = expectations.propose(
        team,
        "R",
        owners=[ben],
        starts_on=now.date(),
        due_on=now.date() + timedelta(days=9),
        by=ada,
        roles=LED,
        now=now,
    )
    teams.hand_over(team, to=chi, on=now.date())
    it = expectations.agree(it, by=ben, roles=DID | {OWNER}, now=now)
    assert it.state == "proposed"


def test_a_late_choice_does_not_hide_what_was_just_shown(client_of, team, ada, ben, now):
    """Ben has the page open on which he chose; Ada chooses, all is shown; Ben sends his once more."""
    it = exp(team, [ben], ada, LED, now)
    url = reverse("move-expectation", args=[team.slug, it.pk, "vote"])
    for person, level in ((ben, 6), (ada, 3)):
        client_of(person).post(url, {"level": level, "shown": "no"})
    assert client_of(ben).post(url, {"level": 6, "shown": "no"}).status_code == 409
    assert client_of(ben).post(url, {"level": 5, "shown": "yes"}).status_code == 302
