"""When the leader was away, did the team's work hold?

The output of everybody but the leader, on the days of one or more absences, is set against what
the same team would have finished had the leader been there, and the ratio of the two against a
margin declared before. The expectation comes from the ordinary weeks on both sides (a Gaussian
process on weekly blocks: Rasmussen & Williams 2006), its reliability from the team's own
ordinary stretches (placebo in time: Abadie et al. 2010; Chernozhukov, Wuthrich & Zhu 2021), and
the verdict from two one-sided tests (Schuirmann 1987; CONSORT for non-inferiority, Piaggio et
al. 2012). "No significant drop" is never "held".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from followspot.errors import BadInput
from followspot.language import say
from followspot.measures import Measure, Verdict
from followspot.measures._methods import equivalence, refusals
from followspot.measures._methods.blocks import (
    FOR_GOOD_DAYS,
    QUIET_PERIODS,
    QuietPeriod,
    Setting,
    prepare,
)
from followspot.measures._methods.companions import Companion, companions
from followspot.measures._methods.days import Absence, DailyCounts, checked
from followspot.measures._methods.equivalence import Ratio
from followspot.measures._methods.finding import StepAway, as_json
from followspot.measures._methods.flows import daily, people_behind
from followspot.measures._methods.lot import Draw, Lot, by_lot
from followspot.measures._methods.power import Spread, chance_held, enough, smallest_drop
from followspot.measures._methods.refusals import Note, Reason
from followspot.measures._methods.trial import Stretch, Trial, tried
from followspot.measures._methods.weekly import weekly

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = [
    "Absence",
    "Companion",
    "DailyCounts",
    "Draw",
    "Lot",
    "Note",
    "StepAway",
    "Stretch",
    "as_json",
    "companions",
    "compute",
    "judge",
    "measure",
]

CATCH_UP_DAYS = 28
PROVISIONAL_DAYS = 7
# Older history adds time, not truth; two years before keep two other year's ends in sight.
DAYS_BEFORE, DAYS_AFTER, DAYS_IN_ALL = 760, 365, 1096


# The matrices are small: on busy cores the linear algebra library's threads wait for each other, and a
# judgement that takes 0.4 s of CPU took 86 s.
@threadpool_limits.wrap(limits=1, user_api="blas")  # type: ignore[untyped-decorator]
def judge(
    days: DailyCounts,
    absences: Sequence[Absence],
    *,
    margin: float = 0.2,
    level: float = 0.9,
    asof: date | None = None,
    notes: Sequence[Note] = (),
    periods: Sequence[QuietPeriod] = QUIET_PERIODS,
    draw: Draw | None = None,
) -> StepAway:
    """Judge whether a team's output held while its leader was away.

    Parameters
    ----------
    days
        Daily counts; days without a record are NaN, up to `asof`.
    absences
        One or more stretches, both ends included; one without an end is judged on 91 days.
    margin
        The share lost that would matter, declared before looking (0.2: one item in five).
    level
        Level of the interval; 0.9 makes two one-sided tests at 5 %.
    asof
        The last day to look at; the last day on record if not given.
    notes
        Other events; one inside an absence or within 14 days of it forbids an answer.
    periods
        The quiet periods of the team's country.
    draw
        What could be drawn and what was, where the days were drawn by lot: an exact test beside
        the verdict, which it never changes.

    Returns
    -------
    StepAway
        Verdict, ratio (dimensionless), interval, odds, and what the test could have shown.

    Raises
    ------
    BadInput
        When margin, level, dates or absences make no sense.
    """
    asof = days.last if asof is None else asof
    ordered = checked(days, absences, margin, level, asof)
    near = _near(days, ordered, asof)
    setting = prepare(near, ordered, periods)
    blank = StepAway(Verdict.CANT_TELL, margin, level, provisional=_provisional(ordered[-1], asof))
    blank = replace(blank, days=int((setting.state > 0).sum()), dispersion=setting.phi)
    if not len(setting.absent) or not setting.ordinary.count.sum():
        return replace(blank, reasons=_nothing(setting, notes))
    trial = tried(setting, level)
    net = _net(near, ordered, asof, periods, level)
    result = _measured(replace(blank, net=net, lot=_lot(near, ordered, draw, level)), trial)
    return _ruled(result, setting, trial, notes)


def _lot(days: DailyCounts, absences: Sequence[Absence], draw: Draw | None, level: float) -> Lot | None:
    """The exact test of days drawn by lot; absences that were not drawn are set apart."""
    if draw is None:
        return None
    drawn = draw.absences
    return by_lot(days, draw, others=[a for a in absences if a not in drawn], level=level)


def _measured(blank: StepAway, trial: Trial) -> StepAway:
    """All figures of a trial, with no verdict yet."""
    setting, expected, widening = trial.setting, trial.expected, trial.check.widening
    margin, level = blank.margin, blank.level
    spread = Spread(expected.spread, setting.phi / expected.centre, widening)
    return replace(
        blank,
        finished=trial.ratio,
        odds=trial.odds(margin),
        smallest_drop=smallest_drop(spread, level),
        chance_held_if_unchanged=chance_held(spread.sd, level, margin),
        absences=trial.stretches(),
        kappa=trial.check.kappa,
        widening=widening,
        windows=trial.check.windows,
        enough=enough(trial.fitted, round(median(setting.lengths)), widening, level, margin),
        weeks=weekly(setting, trial.fitted, widening, level),
    )


def _net(
    days: DailyCounts,
    absences: Sequence[Absence],
    asof: date,
    periods: Sequence[QuietPeriod],
    level: float,
) -> Ratio | None:
    """Ratio over the absences and their return periods as one window, once the last is over."""
    last = absences[-1]
    if last.end is None:
        return None
    return_days = min((last.end - last.start).days + 1, CATCH_UP_DAYS)
    if asof < last.end + timedelta(days=return_days):
        return None
    setting = prepare(days, absences, periods, catch_up=CATCH_UP_DAYS)
    if not len(setting.absent) or not setting.ordinary.count.sum():
        return None
    return tried(setting, level).ratio


def _ruled(result: StepAway, setting: Setting, trial: Trial, notes: Sequence[Note]) -> StepAway:
    """Let the reasons forbid an answer, or the interval give one."""
    found = equivalence.verdict(trial.ratio.low, trial.ratio.high, result.margin)
    reasons = [
        *refusals.too_little(setting, trial.ratio.expected),
        *refusals.calendar_and_people(setting, trial.each_expected),
        *refusals.leader_present(setting),
        *refusals.own_check(result.kappa),
        *refusals.something_else(setting, notes),
    ]
    caveats = list(_caveats(result))
    # The leader's name on others' work can only make the team look better once it is gone: it can
    # feign "held" and "rose", but a drop that shows in spite of it stands.
    name = list(refusals.leader_name(setting))
    (reasons if found in (Verdict.HELD, Verdict.ROSE) else caveats).extend(name)
    verdict = Verdict.CANT_TELL if reasons else found
    net = equivalence.verdict(result.net.low, result.net.high, result.margin) if result.net else None
    return replace(
        result,
        verdict=verdict,
        reasons=tuple(reasons),
        caveats=tuple(caveats),
        deferred=verdict == Verdict.DROPPED and net in (Verdict.HELD, Verdict.ROSE),
        differ=_differ(result.absences),
    )


def _caveats(result: StepAway) -> list[Reason]:
    """What should be said beside the verdict without forbidding it."""
    found = []
    if (
        result.finished
        and not result.finished.observed
        and result.finished.expected >= refusals.LEAST_EXPECTED
    ):
        found.append(
            Reason("no_output_away", say("Nothing at all was finished in that time: check the connector."))
        )
    if result.provisional:
        found.append(Reason("provisional", say("Provisional until a week after the return.")))
    if _differ(result.absences):
        found.append(
            Reason("absences_differ", say("The single absences differ by more than chance would explain."))
        )
    return found


def _nothing(setting: Setting, notes: Sequence[Note]) -> tuple[Reason, ...]:
    """Reasons where there is no ratio at all."""
    if not np.nansum(setting.days.others):
        return (Reason("no_output", say("Nothing was finished in the whole record: check the connector.")),)
    found = [
        *refusals.too_little(setting, 0.0),
        *refusals.leader_present(setting),
        *refusals.something_else(setting, notes),
    ]
    return tuple(found)


def _differ(stretches: Sequence[Stretch]) -> bool:
    """Whether the intervals of the single absences fail to overlap."""
    if len(stretches) < 2:
        return False
    return max(s.ratio.low for s in stretches) > min(s.ratio.high for s in stretches)


def _provisional(last: Absence, asof: date) -> bool:
    """Whether the return period that could still change the answer is not over."""
    if last.end is None:
        return asof < last.start + timedelta(days=FOR_GOOD_DAYS - 1)
    return asof < last.end + timedelta(days=PROVISIONAL_DAYS)


def _near(days: DailyCounts, absences: Sequence[Absence], asof: date) -> DailyCounts:
    """The days close enough to the absences to say something about them."""
    first, last = absences[0], absences[-1]
    until = min(asof, (last.end or last.start + timedelta(days=FOR_GOOD_DAYS)) + timedelta(days=DAYS_AFTER))
    since = min(first.start - timedelta(days=DAYS_BEFORE), until - timedelta(days=DAYS_IN_ALL - 1))
    return days.between(since, until)


def compute(
    events: ir.Table,
    *,
    absences: Sequence[Absence],
    margin: float = 0.2,
    level: float = 0.9,
    asof: date | None = None,
    notes: Sequence[Note] = (),
    holidays: Collection[date] = (),
    draw: Draw | None = None,
) -> dict[str, StepAway]:
    """Judge every flow that the masked log has, each by itself; empty where it has none.

    events : the masked table. holidays : days on which the team as a whole is off. draw : what
    could be drawn and what was, where the days were drawn by lot. Raises what `judge` raises.
    """
    if people_behind(events) == 1:
        raise BadInput(
            say(
                "Only one person besides the leader did this work. A figure would be about that person, "
                "so there isn't one."
            )
        )
    flows, refused = {}, []
    for slug, days in daily(events, holidays).items():
        try:
            flows[slug] = judge(days, absences, margin=margin, level=level, asof=asof, notes=notes, draw=draw)
        except BadInput as error:  # a flow that began later than the absence has nothing to say of it
            refused.append(error)
    if refused and not flows:
        raise refused[0]
    return flows


measure = Measure(
    slug="step-away",
    title=say("Step-away"),
    question=say("When the leader was away, did the team's work hold?"),
    needs=frozenset({"change.landed", "pull.merged", "change.written", "item.done"}),
    compute=compute,
)
