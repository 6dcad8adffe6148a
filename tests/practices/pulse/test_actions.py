"""Nothing is known of a wave before it closes, and little of it afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from followspot import practices
from followspot.errors import BadInput, Refused
from followspot.evidence import log
from followspot.objects import ballots
from followspot.practices.pulse import actions
from followspot.practices.pulse.models import Cadence, Wave
from followspot.practices.pulse.rules import What
from followspot.roles import LEADER, MEMBER
from followspot.teams import actions as teams

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLOSED = NOW + timedelta(days=5)
L, M = frozenset({LEADER}), frozenset({MEMBER})


def opened(team, ada, now=NOW, **given):
    return actions.open_wave(team, by=ada, roles=L, now=now, days=4, **given)


def answered(wave, people, steps, comment=""):
    for person, step in zip(people, steps, strict=False):
        said = {item.slug: str(step) for item in wave.asks()}
        actions.answer(wave, person, said, comment and f"{comment} {person.pk}", now=NOW)


def closed(wave, now=CLOSED):
    practices.by_itself(now=now)
    wave.refresh_from_db()
    return wave


def test_a_wave_asks_three_and_the_next_one_the_next_three(team, ada, crew):
    crew(6)
    assert [i.slug for i in opened(team, ada).asks()] == ["energy", "safety", "work"]
    practices.by_itself(now=CLOSED)
    second = opened(team, ada, now=NOW + timedelta(days=7))
    assert [i.slug for i in second.asks()] == ["freedom-wanted", "freedom-given", "leader-there"]


@pytest.mark.django_db(transaction=True)  # the key goes once the close is written
def test_at_the_close_the_answers_are_let_out_rounded_and_the_key_is_destroyed(team, ada, crew):
    people = crew(12)
    wave = opened(team, ada)
    name = wave.key_name
    answered(wave, people, [4] * 12)
    wave = closed(wave)
    assert (wave.state, wave.answered, wave.asked, wave.box, wave.key_name) == ("closed", 12, 12, None, "")
    assert not ballots.holds(name)
    assert [(t.item, t.n, t.counts) for t in wave.tallies.all()] == [
        (item, 12, [0, 0, 0, 12, 0]) for item in ("energy", "safety", "work")
    ]
    told = [e for e in log.single(team, newest=500) if e.activity == "wave.tallied"]
    assert len(told) == 15
    assert {e.actor for e in told} == {None}


def test_below_the_floor_nothing_is_kept_but_how_many(team, ada, crew):
    people = crew(6)
    wave = opened(team, ada)
    answered(wave, people[:4], [1, 1, 1, 1], comment="Tired")
    wave = closed(wave)
    assert wave.answered == 4
    assert not wave.tallies.exists()
    assert not wave.comments.exists()


def test_five_comments_are_shown_and_four_are_not(team, ada, crew):
    people = crew(7)
    first = opened(team, ada)
    answered(first, people[:4], [3] * 4, comment="So so")
    answered(first, people[4:], [3] * 3)
    assert not closed(first).comments.exists()
    later = NOW + timedelta(days=8)
    second = opened(team, ada, now=later)
    for person in people[:5]:
        actions.answer(second, person, {}, f"Word {person.pk}", now=later)
    second = closed(second, now=later + timedelta(days=5))
    assert {str(c) for c in second.comments.all()} == {f"Word {p.pk}" for p in people[:5]}


def test_an_answer_can_be_changed_and_taken_back_while_the_wave_is_open(team, ada, crew):
    people = crew(6)
    wave = opened(team, ada)
    answered(wave, people[:1], [1])
    answered(wave, people[:1], [5])
    wave.refresh_from_db()
    assert actions.own_ballot(wave, people[0]).answers == {"energy": 5, "safety": 5, "work": 5}
    actions.answer(wave, people[0], {}, "", now=NOW)
    assert closed(wave).answered == 0


def test_every_question_can_be_left_out_and_counts_for_itself(team, ada, crew):
    people = crew(8)
    wave = opened(team, ada)
    for n, person in enumerate(people):
        actions.answer(wave, person, {"energy": "3"} | ({"work": "3"} if n < 4 else {}), "", now=NOW)
    assert [(t.item, t.n) for t in closed(wave).tallies.all()] == [("energy", 8)]


def test_who_joined_later_has_no_ballot_in_it(team, ada, crew, dee):
    crew(6)
    wave = opened(team, ada)
    teams.join(team, dee, on=NOW.date())
    with pytest.raises(Refused, match="began before you were"):
        actions.answer(wave, dee, {"energy": "3"}, "", now=NOW)


def test_the_leader_has_no_ballot(team, ada, crew):
    crew(6)
    with pytest.raises(Refused, match="began before"):
        actions.answer(opened(team, ada), ada, {"energy": "3"}, "", now=NOW)


def test_bad_answers_are_refused_by_name_and_lose_nothing(team, ada, crew):
    people = crew(6)
    wave = opened(team, ada)
    answered(wave, people[:1], [2])
    with pytest.raises(BadInput, match="My energy: choose one"):
        actions.answer(wave, people[0], {"energy": "9"}, "", now=NOW)
    with pytest.raises(Refused, match="300 fit"):
        actions.answer(wave, people[0], {}, "x" * 301, now=NOW)
    wave.refresh_from_db()
    assert actions.own_ballot(wave, people[0]).answers["energy"] == 2


def test_a_team_too_small_to_hide_anybody_is_not_asked(team, ada, crew):
    crew(4)
    with pytest.raises(Refused, match="4 at the front line can answer"):
        opened(team, ada)


def test_one_wave_at_a_time_and_a_week_apart(team, ada, crew):
    crew(6)
    opened(team, ada)
    with pytest.raises(Refused, match="open already"):
        opened(team, ada)
    practices.by_itself(now=CLOSED)
    with pytest.raises(Refused, match="29 November"):
        opened(team, ada, now=CLOSED)


def test_a_mirror_is_held_up_once_a_quarter_and_its_answers_are_the_leaders(team, ada, crew):
    people = crew(12)
    wave = opened(team, ada, what=What.MIRROR)
    answered(wave, people, [4] * 12)
    wave = closed(wave)
    assert len(wave.asks()) == 12
    assert wave.seen_with(L | wave.roles_of(ada))
    assert not wave.seen_with(M)
    assert not wave.seen_with(L | wave.roles_of(people[0]))  # who leads later was not spoken of
    kinds = {e.activity for e in log.single(team, newest=500)}
    assert "mirror.tallied" in kinds
    assert "wave.tallied" not in kinds
    with pytest.raises(Refused, match="once a quarter"):
        opened(team, ada, what=What.MIRROR, now=NOW + timedelta(days=30))


@pytest.mark.django_db(transaction=True)  # the key goes once the close is written
def test_called_off_every_answer_is_destroyed(team, ada, crew):
    people = crew(6)
    wave = opened(team, ada)
    answered(wave, people, [1] * 6)
    name = wave.key_name
    wave = actions.call_off(wave, by=ada, roles=L, now=NOW)
    assert (wave.state, wave.box) == ("called off", None)
    assert not ballots.holds(name)
    practices.by_itself(now=CLOSED)
    assert not wave.tallies.exists()


def test_a_wave_without_its_key_closes_without_a_result(team, ada, crew):
    people = crew(6)
    wave = opened(team, ada)
    answered(wave, people, [1] * 6)
    ballots.destroy(wave.key_name)
    with pytest.raises(Refused, match="key of this wave is gone"):
        answered(wave, people[:1], [2])
    assert closed(wave).lost


def test_a_box_that_is_no_longer_whole_holds_nobody_else_up_and_closes_without_a_result(
    team, ada, crew, settings
):
    settings.MAIL_GOES = True
    crew(6)
    wave = opened(team, ada)
    Wave.objects.filter(pk=wave.pk).update(box=b"torn")
    practices.by_itself(now=NOW)
    assert closed(wave).lost


def test_a_group_called_as_the_rest_is_the_rest(team, ada, crew):
    people = crew(12)
    named = {p.pk: "Everybody else" if n < 3 else "" if n < 6 else "Day desk" for n, p in enumerate(people)}
    actions.name_groups(team, named, by=ada, roles=L, now=NOW)
    wave = opened(team, ada)
    answered(wave, people, [3] * 12)
    groups = [(t.group, t.n) for t in closed(wave).tallies.filter(item="energy").exclude(group="")]
    assert sorted(groups) == [("Day desk", 6), ("Everybody else", 6)]


def test_a_cadence_opens_wave_after_wave_on_its_day(team, ada, crew):
    crew(6)
    first = NOW.date() + timedelta(days=1)
    actions.set_cadence(team, every=2, open_for=4, floor=5, next_on=first, by=ada, roles=L, now=NOW)
    for day in range(30):
        practices.by_itself(now=NOW + timedelta(days=day))
    days = sorted(w.opened_at.date() for w in Wave.objects.filter(team=team))
    assert days == [first, first + timedelta(weeks=2), first + timedelta(weeks=4)]


def test_a_team_that_shrank_is_not_asked_and_the_cadence_goes_on(team, ada, crew):
    crew(4)
    Cadence.objects.create(team=team, next_on=NOW.date())
    practices.by_itself(now=NOW)
    assert not Wave.objects.exists()
    assert Cadence.objects.get().next_on > NOW.date()


def test_the_floor_can_be_raised_and_never_lowered(team, ada, crew):
    crew(12)
    given = {"every": 1, "open_for": 3, "next_on": NOW.date(), "by": ada, "roles": L, "now": NOW}
    actions.set_cadence(team, floor=8, **given)
    with pytest.raises(Refused, match="never lowered"):
        actions.set_cadence(team, floor=5, **given)
    assert opened(team, ada).floor == 8


def test_groups_too_small_are_shown_as_one_and_hold_from_the_next_wave_on(team, ada, crew):
    people = crew(14)
    named = {
        p.pk: ("Day desk" if n < 6 else "Gate" if n < 11 else "Night desk") for n, p in enumerate(people)
    }
    actions.name_groups(team, named, by=ada, roles=L, now=NOW)
    wave = opened(team, ada)
    answered(wave, people, [2] * 6 + [4] * 8)
    groups = {(t.group, t.n) for t in closed(wave).tallies.all() if t.group}
    assert groups == {("Day desk", 6), ("Gate\nNight desk", 8)}


def test_however_long_their_names_small_groups_are_kept_as_one(team, ada, crew):
    people = crew(13)
    named = {p.pk: "Day desk" if n < 5 else f"{n:02} {'x' * 57}" for n, p in enumerate(people)}
    actions.name_groups(team, named, by=ada, roles=L, now=NOW)
    wave = opened(team, ada)
    answered(wave, people, [3] * 13)
    assert sorted(len(t.group) for t in closed(wave).tallies.filter(item="energy")) == [0, 8, 8 * 61 - 1]


def test_who_came_after_it_opened_gets_no_mail_of_it(team, ada, crew, dee, settings, mailoutbox):
    settings.MAIL_GOES = True
    crew(6)
    opened(team, ada)
    teams.join(team, dee, on=NOW.date())
    practices.by_itself(now=NOW + timedelta(minutes=5))
    assert len(mailoutbox) == 6
    assert all(m.to != [dee.account.email] for m in mailoutbox)


def test_of_a_scale_one_rounded_figure_is_kept_and_of_a_mirror_none(team, ada, crew):
    people = crew(12)
    question = {"words": "The pace", "steps": list("abcde")}
    scale = actions.add_scale(
        team, title="Pace", source="Ours", licence="Ours", questions=[question] * 3, by=ada, roles=L, now=NOW
    )
    wave = opened(team, ada, what=What.SCALE, scale=scale)
    for k, person in enumerate(people):
        said = {item: str(1 + (k * (j + 1)) % 5) for j, item in enumerate(wave.items)}
        actions.answer(wave, person, said, "", now=NOW)
    n, share, one = closed(wave).consistency
    assert (n, one) == (12, 1)
    assert share * 20 == round(share * 20)
    mirror = opened(team, ada, now=NOW + timedelta(days=10), what=What.MIRROR)
    answered(mirror, people, [1, 2, 3, 4] * 3)
    assert closed(mirror, now=NOW + timedelta(days=20)).consistency is None


def test_the_leader_says_one_thing_and_later_that_it_was_done(team, ada, crew):
    crew(6)
    wave = opened(team, ada)
    with pytest.raises(Refused, match="Wait until it has closed"):
        actions.promise(wave, "A second printer", by=ada, roles=L, now=NOW)
    wave = closed(wave)
    with pytest.raises(Refused, match="Nothing was promised"):
        actions.keep(wave, "It stands", by=ada, roles=L, now=CLOSED)
    actions.promise(wave, "A second printer", by=ada, roles=L, now=CLOSED)
    assert actions.keep(wave, "It stands", by=ada, roles=L, now=CLOSED).done == "It stands"


def test_everybody_gets_the_mail_and_everybody_the_reminder(team, ada, crew, settings, mailoutbox):
    settings.MAIL_GOES = True
    people = crew(6)
    wave = opened(team, ada)
    answered(wave, people[:1], [3])
    practices.by_itself(now=NOW)
    practices.by_itself(now=NOW + timedelta(hours=1))
    assert sorted(m.to[0] for m in mailoutbox) == sorted(p.account.email for p in people)
    practices.by_itself(now=wave.closes_at - timedelta(hours=3))
    assert len(mailoutbox) == 12
    link = next(m for m in mailoutbox if m.to == [people[1].account.email]).body
    word = link.split("/answer/")[1].split("/")[0]
    assert actions.let_in(wave, word, now=NOW) == people[1]
    assert actions.let_in(wave, word, now=CLOSED) is None
