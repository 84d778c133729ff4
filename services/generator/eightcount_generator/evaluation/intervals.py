"""Bootstrap confidence intervals over dances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.evaluation.joint_positions import FloatArray, IndexArray

RESAMPLES = 1000
_COVERAGE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the 95 % interval around it."""

    value: float
    low: float
    high: float


def bootstrap_interval(
    statistic: Callable[[IndexArray], float], dances: int, *, random: np.random.Generator, resamples: int = RESAMPLES
) -> Interval:
    """Compute a statistic of a set of dances with its percentile interval over resampled sets (Efron, 1979).

    Dances are resampled, not frames or windows, because those of one dance are similar. The interval is shifted so that
    the median of the resamples equals the value, since some statistics are biased on resamples: the distance between
    distributions grows and diversity falls when a dance is drawn twice. One dance has an interval of zero width, which
    is meaningless.

    Args:
        statistic: the statistic of the dances at the given indices, which may repeat.
        dances: number of dances.
        random: source of the resamples.
        resamples: number of resamples.

    Raises:
        InvalidInputError: NO_DANCES.
    """
    if dances < 1:
        raise InvalidInputError("one or more dances are required; there is none", reason="NO_DANCES")
    value = statistic(np.arange(dances))
    drawn = np.array([statistic(random.integers(0, dances, dances)) for _ in range(resamples)])
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn) or not np.isfinite(value):
        return Interval(value, float("nan"), float("nan"))
    low, middle, high = np.percentile(drawn, [50 * (1 - _COVERAGE), 50, 50 * (1 + _COVERAGE)])
    return Interval(value, float(value + low - middle), float(value + high - middle))


def mean_interval(values: FloatArray, *, random: np.random.Generator, resamples: int = RESAMPLES) -> Interval:
    """Return the mean of one value per dance [N], and its interval."""
    return bootstrap_interval(
        lambda chosen: float(values[chosen].mean()), len(values), random=random, resamples=resamples
    )
