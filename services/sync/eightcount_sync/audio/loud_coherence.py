"""Coherence of a line where the reference is loud: whether the take has what the reference plays there.

Noise and reverberation weaken the coherence of two recordings of one passage least where the passage is loud. Another
passage with the same drums or bass agrees in those alone: it lacks the reference's melody and voices, which are among
what is loudest. So the loud cells tell a repetition from noise where the mean of all cells is alike for both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.line_refinement import TOPS_HERTZ
from eightcount_sync.audio.phase_correlation import FloatArray
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

FRAME_SAMPLES, HOP_SAMPLES = 1024, 512
MIN_FRAMES, MAX_FRAMES = 8, 400
"""This many frames are taken of what lasts longer than 26 s."""
STRETCH_FRAMES = 60
"""Frames of the stretches that are compared with each other: 4 s, and more in what is sampled."""
BINS = 3
"""Neighbouring bins of the transform that form a cell of 23 Hz."""
LOWEST_HERTZ = 150.0
LOUD_SHARE, MIN_LOUD_SHARE = 0.2, 0.05
"""A cell is loud when among this share of its frequency's loudest; a stretch with too few of them says nothing."""
RANGE_DECIBELS = 50.0
"""Cells that are softer than the loudest one by more than this are silent."""
PRESENT = 0.52
"""From here on the take has what the reference plays. With noise 5 dB below the music, through codecs or from a far
microphone, the right place has 0.54 to 1, and recorded passages that share their accompaniment have up to 0.49."""
CLEAR, UNEVEN = 0.6, 0.6
"""Where a stretch reaches `CLEAR`, it is no noise that leaves another one below this share of it."""


@dataclass(frozen=True, slots=True)
class LoudCoherence:
    """Mean coherence of the cells in which the reference is loud for their frequency; 1 where too little is compared.

    Attributes:
        mean: over all frames.
        least: of the stretches, each by itself.
        most: likewise.
    """

    mean: float
    least: float
    most: float

    @property
    def is_lacking(self) -> bool:
        """Whether the take may lack what the reference plays; noise may be the cause."""
        return self.mean < PRESENT

    @property
    def is_uneven(self) -> bool:
        """Whether a stretch lacks what the reference plays although another one, clear of noise, has it."""
        return self.most >= CLEAR and self.least < min(PRESENT, UNEVEN * self.most)


UNKNOWN = LoudCoherence(1.0, 1.0, 1.0)


def measure_loud_coherence(
    a: AudioSamples, b: AudioSamples, line: TimeLine, start: float, end: float, band: int
) -> LoudCoherence:
    """Measure the cells between two times of b along a line, up to the top of a band (see `TOPS_HERTZ`)."""
    half = FRAME_SAMPLES / RATE_HERTZ / 2
    count = int((end - start - 2 * half) * RATE_HERTZ / HOP_SAMPLES) + 1
    if count < MIN_FRAMES:
        return UNKNOWN
    centres = np.linspace(start + half, end - half, min(count, MAX_FRAMES))
    ours, theirs = _cells(a, b, line, centres, TOPS_HERTZ[band])
    power = (np.abs(ours) ** 2).sum(axis=-1)
    cross = (theirs * np.conj(ours)).real.sum(axis=-1)
    coherence = cross / np.sqrt(power * (np.abs(theirs) ** 2).sum(axis=-1) + 1e-20)
    loud = (power >= np.quantile(power, 1.0 - LOUD_SHARE, axis=0)) & (
        power > power.max() * 10 ** (-RANGE_DECIBELS / 10)
    )
    if not loud.any():
        return UNKNOWN
    mean = float(coherence[loud].mean())
    stretches = np.sign(mean) * _means(coherence, loud)
    return LoudCoherence(abs(mean), float(stretches.min(initial=abs(mean))), float(stretches.max(initial=abs(mean))))


def _means(coherence: FloatArray, loud: NDArray[np.bool_]) -> FloatArray:
    """Return the mean coherence of the loud cells of each stretch that has enough of them."""
    number = max(1, round(len(loud) / STRETCH_FRAMES))
    parts = zip(np.array_split(coherence, number), np.array_split(loud, number), strict=True)
    return np.array([cells[those].mean() for cells, those in parts if those.mean() >= MIN_LOUD_SHARE], np.float32)


def _cells(
    a: AudioSamples, b: AudioSamples, line: TimeLine, centres: NDArray[np.float64], top_hertz: float
) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    """Return [K, F, BINS] spectra of both around [K] times of b, those of a moved to where the line puts them."""
    window = np.hanning(FRAME_SAMPLES + 1)[:FRAME_SAMPLES].astype(np.float32)
    begins = np.rint(centres * RATE_HERTZ).astype(int) - FRAME_SAMPLES // 2
    middles = (begins + FRAME_SAMPLES / 2) / RATE_HERTZ
    places = (line.offset_seconds + line.ratio * middles) * RATE_HERTZ - FRAME_SAMPLES / 2
    whole = np.rint(places).astype(int)
    low, high = (int(edge * FRAME_SAMPLES / RATE_HERTZ) for edge in (LOWEST_HERTZ, top_hertz))
    high = low + (high - low) // BINS * BINS
    late = np.exp(2j * np.pi / FRAME_SAMPLES * np.outer(places - whole, np.arange(low, high)))
    ours = np.stack([a.read(int(begin), FRAME_SAMPLES) for begin in whole]) * window
    theirs = np.stack([b.read(int(begin), FRAME_SAMPLES) for begin in begins]) * window
    spectra = rfft(ours, workers=1)[:, low:high] * late.astype(np.complex64), rfft(theirs, workers=1)[:, low:high]
    first, second = (np.asarray(one.reshape(len(centres), -1, BINS), np.complex64) for one in spectra)
    return first, second
