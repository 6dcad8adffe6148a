"""What stands beside the verdict on output: waits, queues, reverts, load and contacts, each worded so that nobody mistakes it."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Verdict
from followspot.measures._methods.survival import kaplan_meier, restricted_mean
from followspot.measures.stepaway import Absence, companions
from tests.events import ADA, BEN, CHI, START, event, table

DAYS, FIRST, LENGTH = 420, 301, 14  # away from Monday 28 October 2024
ASOF = START + timedelta(days=DAYS)
AWAY = (Absence((START + timedelta(days=FIRST)).date(), (START + timedelta(days=FIRST + LENGTH - 1)).date()),)


def change(number, day, *, review=None, let_in=None, by=ADA, reviewer=CHI):
    """A change by Ben, reviewed and let in so many days later, if at all."""
    it = f"change:{number}"
    rows = [event("change.written", BEN, day=day, object=it, key=f"{number}w")]
    if review is not None:
        rows.append(event("review.given", reviewer, day=day + review, object=it, to=[BEN], key=f"{number}r"))
    if let_in is not None:
        rows.append(event("change.landed", BEN, day=day + let_in, object=it, key=f"{number}l"))
        rows.append(event("change.integrated", by, day=day + let_in, object=it, to=[BEN], key=f"{number}i"))
    return rows


def history(times=1.0, *, seed=1, a_day=3, rough=0.0):
    """Changes that wait about two days to be let in; `times` as long if written while the leader is away."""
    random = np.random.default_rng(seed)
    rows = [event("change.written", CHI, day=0, object="change:first", key="firstw")]
    weeks = np.exp(random.normal(0, rough, DAYS // 7 + 1)) if rough else np.ones(DAYS // 7 + 1)
    for day in range(DAYS):
        for n in range(a_day):
            wait = random.exponential(2.0) * (times if FIRST <= day < FIRST + LENGTH else 1) * weeks[day // 7]
            rows += change(f"{day}-{n}", day + n / 10, review=wait / 2, let_in=wait)
    return rows


def read(rows, *, zone="UTC", absences=AWAY, asof=ASOF, **more):
    log = masked(table(connect(zone), rows), Who(leads=(Spell(ADA),)))
    return {row.slug: row for row in companions(log, absences=absences, asof=asof, **more)}


class TestWaits:
    def test_longer_waits_are_worse_and_say_so(self):
        found = read(history(3.0))
        for slug in ("wait-review", "wait-in"):
            row = found[slug]
            assert row.verdict == Verdict.DROPPED
            assert row.low > 1
            assert row.low <= row.change <= row.high
            assert row.sentence.endswith("Worse.")
        row = found["wait-in"]
        assert row.change == pytest.approx(3, rel=0.35)
        assert row.usual == pytest.approx(2, rel=0.1)
        assert "as a rule" in row.sentence
        assert "times as long" in row.sentence

    def test_shorter_waits_are_better(self):
        row = read(history(0.2))["wait-in"]
        assert row.verdict == Verdict.ROSE
        assert row.sentence.endswith("Better.")

    def test_nothing_changed_is_not_called_worse(self):
        said = [read(history(seed=seed))["wait-in"].verdict for seed in range(12)]
        assert said.count(Verdict.DROPPED) <= 2

    def test_weeks_that_differ_anyway_make_the_interval_wider(self):
        """Waits that come long or short by the week: fourteen days are two draws, not forty."""
        even, rough = read(history())["wait-in"], read(history(rough=0.5))["wait-in"]
        assert rough.high / rough.low > 1.5 * even.high / even.low

    def test_what_still_waits_counts(self):
        """Of those written while away none has been let in since: the closed ones alone would say nothing."""
        rows = [
            row
            for day in range(DAYS)
            for n in range(3)
            for row in change(f"{day}-{n}", day + n / 10, let_in=None if FIRST <= day < FIRST + LENGTH else 1)
        ]
        rows.append(event("change.written", CHI, day=0, object="change:first", key="firstw"))
        row = read(rows)["wait-in"]
        assert row.away == pytest.approx(20, abs=0.5)
        assert row.verdict == Verdict.DROPPED

    def test_reviewing_ones_own_change_is_no_review(self):
        rows = [row for day in range(DAYS) for row in change(day, day, review=0.5, let_in=1.0, reviewer=BEN)]
        rows.append(event("change.written", CHI, day=0, object="change:first", key="firstw"))
        assert "wait-review" not in read(rows)

    def test_a_review_that_was_written_down_when_the_change_came_in_tells_no_wait(self):
        rows = [row for day in range(DAYS) for row in change(day, day, review=1.0, let_in=1.0)]
        rows.append(event("change.written", CHI, day=0, object="change:first", key="firstw"))
        assert "wait-review" not in read(rows)

    def test_going_for_good_is_no_surer_than_ordinary_weeks_allow(self):
        """Of three months there are too few like it on record; shorter stretches stand in, and only widen."""
        rows, since = history(rough=0.5), AWAY[0].start
        found = read(rows, absences=[Absence(since)])
        assert "queue" not in found  # nothing waits for who has gone
        for_good = found["wait-in"]
        assert for_good.n_away > 200
        assert for_good.high / for_good.low > 1.5

    def test_waits_stand_still_on_days_off(self):
        assert read(history(), week_off=(5, 6))["wait-in"].usual < 0.85 * read(history())["wait-in"].usual

    def test_too_few_say_what_would_be_enough(self):
        rows = [row for day in range(0, DAYS, 5) for row in change(day, day, let_in=1.0)]
        rows.append(event("change.written", CHI, day=0, object="change:first", key="firstw"))
        row = read(rows)["wait-in"]
        assert row.verdict == Verdict.CANT_TELL
        assert row.sentence.startswith("Can't tell: ")
        assert "would be enough" in row.sentence

    def test_run_up_and_return_are_in_neither(self):
        rows = history()
        rush = [row for n in range(200) for row in change(f"rush{n}", FIRST - 6 + n / 100, let_in=18.0)]
        assert read([*rows, *rush])["wait-in"].usual == pytest.approx(read(rows)["wait-in"].usual, rel=1e-9)


class TestQueues:
    def test_work_waiting_for_the_leader_piles_up(self):
        row = read(history(4.0))["queue"]
        assert row.away > row.usual
        assert row.verdict == Verdict.DROPPED
        assert "waited for the leader at any one time" in row.sentence

    def test_what_others_let_in_waits_for_nobody(self):
        rows = [row for day in range(DAYS) for row in change(day, day, let_in=1.0, by=CHI)]
        assert "queue" not in read(rows)

    def test_barriers_wait_for_an_answer_and_stand(self):
        rows = history()
        for n in range(DAYS):
            it, away = f"barrier:{n}", FIRST <= n < FIRST + LENGTH
            rows += [
                event("barrier.raised", BEN, day=n, object=it, key=f"b{n}"),
                event("barrier.taken", ADA, day=n + (8 if away else 1), object=it, key=f"t{n}"),
                event("barrier.cleared", ADA, day=n + (12 if away else 3), object=it, key=f"c{n}"),
            ]
        found = read(rows)
        assert found["barrier-answer"].change == pytest.approx(8, rel=0.05)
        assert found["barrier-answer"].verdict == Verdict.DROPPED
        assert found["barriers-standing"].usual == pytest.approx(3, rel=0.1)
        assert found["barriers-standing"].away > 5


class TestRareThings:
    def test_reverts_are_counted_for_each_hundred_let_in(self):
        back = [event("change.reverted", BEN, day=day, key=f"v{day}") for day in range(0, DAYS, 10)]
        back += [event("change.reverted", BEN, day=FIRST + n / 2, key=f"w{n}") for n in range(20)]
        row = read([*history(), *back])["reverts"]
        assert row.n_away > 20
        assert row.verdict == Verdict.DROPPED
        assert row.low > 5
        assert row.sentence.endswith("Worse.")

    def test_more_lessons_are_neither_better_nor_worse(self):
        told = [event("lesson.told", BEN, day=FIRST + n, key=f"l{n}", object=f"lesson:{n}") for n in range(9)]
        row = read([*history(), *told])["lessons"]
        assert row.verdict == Verdict.SEEN
        assert row.sentence == "4.5 lessons a week while away, 0.0 as a rule."
        assert row.high is None

    def test_contacts_are_only_known_while_away(self):
        asked = [
            event("stepaway.contact_logged", BEN, day=FIRST + 1 + n, key=f"k{n}", object="stepaway:1")
            for n in range(3)
        ]
        row = read([*history(), *asked])["contacts"]
        assert (row.usual, row.change, row.verdict) == (None, None, Verdict.SEEN)
        assert row.sentence == "The leader was asked 3 times in 14 days."


class TestLoad:
    def test_a_team_that_held_by_working_nights_shows_it(self):
        random = np.random.default_rng(1)
        rows = []
        for day in range(2 * DAYS):
            for n in range(4):
                night = FIRST + DAYS <= day < FIRST + DAYS + LENGTH and n < 2
                hour = random.uniform(12, 14) if night else random.uniform(0, 8)
                rows.append(event("change.written", (BEN, CHI)[n % 2], day=day + hour / 24, key=f"{day}-{n}"))
        since = (START + timedelta(days=FIRST + DAYS)).date()
        absences = [Absence(since, since + timedelta(days=LENGTH - 1))]
        row = read(rows, absences=absences, asof=START + timedelta(days=2 * DAYS))["load"]
        assert row.away == pytest.approx(0.5, abs=0.1)
        assert row.usual < 0.2
        assert row.verdict == Verdict.DROPPED
        assert "outside their usual hours" in row.sentence


class TestEveryRow:
    def test_only_what_the_log_has(self):
        assert set(read(history())) == {"wait-review", "wait-in", "queue"} | ({"load"} & set(read(history())))
        assert read([event("people.at_work", None, day=1, value=3.0, unit="a day")]) == {}

    def test_one_persons_waits_are_never_read(self):
        assert read([row for day in range(DAYS) for row in change(day, day, let_in=1.0)]) == {}

    def test_order_and_duplicates_do_not_matter(self):
        rows = history(2.0)
        again = [dict(row, key=f"{row['key']}2") for row in rows]
        assert read(rows) == read(rows[::-1]) == read([*rows, *again])

    def test_nothing_before_the_absence_or_no_absence_says_nothing(self):
        assert read(history(), absences=()) == {}
        assert read(history(), absences=[Absence(date(2030, 1, 1), date(2030, 1, 14))]) == {}

    def test_while_the_leader_is_still_away_it_reads_up_to_now(self):
        rows = history(3.0)
        now = datetime(2024, 11, 6, 9, tzinfo=UTC)
        assert read(rows, asof=now)["wait-in"].n_away < read(rows)["wait-in"].n_away

    def test_the_teams_zone_decides_where_a_day_ends(self):
        """Late on Sunday in London is Monday in Auckland, the first day away."""
        late = [row for n in range(9) for row in change(f"late{n}", FIRST - 1 + 0.6, let_in=2.0)]
        rows = [*history(), *late]
        london, auckland = (read(rows, zone=z)["wait-in"] for z in ("Europe/London", "Pacific/Auckland"))
        assert auckland.n_away >= london.n_away + 9 - 3


class TestRestrictedMean:
    def test_is_the_area_under_the_curve(self):
        """Ends at 1, 2 and 4, one censored at 3: 1 + 0.75 + 0.5 + 0.5 up to 4, by hand."""
        curve = kaplan_meier([1, 2, 3, 4], [True, True, False, True])
        assert restricted_mean(curve, 4)[0] == pytest.approx(2.75)
        assert restricted_mean(curve, 1.5)[0] == pytest.approx(1 + 0.5 * 0.75)

    def test_without_censoring_it_is_the_mean_and_its_variance(self):
        waits = np.minimum(np.random.default_rng(1).exponential(2, 400), 5)
        mean, variance = restricted_mean(kaplan_meier(waits, waits < 5), 5)
        assert mean == pytest.approx(waits.mean())
        assert variance == pytest.approx(waits.var() / 400, rel=1e-9)

    def test_its_variance_is_that_of_many_samples(self):
        random = np.random.default_rng(2)
        found = []
        for _ in range(400):
            waits, seen = random.exponential(2, 80), random.uniform(0, 8, 80)
            found.append(restricted_mean(kaplan_meier(np.minimum(waits, seen), waits <= seen), 5))
        means, variances = np.array(found).T
        assert means.mean() == pytest.approx(2 * (1 - np.exp(-2.5)), abs=0.03)
        assert variances.mean() == pytest.approx(means.var(), rel=0.15)


def test_pull_requests_wait_from_when_they_were_opened_and_once():
    asked = [
        {**r, "activity": {"change.written": "pull.opened", "change.integrated": "pull.accepted"}[r["activity"]],
         "object": r["object"].replace("change", "pull"), "key": f"p{r['key']}"}
        for r in history(3.0)
        if r["activity"] in ("change.written", "change.integrated")
    ]  # fmt: skip
    reviews = [
        {**r, "object": r["object"].replace("change", "pull")}
        for r in history(3.0)
        if r["activity"] == "review.given"
    ]
    alone, both = read([*asked, *reviews]), read([*asked, *reviews, *change("x", 5, let_in=1)])
    assert alone["wait-in"].verdict == alone["wait-review"].verdict == Verdict.DROPPED
    assert both["wait-in"].n_usual == alone["wait-in"].n_usual
