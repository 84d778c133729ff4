"""Degradations of music between a loudspeaker and a phone's file, as seeded operations on samples at 48 kHz."""

from __future__ import annotations

import io
from dataclasses import dataclass

import av
import numpy as np
import soxr
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt, sosfiltfilt

Samples = NDArray[np.float32]
RATE_HERTZ = 48_000
_CLOCK = 1e-5


def room(
    samples: Samples,
    generator: np.random.Generator,
    *,
    decay_seconds: float,
    direct_to_reverberant_db: float,
    rate: int = RATE_HERTZ,
) -> Samples:
    """Convolve with a synthetic impulse response: a direct sound at 0 and Gaussian noise that decays by 60 dB."""
    length = int(decay_seconds * rate)
    time = np.arange(length) / rate
    tail = generator.standard_normal(length) * 10.0 ** (-3.0 * time / decay_seconds)
    tail[: int(0.002 * rate)] = 0.0
    tail *= np.sqrt(10.0 ** (-direct_to_reverberant_db / 10.0) / np.sum(tail**2))
    tail[0] = 1.0
    return fftconvolve(samples, tail)[: len(samples)].astype(np.float32)


def phone(samples: Samples, rate: int = RATE_HERTZ) -> Samples:
    """Filter to the band of a small microphone: 300 Hz to 3.4 kHz; zero phase, so that the truth stays exact."""
    return sosfiltfilt(butter(2, [300.0, 3400.0], "bandpass", fs=rate, output="sos"), samples).astype(np.float32)


def add_noise(samples: Samples, noise: Samples, generator: np.random.Generator, *, snr_db: float) -> Samples:
    """Add a random stretch of `noise`, repeated as often as needed, at a signal-to-noise ratio."""
    start = int(generator.integers(len(noise)))
    stretch = np.resize(np.roll(noise, -start), len(samples))
    gain = np.sqrt(np.mean(samples**2) / max(float(np.mean(stretch**2)), 1e-12) * 10.0 ** (-snr_db / 10.0))
    return (samples + gain * stretch).astype(np.float32)


def automatic_gain(samples: Samples, *, target: float = 0.1, seconds: float = 0.2, rate: int = RATE_HERTZ) -> Samples:
    """Divide by a running level, as a phone's recorder does."""
    alpha = 1.0 - np.exp(-1.0 / (seconds * rate))
    level = np.sqrt(sosfilt(np.array([[alpha, 0, 0, 1, alpha - 1, 0]]), samples.astype(np.float64) ** 2) + 1e-8)
    return (samples * np.minimum(target / level, 100.0)).astype(np.float32)


def clip(samples: Samples, *, fraction: float = 0.3) -> Samples:
    """Clip peaks at a fraction of the largest."""
    limit = fraction * float(np.abs(samples).max())
    return np.clip(samples, -limit, limit)


def drift(samples: Samples, *, ppm: float) -> Samples:
    """Simulate a recorder whose clock runs `ppm` slow: its file is shorter by that."""
    return soxr.resample(samples, 1e6, 1e6 - ppm, quality="VHQ").astype(np.float32)


def speed(samples: Samples, *, ratio: float) -> Samples:
    """Play music `ratio` times as fast, pitch included."""
    return soxr.resample(samples, RATE_HERTZ * ratio, RATE_HERTZ, quality="HQ").astype(np.float32)


@dataclass(frozen=True)
class Stretched:
    """Music at another speed with its pitch kept.

    Attributes:
        samples: the stretched music.
        offset, ratio: the line source time = offset + ratio * time on which it lies, by least squares.
        spread: root mean square of what the stretching moves single moments off that line, in seconds.
    """

    samples: Samples
    offset: float
    ratio: float
    spread: float


def stretch(samples: Samples, *, ratio: float) -> Stretched:
    """Stretch music by ffmpeg's `atempo` (WSOLA), which displaces single moments by up to 20 ms.

    Two faint channels go along, a clock and a constant. They are cut and overlapped as the music is, so their quotient
    tells where each moment came from.
    """
    clock = np.arange(len(samples), dtype=np.float32) / RATE_HERTZ * _CLOCK
    heard, ticks, weight = _atempo(np.stack([samples, clock, np.full_like(clock, _CLOCK)]), ratio)
    time = np.arange(len(heard)) / RATE_HERTZ
    sure = slice(RATE_HERTZ // 2, len(heard) - RATE_HERTZ // 2)
    source = ticks[sure].astype(np.float64) / weight[sure]
    slope, offset = np.polyfit(time[sure], source, 1)
    spread = float(np.std(source - offset - slope * time[sure]))
    return Stretched(heard, float(offset), float(slope), spread)


def _atempo(channels: Samples, ratio: float) -> Samples:
    """Stretch three channels [3, N] to [3, N']."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE_HERTZ, format="flt", layout="3.0", time_base=f"1/{RATE_HERTZ}")
    tempo, sink = graph.add("atempo", f"{ratio:.8f}"), graph.add("abuffersink")
    source.link_to(tempo)
    tempo.link_to(sink)
    graph.configure()
    pieces = []
    for start in range(0, channels.shape[1], RATE_HERTZ):
        packed = np.ascontiguousarray(channels[:, start : start + RATE_HERTZ].T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="3.0")
        frame.sample_rate, frame.pts = RATE_HERTZ, start
        graph.push(frame)
    graph.push(None)
    while True:
        try:
            pieces.append(graph.pull().to_ndarray().reshape(-1, 3).T)
        except (av.EOFError, av.BlockingIOError):
            return np.ascontiguousarray(np.concatenate(pieces, axis=1), np.float32)


CODECS = {"aac": ("aac", "mp4", 64_000), "opus": ("libopus", "webm", 24_000), "mp3": ("libmp3lame", "mp3", 96_000)}


def encode(samples: Samples, codec: str) -> bytes:
    """Encode the samples as a file: `aac` 64 kbit/s in MP4, `opus` 24 kbit/s in WebM, `mp3` 96 kbit/s or `wav`."""
    name, container_format, bit_rate = CODECS.get(codec, ("pcm_s16le", "wav", 0))
    file = io.BytesIO()
    with av.open(file, "w", format=container_format) as container:
        stream = container.add_stream(name, rate=RATE_HERTZ, layout="mono")
        if bit_rate:
            stream.bit_rate = bit_rate
        resampler = AudioResampler(format=stream.format, layout="mono", rate=RATE_HERTZ)
        peak = max(1.0, float(np.abs(samples).max()))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None] / peak, np.float32), "flt", "mono")
        frame.sample_rate, frame.pts = RATE_HERTZ, 0
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            for packet in stream.encode(part):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return file.getvalue()
