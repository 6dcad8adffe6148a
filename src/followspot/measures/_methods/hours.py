"""Which acts lay outside the usual hours of whoever did them, learned from each one's own year before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEAR = timedelta(days=365)
USUAL = 0.9  # of a person's acts lie in their usual hours, by the meaning of usual
FEWEST_ACTS = 50  # in the year before; of whoever did less nobody knows when they usually work
# Their instant is another's doing: when a change was let in, when somebody wrote down who had helped with it.
NOT_ONES_OWN_TIME = (
    "change.landed",
    "pull.merged",
    "change.co_written",
    "change.tested",
    "change.passed_on",
    "review.given",
    "problem.reported",
    "help.given",
    "people.active",
    "people.at_work",
    "leave.taken",
)


def at_ones_own_time(events: ir.Table, *, since: datetime, until: datetime) -> ir.Table:
    """Return the acts of known people of the front line whose instant they chose themselves."""
    return events.filter(
        events.role == "front",
        events.actor.notnull(),
        ~events.tabular,
        events.activity.notin(NOT_ONES_OWN_TIME),
        events.at >= since,
        events.at < until,
    )


def outside_hours(
    events: ir.Table,
    *,
    since: datetime,
    until: datetime,
    off: Collection[date] = (),
    week_off: Collection[int] = (),
) -> ir.Table:
    """Return the acts of the front line from `since` up to `until`, and whether each lay outside usual hours.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    since, until
        The acts that are asked about; usual hours are learned from the year before `since`.
    off, week_off
        The team's days off, and its weekdays off (Monday is 0): an act on one is always outside.

    Returns
    -------
    ir.Table
        at, outside (true or false); one row an act, and no key of who did it. A person's usual hours are
        the smallest set of hours of the day, those of Saturday and Sunday apart, in which 9 of 10 of
        their acts lay (a highest-density region: Hyndman 1996, The American Statistician 50:120-126).
        One act in ten would be outside if no habit ever changed; in public projects it was half the time 19
        in 100 or more, so set a stretch against another one of the same team. People with fewer than 50 acts
        in the year before are left out, and so is every act whose instant was another's doing.
    """
    import ibis

    ones_own = at_ones_own_time(events, since=since - YEAR, until=until)
    local = ones_own.at.cast("timestamp")
    cut = ones_own.select(
        "at",
        "actor",
        hour=local.hour() + ibis.ifelse(local.day_of_week.index() >= 5, 24, 0),
        off=local.date().isin(list(off)) | local.day_of_week.index().isin(list(week_off)),
    )
    learned = cut.filter(cut.at < since).group_by("actor", "hour").agg(n=ibis._.count())
    alike = learned.group_by("actor", "n").agg(acts=ibis._.n.sum())
    # Hours with as many acts come in together, so that no order of the hours decides.
    ranked = alike.mutate(
        upto=ibis._.acts.sum().over(ibis.window(group_by="actor", order_by=ibis.desc("n"), following=0)),
        total=ibis._.acts.sum().over(group_by="actor"),
    )
    usual = (
        learned.join(ranked.filter(ranked.total >= FEWEST_ACTS), ["actor", "n"])
        .filter(lambda t: t.upto - t.acts < USUAL * t.total)
        .select("actor", "hour", known=True)
    )
    asked = cut.filter(cut.at >= since).semi_join(usual, "actor")
    judged = asked.left_join(usual, ["actor", "hour"])
    return judged.select("at", outside=judged.known.isnull() | judged.off)


def people_known(events: ir.Table, *, since: datetime) -> int:
    """Return of how many people of the front line the usual hours before `since` are known."""
    import ibis

    ones_own = at_ones_own_time(events, since=since - YEAR, until=since)
    enough = ones_own.group_by("actor").agg(n=ibis._.count()).filter(ibis._.n >= FEWEST_ACTS)
    return int(enough.count().to_pyarrow().as_py())
