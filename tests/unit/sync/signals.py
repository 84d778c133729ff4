"""Synthetic music: seeded notes and drums, and files of it."""

from __future__ import annotations

import io

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def song(seed: int, seconds: float, rate: int = 8000, bpm: float = 120.0) -> Samples:
    """Random notes of random timbre on a beat, with drums; every bar is different."""
    generator = np.random.default_rng(seed)
    samples = np.zeros(int(seconds * rate) + rate)
    step = 30.0 / bpm
    for number in range(int(seconds / step)):
        at = int(number * step * rate)
        time = np.arange(int(0.4 * rate)) / rate
        decay = np.exp(-time * generator.uniform(4.0, 10.0))
        for pitch in generator.integers(45, 81, 2):
            frequency = 440.0 * 2.0 ** ((pitch - 69) / 12)
            for partial in range(1, 6):
                samples[at : at + len(time)] += (
                    generator.uniform(0.0, 0.2) / partial * decay * np.sin(2 * np.pi * frequency * partial * time)
                )
        hit = generator.standard_normal(int(0.05 * rate)) * np.exp(-np.arange(int(0.05 * rate)) / (0.01 * rate))
        samples[at : at + len(hit)] += hit * (0.5 if number % 2 == 0 else 0.15)
    return (samples[: int(seconds * rate)] / np.abs(samples).max()).astype(np.float32)


def noisy(samples: Samples, seed: int, snr_db: float) -> Samples:
    """Add white noise at a signal-to-noise ratio."""
    noise = np.random.default_rng(seed).standard_normal(len(samples))
    return (samples + noise * np.sqrt(np.mean(samples**2)) * 10.0 ** (-snr_db / 20)).astype(np.float32)


def wav(samples: Samples, rate: int = 8000) -> io.BytesIO:
    """Encode samples as a WAV file."""
    file = io.BytesIO()
    with av.open(file, "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        whole = np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(whole[None], "s16", "mono")
        frame.sample_rate, frame.pts = rate, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file.seek(0)
    return file


def video(samples: Samples | None, *, rate: int = 48_000, seconds: float = 2.0, delay: float = 0.0) -> io.BytesIO:
    """Encode a small Matroska video whose sound, if any, begins `delay` seconds after its first frame."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        sound = container.add_stream("pcm_s16le", rate=rate, layout="mono") if samples is not None else None
        for number in range(int(seconds * 25)):
            image = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number % 255, np.uint8), "rgb24")
            image.pts = number
            container.mux(stream.encode(image))
        container.mux(stream.encode(None))
        if sound is not None and samples is not None:
            whole = np.rint(samples * 32767).astype(np.int16)
            for start in range(0, len(whole), 4096):
                frame = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(whole[None, start : start + 4096]), "s16", "mono"
                )
                frame.sample_rate, frame.pts = rate, start + round(delay * rate)
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
    file.seek(0)
    return file
