"""Music of a small synthetic band whose beats and bars are known."""

import numpy as np

from tests.unit.sync.signals import Samples

RATE = 22_050
_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))


def beat_times(bpm: float, seconds: float, *, start: float = 0.5) -> np.ndarray:
    """Times of even beats."""
    return np.arange(start, seconds - 0.5, 60.0 / bpm)


def play_waltz(beats: np.ndarray, seconds: float) -> Samples:
    """Bass and kick on 1, chords on 2 and 3, another chord in every bar."""
    return _play(beats, seconds, 3, kicks=(0,), snares=(1, 2), stabs=(1, 2))


def play_rock(beats: np.ndarray, seconds: float) -> Samples:
    """Kick on 1 and 3, snare on 2 and 4, another chord in every bar."""
    return _play(beats, seconds, 4, kicks=(0, 2), snares=(1, 3), stabs=(0,))


def _play(
    beats: np.ndarray, seconds: float, size: int, *, kicks: tuple[int, ...], snares: tuple[int, ...],
    stabs: tuple[int, ...],
) -> Samples:  # fmt: skip
    random = np.random.default_rng(4)
    samples = 1e-4 * random.standard_normal(int(seconds * RATE) + 2 * RATE)
    for index, time in enumerate(beats):
        bar, place = divmod(index, size)
        chord = _CHORDS[bar % len(_CHORDS)]
        if place in kicks:
            _add(samples, time, 0.6 * _tone(52.0, 0.18))
        if place == 0:
            _add(samples, time, 0.3 * _tone(65.4 * 2 ** (chord[0] % 12 / 12), 0.5))
        if place in snares:
            _add(samples, time, 0.12 * random.standard_normal(2600) * np.exp(-np.arange(2600) / 700))
        if place in stabs:
            _add(samples, time, sum(0.07 * _tone(261.6 * 2 ** (tone / 12), 0.35) for tone in chord))
        _add(samples, time, 0.04 * random.standard_normal(500) * np.exp(-np.arange(500) / 120))
    return samples[: int(seconds * RATE)].astype(np.float32)


def _tone(hertz: float, seconds: float) -> np.ndarray:
    times = np.arange(int(seconds * RATE)) / RATE
    return np.sin(2 * np.pi * hertz * times) * np.exp(-times / (0.3 * seconds))


def _add(samples: np.ndarray, time: float, sound: np.ndarray) -> None:
    start = round(time * RATE)
    samples[start : start + len(sound)] += sound
