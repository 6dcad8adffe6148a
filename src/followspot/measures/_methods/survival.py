"""How long things stand when some of them still stand: Kaplan and Meier's curve with its band."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike
from scipy.special import ndtri

from followspot.errors import BadInput

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share still standing just after each time at which one ended, and its band.

    times : shape (k,), ascending; share, low, high : shape (k,); at_risk, ended : shape (k,), how
    many stood just before each time and how many of them ended then. n things in all, of which
    `ends` ended; the others are censored. last : the longest time that was seen, of any.
    """

    times: Floats
    share: Floats
    low: Floats
    high: Floats
    at_risk: Ints
    ended: Ints
    n: int
    ends: int
    last: float
    durations: Floats  # all of them, ascending
    level: float


@dataclass(frozen=True, slots=True)
class Median:
    """The time by which half have ended; None where the curve, or its band, does not come down so far."""

    estimate: float | None
    low: float | None
    high: float | None


def kaplan_meier(durations: ArrayLike, ended: ArrayLike, *, level: float = 0.9) -> Curve:
    """Return the product-limit estimate of the share still standing (Kaplan & Meier 1958, JASA 53:457-481).

    Parameters
    ----------
    durations
        Shape (n,), n at least 1; how long each was seen to stand, 0 or more, in any one unit.
    ended
        Shape (n,); true where it ended then, false where it was only seen up to then (censored on
        the right). Of two at the same time the one that ended counts as first.
    level
        Level of the band, pointwise: at any one time, not for the whole curve.

    Returns
    -------
    Curve
        The band is Greenwood's variance (1926) on the scale log(-log S) (Kalbfleisch & Prentice 2002,
        1.4.1), so it never leaves [0, 1]. Where nobody is left (S = 0) that scale ends: the band's
        upper limit is then the one before, or the exact binomial one if that is lower.

    Raises
    ------
    BadInput
        When there is nothing, a duration is negative or unknown, or the shapes differ.
    """
    t, dead = np.asarray(durations, float), np.asarray(ended, bool)
    if t.ndim != 1 or not t.size or t.shape != dead.shape:
        raise BadInput("There is nothing to follow. Give a time, and whether it ended, for each.")
    if not np.isfinite(t).all() or (t < 0).any():
        raise BadInput("A time is negative or unknown. Times are 0 or more.")
    t_all = np.sort(t)
    times, d = np.unique(t[dead], return_counts=True)
    at_risk = t.size - np.searchsorted(t_all, times, side="left")
    share = np.cumprod(1 - d / at_risk)
    if times.size:
        share[np.isclose(share, 0, atol=1e-12)] = 0.0
    low, high = _band(share, d, at_risk, level)
    return Curve(times, share, low, high, at_risk, d, t.size, int(dead.sum()), float(t_all[-1]), t_all, level)


def _band(share: Floats, d: Ints, at_risk: Ints, level: float) -> tuple[Floats, Floats]:
    """Pointwise limits on the scale log(-log S)."""
    z = float(ndtri(0.5 + level / 2))
    inside = share > 0
    s = share[inside]
    greenwood = np.cumsum(d[inside] / (at_risk[inside] * (at_risk[inside] - d[inside])))
    factor = np.exp(z * np.sqrt(greenwood) / -np.log(s))
    low, high = np.zeros_like(share), np.ones_like(share)
    low[inside], high[inside] = s**factor, s ** (1 / factor)
    if not inside.all():  # only the last can be 0
        exact = 1 - (0.5 - level / 2) ** (1 / at_risk[-1])
        high[-1] = min(exact, high[-2]) if share.size > 1 else exact
    return low, high


def at(curve: Curve, when: ArrayLike) -> tuple[Floats, Floats, Floats, Ints]:
    """Return the share still standing at given times, its limits, and how many were still followed.

    when : shape (m,), in the curve's unit. Before the first end the share and its limits are 1.
    Beyond the longest time that was seen nothing is known: NaN, and none are followed. The
    number at a time counts those that were seen to stand for at least so long.
    """
    x = np.asarray(when, float)
    place = np.searchsorted(curve.times, x, side="right")
    followed = curve.n - np.searchsorted(curve.durations, x, side="left")
    known = (x <= curve.last) | ((curve.share.size > 0) & (curve.share[-1:] == 0).any())

    def read(column: Floats) -> Floats:
        found: Floats = np.where(known, np.concatenate([[1.0], column])[place], np.nan)
        return found

    return read(curve.share), read(curve.low), read(curve.high), followed.astype(np.int64)


def median(curve: Curve) -> Median:
    """Return the first time by which half or more have ended, and the times that the band allows.

    The interval holds every time at which the pointwise band includes one half (Brookmeyer &
    Crowley 1982, Biometrics 38:29-41, on the scale of the band).
    """
    return Median(
        _first(curve.times, curve.share <= 0.5 + 1e-12),
        _first(curve.times, curve.low <= 0.5),
        _first(curve.times, curve.high < 0.5),
    )


def restricted_mean(curve: Curve, horizon: float) -> tuple[float, float]:
    """Return the mean time standing, each time counted up to the horizon, and its variance.

    The area under the curve (Irwin 1949; Royston & Parmar 2013, BMC Medical Research Methodology
    13:152), in the curve's unit; Greenwood's variance. Beyond the longest time seen the curve
    is taken to stay where it was.
    """
    inside = curve.times < horizon
    times = np.concatenate([[0.0], curve.times[inside], [horizon]])
    area = np.diff(times) * np.concatenate([[1.0], curve.share[inside]])
    after = area[::-1].cumsum()[::-1][1:]  # the area from each end on
    stood, ended = curve.at_risk[inside], curve.ended[inside]
    left = stood > ended
    variance = (after[left] ** 2 * ended[left] / (stood[left] * (stood[left] - ended[left]))).sum()
    return float(area.sum()), float(variance)


def _first(times: Floats, reached: npt.NDArray[np.bool_]) -> float | None:
    found = np.flatnonzero(reached)
    return float(times[found[0]]) if found.size else None
