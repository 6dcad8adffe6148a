"""The brief goes out once a week, on Monday morning where the team lives, and never to a leader who is away."""

from datetime import UTC, date, datetime, timedelta

import pytest

from followspot.brief import mail
from followspot.practices.barriers import actions as barriers
from followspot.practices.stepaways import actions as stepaways
from followspot.practices.stepaways.rules import Design
from followspot.roles import LEADER, MEMBER
from followspot.web import rounds

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def settled(team):
    """A team that is older than this week."""
    type(team).objects.filter(pk=team.pk).update(created_at=MONDAY - timedelta(days=60))
    team.refresh_from_db()
    return team


def test_it_goes_once_a_week(settled, mailoutbox):
    assert [mail.send_due(now=MONDAY + timedelta(days=n)) for n in (0, 1, 6, 7)] == [1, 0, 0, 1]
    assert [m.to for m in mailoutbox] == [["ada@example.org"]] * 2


def test_it_waits_for_the_morning_where_the_team_lives(settled, mailoutbox):
    settled.zone = "America/Lima"  # 7:00 there is noon in UTC
    settled.save()
    assert [mail.send_due(now=MONDAY - timedelta(minutes=1)), mail.send_due(now=MONDAY)] == [0, 1]


def test_it_is_plain_and_html_and_safe(settled, ada, ben, mailoutbox, settings):
    settings.SITE = "https://quay.example"
    barriers.raise_barrier(
        settled, "No <keys> & no door", by=ben, roles=frozenset({MEMBER}), now=MONDAY - timedelta(days=5)
    )
    mail.send_due(now=MONDAY)
    (sent,) = mailoutbox
    html = sent.alternatives[0].content
    assert sent.subject == "Quay: 2 moves this week"
    assert "CLEAR: No <keys> & no door: no answer for 3 working days." in sent.body
    assert "https://quay.example/teams/quay/barriers/" in sent.body
    assert "No &lt;keys&gt; &amp; no door" in html
    assert "<script" not in html
    assert "http" not in html.replace("https://quay.example/", "")


def test_nothing_to_do_is_a_good_brief(settled, ada, monkeypatch):
    monkeypatch.setattr(mail.moves, "compose", lambda *_, **__: [])
    written = mail.written(settled, ada, now=MONDAY)
    assert written.subject == "Quay: nothing to do this week"
    assert "That's a good brief" in written.body


def planned(team, ada, **given):
    return stepaways.plan(
        team, ada, **given, margin=0.2, flow="landed", by=ada, roles=frozenset({LEADER}), now=MONDAY - timedelta(days=9)
    )  # fmt: skip


def sent(team, day):
    """Say whether a brief goes out at noon of a day."""
    type(team).objects.filter(pk=team.pk).update(created_at=MONDAY - timedelta(days=60))
    return mail.send_due(now=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def test_between_two_stretches_the_brief_comes(settled, ada, mailoutbox):
    first, second = (date(2026, 11, 23), date(2026, 11, 29)), (date(2026, 12, 7), date(2026, 12, 13))
    planned(settled, ada, design=Design.SEVERAL, stretches=[first, second])
    mondays = [MONDAY.date() + timedelta(days=7 * n) for n in range(4)]
    assert [sent(settled, day) for day in mondays] == [0, 1, 0, 1]


def test_on_a_day_of_the_lot_it_waits_for_the_next(settled, ada, mailoutbox):
    monday = MONDAY.date()
    it = planned(
        settled, ada, design=Design.DAYS_BY_LOT, stretches=(), sets=[(monday, monday + timedelta(days=1))]
    )

    class First:
        def choice(self, seq):
            return seq[0]

    stepaways.draw(it, by=ada, roles=frozenset({LEADER}), now=MONDAY - timedelta(days=8), lot=First())
    assert [sent(settled, monday), sent(settled, monday + timedelta(days=1))] == [0, 1]


def test_before_the_lot_has_spoken_and_after_it_was_taken_back_the_brief_comes(settled, ada, mailoutbox):
    monday = MONDAY.date()
    planned(
        settled, ada, design=Design.DAYS_BY_LOT, stretches=(), sets=[(monday, monday + timedelta(days=1))]
    )
    assert sent(settled, monday) == 1
    it = planned(settled, ada, stretches=[(date(2026, 11, 30), date(2026, 12, 6))])
    stepaways.withdraw(it, by=ada, roles=frozenset({LEADER}), now=MONDAY)
    assert sent(settled, date(2026, 11, 30)) == 1


@pytest.mark.parametrize("ends", [date(2026, 12, 1), None])
def test_a_leader_who_is_away_is_left_alone(settled, ada, ends, mailoutbox):
    stepaways.plan(
        settled,
        ada,
        stretches=[(date(2026, 11, 20), ends)],
        margin=0.2,
        flow="landed",
        by=ada,
        roles=frozenset({LEADER}),
        now=MONDAY,
    )
    assert mail.send_due(now=MONDAY) == 0


def test_whoever_wants_none_gets_none_and_nor_does_a_team_in_its_first_week(settled, team, ada, mailoutbox):
    ada.account.brief_by_mail = False
    ada.account.save()
    assert mail.send_due(now=MONDAY) == 0
    ada.account.brief_by_mail = True
    ada.account.save()
    type(team).objects.filter(pk=team.pk).update(created_at=MONDAY)
    assert mail.send_due(now=MONDAY) == 0


def test_a_mail_that_fails_is_tried_again(settled, monkeypatch):
    def down(*_, **__):
        raise OSError("no mail server")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", down)
        assert mail.send_due(now=MONDAY) == 0
    assert mail.send_due(now=MONDAY) == 1


def test_a_round_does_what_time_does(settled, mailoutbox):
    done = {part: go(now=MONDAY) for part, go in rounds.PARTS.items()}
    assert done == {"practices": 0, "judged": 0, "collected": 0, "read": 1, "briefs": 1, "erased": 0, "swept": 0, "told": 0, "alarms": 0, "boards": 0, "heard": 0, "pruned": 0}  # fmt: skip
