"""The One-Euro filter: steady when still, quick when fast (Casiez, Roussel and Vogel, CHI 2012)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OneEuro:
    """Parameters of the filter; the defaults are MediaPipe's for the two points that define the next region.

    Attributes:
        min_cutoff_hz: cut-off when still.
        beta: growth of the cut-off with speed, in body sizes a second.
        derivative_cutoff_hz: cut-off of the speed itself.
    """

    min_cutoff_hz: float = 0.01
    beta: float = 10.0
    derivative_cutoff_hz: float = 1.0


@dataclass(frozen=True, slots=True)
class OneEuroState:
    """State of the filter: time in seconds, last raw and filtered values, and filtered speed."""

    timestamp: float
    raw: Values
    value: Values
    speed: Values


def filter_step(
    state: OneEuroState | None, values: Values, *, timestamp: float, scale: float, filter_: OneEuro
) -> OneEuroState:
    """Return the state after one more measurement; its `value` is the filtered measurement.

    Args:
        state: after the previous measurement; None at the first.
        values: of any shape.
        timestamp: seconds, later than the state's.
        scale: size of the body in the unit of the values.
        filter_: parameters of the filter.
    """
    if state is None:
        return OneEuroState(timestamp, values, values, np.zeros_like(values))
    interval = timestamp - state.timestamp
    speed_weight = _weight(np.asarray(filter_.derivative_cutoff_hz), interval)
    speed = state.speed + speed_weight * ((values - state.raw) / scale / interval - state.speed)
    weight = _weight(filter_.min_cutoff_hz + filter_.beta * np.abs(speed), interval)
    return OneEuroState(timestamp, values, state.value + weight * (values - state.value), speed)


def _weight(cutoff_hz: Values, interval: float) -> Values:
    """Return the share of the new measurement in a first-order low pass."""
    return np.asarray(1 / (1 + 1 / (2 * np.pi * cutoff_hz * interval)))
