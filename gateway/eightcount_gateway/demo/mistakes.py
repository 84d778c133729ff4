"""The mistakes that the demo plants into the take, as numbers; the truth that the report is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_GRID_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Crop:
    """Part of the frame that is kept, in pixels of the source, and the size it is scaled to."""

    left: int
    top: int
    width: int
    height: int
    scaled_width: int
    scaled_height: int


@dataclass(frozen=True, slots=True)
class PlantedMistakes:
    """The mistakes in a take, in seconds of the reference.

    Attributes:
        start_seconds: the take's recording starts here.
        late_from_seconds, late_to_seconds: the dancer is late by the full delay in between.
        delay_seconds: how late.
        ramp_seconds: how long it takes to fall behind before, and to catch up afterwards.
        crop: the camera stands nearer; None leaves the frame as it is.
        noise_ratio_db: level of the sound over the room's noise; None adds none.
        echo_seconds: time in which the room's echo decays by 60 dB; 0 adds none.
    """

    start_seconds: float = 0.0
    late_from_seconds: float = 0.0
    late_to_seconds: float = 0.0
    delay_seconds: float = 0.0
    ramp_seconds: float = 1.0
    crop: Crop | None = None
    noise_ratio_db: float | None = None
    echo_seconds: float = 0.0

    def lag_seconds(self, reference_seconds: FloatArray) -> FloatArray:
        """Return the dancer's delay at each time of the music: raised-cosine ramps around the full delay."""
        into = (reference_seconds - (self.late_from_seconds - self.ramp_seconds)) / self.ramp_seconds
        out_of = (self.late_to_seconds + self.ramp_seconds - reference_seconds) / self.ramp_seconds
        rise = np.clip(np.minimum(into, out_of), 0.0, 1.0)
        return np.asarray(self.delay_seconds * (1.0 - np.cos(np.pi * rise)) / 2.0)

    def compute_shown_seconds(self, danced_at_seconds: FloatArray) -> FloatArray:
        """Return the times at which the take shows the movements of the given times, on the reference's clock.

        Solves t - lag(t) = s for t; ascending because the dancer never falls behind faster than time passes.
        """
        last = float(danced_at_seconds.max(initial=0.0)) + self.delay_seconds + 1.0
        shown = np.arange(0.0, last, _GRID_SECONDS)
        return np.asarray(np.interp(danced_at_seconds, shown - self.lag_seconds(shown), shown))


TAKE_MISTAKES = PlantedMistakes(
    start_seconds=2.36,
    late_from_seconds=24.0,
    late_to_seconds=34.0,
    delay_seconds=0.2,
    ramp_seconds=2.0,
    crop=Crop(left=80, top=2, width=350, height=494, scaled_width=456, scaled_height=644),
    noise_ratio_db=15.0,
    echo_seconds=0.3,
)
"""The mistakes of `make demo`: a nearer camera (the dancer is 1.3 times as large), a delay, noise and echo."""
