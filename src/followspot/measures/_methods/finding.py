"""What a step-away shows: the finding with all its figures, and the same in plain types."""

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from followspot.language import together
from followspot.measures import Verdict
from followspot.measures._methods import wording
from followspot.measures._methods.equivalence import Odds, Ratio
from followspot.measures._methods.lot import Lot
from followspot.measures._methods.power import Enough
from followspot.measures._methods.refusals import Reason
from followspot.measures._methods.trial import Stretch
from followspot.measures._methods.weekly import Week


@dataclass(frozen=True, slots=True)
class StepAway:
    """What the step-away shows.

    `finished` is the ratio while away, `net` the same with an equally long return period (at
    most 28 days) in one window; both are None where there is nothing to compare. All sds and
    chances are at `level`; `margin` is the share lost that would matter.
    """

    verdict: Verdict
    margin: float
    level: float
    reasons: tuple[Reason, ...] = ()
    caveats: tuple[Reason, ...] = ()
    finished: Ratio | None = None
    odds: Odds | None = None
    smallest_drop: float | None = None
    chance_held_if_unchanged: float | None = None
    net: Ratio | None = None
    deferred: bool = False
    absences: tuple[Stretch, ...] = ()
    differ: bool = False
    provisional: bool = False
    days: int = 0
    kappa: float = 1.0
    widening: float = 1.0
    windows: float = 0.0
    dispersion: float = 1.0
    enough: Enough | None = None
    weeks: tuple[Week, ...] = ()
    lot: Lot | None = None

    @property
    def ratio(self) -> float | None:
        """Finished over expected while away."""
        return self.finished.ratio if self.finished else None

    @property
    def low(self) -> float | None:
        """Lower end of the interval of the ratio."""
        return self.finished.low if self.finished else None

    @property
    def high(self) -> float | None:
        """Upper end of the interval of the ratio."""
        return self.finished.high if self.finished else None

    @property
    def sentence(self) -> str:
        """The finding in plain words: the verdict, and what it rests on."""
        return together([wording.OPENING[self.verdict], self.rests_on])

    @property
    def rests_on(self) -> str:
        """What the verdict rests on, without its own word."""
        return wording.rests_on(
            self.verdict,
            self.finished,
            self.reasons,
            self.margin,
            self.days,
            self.smallest_drop,
            self.deferred,
        )


def as_json(result: StepAway) -> dict[str, Any]:
    """The result in plain types for a page, an API or a file; what is not known is null."""
    odds = result.odds
    plain = {
        "verdict": result.verdict.value,
        "sentence": result.sentence,
        **_ratio_json(result.finished),
        "margin": result.margin,
        "level": result.level,
        "reasons": [reason.sentence for reason in result.reasons],
        "reason_codes": [reason.code for reason in result.reasons],
        "caveats": [caveat.sentence for caveat in result.caveats],
        "smallest_drop": result.smallest_drop,
        "chance_held_if_unchanged": result.chance_held_if_unchanged,
        "odds": odds and {"held": odds.held, "dropped": odds.dropped, "rose": odds.rose},
        "net": result.net and _ratio_json(result.net),
        "deferred": result.deferred,
        "absences": [
            {"start": s.start.isoformat(), "end": s.end.isoformat(), **_ratio_json(s.ratio)}
            for s in result.absences
        ],
        "differ": result.differ,
        "provisional": result.provisional,
        "days": result.days,
        "kappa": result.kappa,
        "widening": result.widening,
        "windows": result.windows,
        "dispersion": result.dispersion,
        "enough": result.enough
        and {
            "weeks_in_one_piece": result.enough.weeks_in_one_piece,
            "stretches": result.enough.stretches,
            "stretch_days": result.enough.stretch_days,
            "sentence": wording.enough(result.enough, result.margin),
        },
        "weeks": [
            {
                "start": week.start.isoformat(),
                "finished": week.finished,
                "expected": week.expected,
                "low": week.low,
                "high": week.high,
                "state": week.state,
            }
            for week in result.weeks
        ],
        "lot": result.lot and {**asdict(result.lot), "sentence": result.lot.sentence},
    }
    return {key: _finite(value) for key, value in plain.items()}


def _ratio_json(ratio: Ratio | None) -> dict[str, float | None]:
    names = ("ratio", "low", "high", "expected", "observed")
    return {name: getattr(ratio, name, None) for name in names}


def _finite(value: Any) -> Any:
    """The same value with null in place of what JSON cannot say."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not isfinite(value) else value
