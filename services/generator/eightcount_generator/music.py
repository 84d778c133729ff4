"""The analysed music that a dance is generated to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Music:
    """Beats, downbeats, onset strength and sections of a piece of music.

    Attributes:
        seconds: its length.
        beats: [B] seconds, ascending.
        downbeats: [B] whether a bar starts at the beat; all false when bars are not known.
        eight_counts: [B] whether counting starts with 1 at the beat.
        onsets: [N] onset strength, sampled at `onset_rate_hertz` from time 0.
        onset_rate_hertz: samples of `onsets` per second.
        sections: [S] seconds at which sections start; the first is 0.
        counts_per_phrase: beats until counting starts with 1 again.

    Raises:
        InvalidInputError: INVALID_MUSIC; there are fewer than two beats, or values are out of order.
    """

    seconds: float
    beats: FloatArray
    downbeats: NDArray[np.bool_]
    eight_counts: NDArray[np.bool_]
    onsets: FloatArray
    onset_rate_hertz: float
    sections: FloatArray
    counts_per_phrase: int = 8

    def __post_init__(self) -> None:
        if not self.seconds > 0 or len(self.beats) < 2 or not (np.diff(self.beats) > 0).all():
            raise InvalidInputError(
                f"music must be longer than 0 s and have two or more ascending beats; got {self.seconds} s and "
                f"{len(self.beats)} beats",
                reason="INVALID_MUSIC",
            )
        if not len(self.beats) == len(self.downbeats) == len(self.eight_counts) or not self.onset_rate_hertz > 0:
            raise InvalidInputError(
                "music must have a flag for every beat and an onset rate above 0", reason="INVALID_MUSIC"
            )

    @property
    def frames(self) -> int:
        """Frames of a dance that lasts as long as the music."""
        return max(1, round(self.seconds * FRAME_RATE_HERTZ))

    def beat_phase(self, times: FloatArray) -> FloatArray:
        """[T] beats since the first beat at given seconds, linear between beats and extrapolated outside."""
        period_before, period_after = self.beats[1] - self.beats[0], self.beats[-1] - self.beats[-2]
        phase = np.interp(times, self.beats, np.arange(len(self.beats)))
        phase = np.where(times < self.beats[0], (times - self.beats[0]) / period_before, phase)
        after = len(self.beats) - 1 + (times - self.beats[-1]) / period_after
        return np.where(times > self.beats[-1], after, phase)

    def energy(self, times: FloatArray, *, spread_seconds: float = 0.5) -> FloatArray:
        """[T] onset strength around given seconds, 0 to 1 over the range of the piece (percentiles 5 to 95)."""
        width = max(1, round(2 * spread_seconds * self.onset_rate_hertz))
        window = np.hanning(width + 2)[1:-1]
        smooth = np.convolve(self.onsets, window / window.sum(), mode="same")[: len(self.onsets)]
        low, high = np.percentile(smooth, [5, 95]) if len(smooth) else (0.0, 0.0)
        if not high > low:
            return np.full(len(times), 0.5)
        found = np.interp(times, np.arange(len(smooth)) / self.onset_rate_hertz, smooth)
        return np.clip((found - low) / (high - low), 0.0, 1.0)

    def part(self, start_seconds: float, seconds: float) -> Music | None:
        """Return a stretch of the music, in seconds from its start; None where there are fewer than two beats."""
        end_seconds = start_seconds + seconds
        inside = (self.beats >= start_seconds) & (self.beats < end_seconds)
        if inside.sum() < 2:
            return None
        times = np.arange(start_seconds, end_seconds, 1 / self.onset_rate_hertz)
        onsets = np.interp(times, np.arange(len(self.onsets)) / self.onset_rate_hertz, self.onsets, left=0.0, right=0.0)
        sections = self.sections[(self.sections > start_seconds) & (self.sections < end_seconds)] - start_seconds
        return Music(
            seconds, self.beats[inside] - start_seconds, self.downbeats[inside], self.eight_counts[inside], onsets,
            self.onset_rate_hertz, np.concatenate([[0.0], sections]), self.counts_per_phrase,
        )  # fmt: skip
