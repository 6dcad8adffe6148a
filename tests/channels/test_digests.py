"""One digest, at most once a turn, at an hour of one's own; nothing to say is nothing sent; danger at once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from followspot.brief.models import Sent
from followspot.channels import alarms, boards, digests, ways
from followspot.channels.models import Alarm, Digest, Outlet, Reach, TeamOutlet
from followspot.errors import BadInput, Refused
from followspot.evidence import log
from followspot.objects import actions as comments
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.danger import actions as danger
from followspot.practices.lessons import actions as lessons
from followspot.practices.stepaways import actions as stepaways
from followspot.roles import LEADER, MEMBER
from followspot.teams import actions as teams
from tests.conftest import _person

pytestmark = pytest.mark.django_db
PERFORMS, LEADS = frozenset({MEMBER}), frozenset({LEADER})
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def settled(team, settings):
    """A team that is older than this week."""
    settings.SITE = "https://quay.example"
    type(team).objects.filter(pk=team.pk).update(created_at=TUESDAY - timedelta(days=60))
    team.refresh_from_db()
    return team


def chooses(person, rhythm="daily", **more):
    return Reach.objects.create(account=person.account, rhythm=rhythm, **more)


def applauded(team, by, to, words="For asking first", at=TUESDAY - timedelta(hours=3)):
    return applause.give(team, words, to=[to], cites_words="The list", by=by, roles=PERFORMS, now=at)


def to(mailoutbox, person):
    return [m for m in mailoutbox if m.to == [person.account.email]]


def test_a_digest_says_what_there_is_and_once(settled, ada, ben, chi, mailoutbox):
    chooses(ben)
    applauded(settled, chi, ben)
    mine = barriers.raise_barrier(settled, "No <keys>", by=ben, roles=PERFORMS, now=TUESDAY - DAY)
    barriers.take(mine, promised_on=date(2026, 11, 27), by=ada, roles=LEADS, now=TUESDAY - timedelta(hours=1))
    gone = barriers.raise_barrier(settled, "No light", by=ben, roles=PERFORMS, now=TUESDAY - DAY)
    barriers.clear(gone, by=ada, roles=LEADS, now=TUESDAY - timedelta(hours=1))
    comments.comment(mine, "Which ones?", by=chi, now=TUESDAY - timedelta(hours=1))
    assert [digests.go(now=TUESDAY + timedelta(minutes=5 * n)) for n in range(3)] == [2, 0, 0]
    [sent] = to(mailoutbox, ben)
    for line in (
        "Chi applauds you: “For asking first”.",
        "Ada took it: “No <keys>”.",
        "Chi said something about it: “No <keys>”.",
        "No light",
    ):
        assert line in sent.body
    html = sent.alternatives[0].content
    assert "No &lt;keys&gt;" in html
    assert "http" not in html.replace("https://quay.example/", "")
    assert not to(mailoutbox, chi)


def test_what_was_told_once_is_not_told_again(settled, ben, chi, mailoutbox):
    chooses(ben)
    applauded(settled, chi, ben)
    digests.go(now=TUESDAY)
    assert [digests.go(now=TUESDAY + DAY * n) for n in (1, 2)] == [0, 0]
    assert Digest.objects.filter(account=ben.account).count() == 3
    assert len(to(mailoutbox, ben)) == 1


@pytest.mark.parametrize(
    ("now", "more", "goes"),
    [
        (TUESDAY, {"hour": 10}, False),
        (TUESDAY, {"hour": 9}, True),
        (TUESDAY.replace(hour=21), {}, False),  # a server that was down wakes up in one's quiet
        (TUESDAY.replace(hour=21), {"quiet_from": 3, "quiet_until": 3}, True),
        (TUESDAY + 4 * DAY, {}, False),  # a Saturday
        (TUESDAY, {"rhythm": "weekly"}, True),
        (TUESDAY - DAY, {"rhythm": "weekly", "hour": 10}, False),
        (TUESDAY, {"rhythm": "never"}, False),
    ],
)
def test_it_comes_when_one_wants_it(settled, ben, chi, now, more, goes, mailoutbox):
    applauded(settled, chi, ben, at=now - timedelta(hours=3))
    chooses(ben, **more)
    digests.go(now=now)
    assert bool(to(mailoutbox, ben)) is goes


@pytest.mark.parametrize("rhythm", ["daily", "weekly"])
def test_whoever_has_just_chosen_waits_for_their_next_turn(settled, ben, chi, rhythm, mailoutbox):
    applauded(settled, chi, ben)
    digests.begin(chooses(ben, rhythm), now=TUESDAY)
    digests.go(now=TUESDAY + timedelta(minutes=5))
    assert not to(mailoutbox, ben)
    digests.go(now=TUESDAY + (DAY if rhythm == "daily" else 6 * DAY))
    assert to(mailoutbox, ben)


def test_the_hour_is_where_one_lives(settled, ben, chi, mailoutbox):
    ben.account.zone = "America/Lima"  # 9:00 in UTC is 4:00 there
    ben.account.save()
    chooses(ben)
    applauded(settled, chi, ben)
    digests.go(now=TUESDAY)
    assert not to(mailoutbox, ben)
    digests.go(now=TUESDAY + timedelta(hours=4))
    assert to(mailoutbox, ben)


def test_whoever_has_had_their_turn_costs_next_to_nothing(
    settled, ben, chi, mailoutbox, django_assert_max_num_queries
):
    for person in (ben, chi):
        chooses(person)
    digests.go(now=TUESDAY)
    with django_assert_max_num_queries(8):  # two each, and what the round asks by itself
        digests.go(now=TUESDAY + timedelta(minutes=5))


def test_a_weekly_digest_waits_for_a_working_day(settled, ben, chi, mailoutbox):
    settled.days_off.create(on=date(2026, 11, 23))
    chooses(ben, "weekly")
    applauded(settled, chi, ben, at=TUESDAY - 2 * DAY)
    for days in (-1, 0):
        digests.go(now=TUESDAY + days * DAY)
        assert len(to(mailoutbox, ben)) == days + 1


def test_a_weekly_digest_comes_once_a_week(settled, ben, chi, mailoutbox):
    chooses(ben, "weekly")
    for days in range(9):
        applauded(settled, chi, ben, f"For day {days}", at=TUESDAY + days * DAY - timedelta(hours=1))
        digests.go(now=TUESDAY + days * DAY)
    assert len(to(mailoutbox, ben)) == 2


def test_the_leaders_brief_is_part_of_it_once_a_week(settled, ada, mailoutbox):
    chooses(ada)
    assert [digests.go(now=TUESDAY + n * DAY) for n in (0, 1, 2, 6)] == [1, 0, 0, 1]
    assert "this week" in mailoutbox[0].body
    assert Sent.objects.count() == 2


def test_whoever_wants_no_brief_by_mail_gets_none_in_a_digest(settled, ada, mailoutbox):
    ada.account.brief_by_mail = False
    ada.account.save()
    chooses(ada)
    assert digests.go(now=TUESDAY) == 0


def test_a_leader_who_is_away_hears_nothing_but_danger(settled, ada, ben, chi, mailoutbox):
    chooses(ada)
    applauded(settled, chi, ada)
    it = stepaways.plan(
        settled, ada, stretches=[(date(2026, 11, 20), date(2026, 12, 4))], margin=0.2, flow="landed", by=ada, roles=LEADS, now=TUESDAY - 20 * DAY
    )  # fmt: skip
    assert digests.go(now=TUESDAY) == 0
    stepaways.break_glass(it, "The gate is on fire", by=ben, roles=PERFORMS, now=TUESDAY)
    assert [alarms.go(now=TUESDAY) for _ in range(2)] == [1, 0]
    assert to(mailoutbox, ada)[0].subject == "Quay: you are called back"
    assert not to(mailoutbox, chi)


def declared(team, by, at=TUESDAY):
    return danger.declare(
        team, why="Payments fail", takes="The bank", exit_condition="Clean", ends_at=at + DAY, by=by, roles=PERFORMS, now=at
    )  # fmt: skip


def test_danger_is_told_at_once_to_all_but_who_declared_it(settled, ada, ben, chi, dee, mailoutbox):
    chooses(chi, "never", danger=False)
    declared(settled, ben, at=TUESDAY.replace(hour=2))
    assert [alarms.go(now=TUESDAY.replace(hour=2)) for _ in range(3)] == [1, 0, 0]
    [told] = mailoutbox
    assert told.to == ["ada@example.org"]
    assert "Ben declared danger: “Payments fail”." in told.body
    assert alarms.go(now=TUESDAY + 4 * DAY) == 0
    assert not Alarm.objects.exists()


def test_danger_from_before_yesterday_is_not_told(settled, ben):
    declared(settled, ben)
    assert alarms.go(now=TUESDAY + timedelta(hours=25)) == 0


def test_whoever_has_no_way_at_all_is_called_by_mail(settled, ada, ben, mailoutbox):
    chooses(ada, "never", by_mail=False)
    declared(settled, ben)
    alarms.go(now=TUESDAY)
    assert to(mailoutbox, ada)


def test_a_mail_that_fails_is_tried_again(settled, ben, chi, monkeypatch, mailoutbox):
    chooses(ben)
    applauded(settled, chi, ben)
    declared(settled, chi)

    def down(*_, **__):
        raise OSError("no mail server")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", down)
        assert digests.go(now=TUESDAY) + alarms.go(now=TUESDAY) == 0
    assert digests.go(now=TUESDAY) >= 1
    assert alarms.go(now=TUESDAY) == 2
    assert len(to(mailoutbox, ben)) == 2


def test_a_mail_server_that_is_down_holds_up_no_phone(settled, ada, ben, chi, told, monkeypatch, mailoutbox):
    chooses(ada)
    Outlet.objects.create(
        account=ada.account, kind="ntfy", name="My phone", sealed_address="x", made_at=TUESDAY
    )
    declared(settled, chi)

    def down(*_, **__):
        raise OSError("no mail server")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", down)
    assert alarms.go(now=TUESDAY) == 1
    assert [title for title, _ in told] == ["Quay: danger"]


def test_whatever_goes_wrong_for_one_reaches_the_others(settled, ada, ben, chi, monkeypatch, mailoutbox):
    for person in (ben, chi):
        chooses(person)
    applauded(settled, chi, ben)
    applauded(settled, ben, chi, "For waiting")
    whole = digests.compose

    def compose(account, *, now):
        if account == ben.account:
            raise KeyError("a zone that there isn’t")
        return whole(account, now=now)

    monkeypatch.setattr(digests, "compose", compose)
    assert digests.go(now=TUESDAY) == 2  # Chi's digest and Ada's brief
    assert to(mailoutbox, chi)
    assert to(mailoutbox, ada)


def test_a_danger_that_is_over_alarms_nobody(settled, ben, mailoutbox):
    it = declared(settled, ben)
    assert alarms.go(now=TUESDAY + DAY - timedelta(minutes=1)) == 2
    Alarm.objects.all().delete()
    type(it).objects.filter(pk=it.pk).update(ended_at=TUESDAY)
    assert alarms.go(now=TUESDAY + timedelta(hours=1)) == 0


def test_a_weekly_digest_that_failed_is_in_the_next_one(settled, ben, chi, monkeypatch):
    chooses(ben, "weekly", by_mail=False)
    Outlet.objects.create(account=ben.account, kind="ntfy", name="x", sealed_address="x", made_at=TUESDAY)
    applauded(settled, chi, ben, at=TUESDAY - 5 * DAY)
    monkeypatch.setattr(ways, "send", lambda *_: False)
    digests.go(now=TUESDAY)
    found = []
    monkeypatch.setattr(ways, "send", lambda way, title, text: found.append(text) or True)
    digests.go(now=TUESDAY + 6 * DAY)
    assert "Chi applauds you" in found[0]


def test_nothing_is_sent_of_a_team_that_one_left_or_of_a_sample(settled, ben, chi, mailoutbox):
    chooses(ben)
    applauded(settled, chi, ben)
    settled.memberships.filter(person=ben).delete()
    assert digests.compose(ben.account, now=TUESDAY) == []
    type(settled).objects.filter(pk=settled.pk).update(sample="Invented")
    declared(settled, chi)
    assert alarms.go(now=TUESDAY) == 0


def test_in_a_digest_nobody_is_unmasked(settled, ben, chi, mailoutbox):
    for name in ("Eve", "Fay"):
        teams.join(settled, _person(name, f"{name.lower()}@example.org"), on=date(2020, 1, 1))
    barriers.raise_barrier(
        settled, "The rota is unfair", by=ben, roles=PERFORMS, now=TUESDAY - DAY, word_hash="x" * 64
    )
    chooses(ben)
    chooses(chi)
    assert all(p.moves is None for r in (ben, chi) for p in digests.compose(r.account, now=TUESDAY))
    assert "rota" not in str([digests.compose(r.account, now=TUESDAY) for r in (ben, chi)])
    assert log.single(settled)


@pytest.fixture
def told(monkeypatch):
    """What went out by apprise."""
    found = []
    monkeypatch.setattr(ways, "send", lambda way, title, text: found.append((title, text)) or True)
    return found


@pytest.fixture
def board(settled, ada, told, monkeypatch):
    monkeypatch.setattr(ways, "check", lambda address: "ntfy")
    return boards.add(
        settled,
        "#quay",
        "ntfys://x",
        frozenset({"applause", "lessons", "dangers"}),
        by=ada.account,
        now=TUESDAY,
    )


def test_the_teams_channel_is_told_of_days_that_are_over(board, settled, ada, ben, chi, told):
    applauded(settled, chi, ben, at=TUESDAY + timedelta(hours=1))
    applauded(settled, chi, ada, "For standing back", at=TUESDAY + timedelta(hours=1))
    lessons.tell(
        settled,
        happened="It was sold twice",
        known="The lists look alike",
        by=ben,
        roles=PERFORMS,
        now=TUESDAY,
    )
    barriers.raise_barrier(settled, "No keys", by=ben, roles=PERFORMS, now=TUESDAY)
    turns = [boards.go(now=TUESDAY + timedelta(hours=h)) for h in (2, 3, 23, 24, 25)]
    assert turns == [0, 0, 0, 1, 0]
    [(title, text)] = told
    assert title == "Quay, since last time"
    assert "Chi applauds Ben: “For asking first”" in text
    assert "The lists look alike" in text
    assert "Ben told" not in text
    assert "standing back" not in text
    assert "No keys" not in text


def test_the_teams_channel_is_told_of_danger_at_once(board, settled, chi, told):
    declared(settled, chi)
    alarms.go(now=TUESDAY)
    assert [title for title, _ in told] == ["Quay: danger"]


def test_a_channel_that_fails_gets_both_days_tomorrow(board, settled, ben, chi, told, monkeypatch):
    applauded(settled, chi, ben, at=TUESDAY)
    with monkeypatch.context() as broken:
        broken.setattr(ways, "send", lambda *_: False)
        assert boards.go(now=TUESDAY + DAY) == 0
    assert boards.go(now=TUESDAY + DAY) == 0
    assert boards.go(now=TUESDAY + 2 * DAY) == 1


def test_one_channel_that_breaks_stops_no_other(board, settled, ada, ben, chi, told, monkeypatch):
    applauded(settled, chi, ben, at=TUESDAY)
    boards.add(settled, "#two", "ntfys://x", frozenset({"applause"}), by=ada.account, now=TUESDAY)
    whole = boards.compose

    def compose(outlet, *, until):
        if outlet == board:
            raise RuntimeError
        return whole(outlet, until=until)

    monkeypatch.setattr(boards, "compose", compose)
    assert boards.go(now=TUESDAY + DAY) == 1


def test_barriers_come_without_who_raised_them_and_only_if_ticked(board, settled, ben, told):
    TeamOutlet.objects.update(barriers=True)
    barriers.raise_barrier(settled, "No keys", by=ben, roles=PERFORMS, now=TUESDAY)
    boards.go(now=TUESDAY + DAY)
    assert "In the way: “No keys”" in told[0][1]
    assert "Ben" not in told[0][1]


def test_one_can_be_told_without_mail(settled, ben, chi, told, mailoutbox):
    chooses(ben, by_mail=False)
    Outlet.objects.create(
        account=ben.account, kind="ntfy", name="My phone", sealed_address="x", made_at=TUESDAY
    )
    applauded(settled, chi, ben)
    digests.go(now=TUESDAY)
    assert "Chi applauds you" in told[0][1]
    assert not to(mailoutbox, ben)


def test_what_no_way_took_comes_with_the_next_digest(settled, ada, ben, chi, monkeypatch):
    for person in (ada, ben):
        chooses(person, by_mail=False)
        Outlet.objects.create(
            account=person.account, kind="ntfy", name="x", sealed_address="x", made_at=TUESDAY
        )
    applauded(settled, chi, ben)
    found = []
    monkeypatch.setattr(ways, "send", lambda *_: False)
    assert digests.go(now=TUESDAY) == 0
    assert not Sent.objects.exists()
    monkeypatch.setattr(ways, "send", lambda way, title, text: found.append(text) or True)
    assert digests.go(now=TUESDAY + DAY) == 2
    assert any("this week" in text for text in found)
    assert any("Chi applauds you" in text for text in found)
    assert Sent.objects.count() == 1


def test_a_channel_needs_a_name_and_something_to_tell_and_there_are_only_so_many(board, settled, ada):
    for name, ticks in ((" ", {"applause"}), ("#quay", set())):
        with pytest.raises(BadInput, match="both are needed"):
            boards.add(settled, name, "ntfys://x", frozenset(ticks), by=ada.account, now=TUESDAY)
    given = {"by": ada.account, "now": TUESDAY}
    for _ in range(ways.MOST - 1):
        boards.add(settled, "#quay", "ntfys://x", frozenset({"applause"}), **given)
    with pytest.raises(Refused, match="The team has 5 channels"):
        boards.add(settled, "#quay", "ntfys://x", frozenset({"applause"}), **given)
