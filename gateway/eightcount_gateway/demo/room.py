"""The sound of a room: echo and noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
_ECHO_LEVEL = 0.35


def add_echo(samples: Samples, *, rate_hertz: int, decay_seconds: float, generator: np.random.Generator) -> Samples:
    """The sound with a diffuse tail of noise that decays by 60 dB in `decay_seconds` (Moorer, 1979).

    The direct sound stays where it is. Shape [N] in and out.
    """
    times = np.arange(int(decay_seconds * rate_hertz)) / rate_hertz
    tail = generator.standard_normal(times.size) * 10.0 ** (-3.0 * times / decay_seconds)
    response = _ECHO_LEVEL * tail / np.linalg.norm(tail)
    response[0] += 1.0
    size = 1 << (samples.size + response.size - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(response, size), size)
    return np.asarray(wet[: samples.size], dtype=np.float32)


def add_noise(samples: Samples, *, ratio_db: float, generator: np.random.Generator) -> Samples:
    """The sound with pink noise `ratio_db` below its mean power. Shape [N] in and out."""
    spectrum = np.fft.rfft(generator.standard_normal(samples.size))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(spectrum.size), 1.0)), samples.size)
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    pink *= np.sqrt(power / np.mean(np.square(pink)) / 10.0 ** (ratio_db / 10.0))
    return np.asarray(samples + pink, dtype=np.float32)


def limit_peak(samples: Samples) -> Samples:
    """The sound scaled down when it would clip."""
    return np.asarray(samples / max(1.0, float(np.abs(samples).max(initial=0.0)) / 0.98), dtype=np.float32)
