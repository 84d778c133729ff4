"""The pairs of the sync benchmark: cut from a song, degraded with a seed, and built on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.benchmarks import degradation
from tests.benchmarks.sync_material import Material, cut_pair

RATE = 48_000
WRONG_SNRS_DB = (-5.0, 20.0)


@dataclass(frozen=True)
class Case:
    """One pair: t_a = offset + ratio * t_b; NaN where the songs differ. `a` and `b` are files."""

    a: bytes
    b: bytes
    offset: float
    ratio: float = 1.0


@dataclass(frozen=True)
class Series:
    """The pairs of one condition.

    Attributes:
        name: of the condition.
        count: number of pairs.
        build: pair n from the material; the same for the same n.
        search_speed: whether other speeds are looked for.
        compared: the peers get the pairs before this number.
    """

    name: str
    count: int
    build: Callable[[Material, int], Case]
    search_speed: bool = False
    compared: int = 0


def noisy(snr_db: float, count: int) -> Series:
    """Takes in a mild room, cycling through kinds of noise and codecs."""

    def build(material: Material, number: int) -> Case:
        names, noises, codecs = list(material.songs), sorted(material.noises), ("wav", "aac", "opus", "mp3")
        generator = np.random.default_rng([round(200 + snr_db), number])
        a, b, offset = cut_pair(material, names[number % len(names)], generator)
        b = degradation.room(b, generator, decay_seconds=0.3, direct_to_reverberant_db=6.0)
        b = degradation.add_noise(b, material.noises[noises[number % len(noises)]], generator, snr_db=snr_db)
        if number % 2:
            b = degradation.phone(b)
        codec = codecs[number % 4] if snr_db > -15 else "wav"
        return Case(degradation.encode(a, "wav"), degradation.encode(b, codec), offset)

    return Series(f"{snr_db:+.0f} dB", count, build, compared=count)


def reverberant(count: int) -> Series:
    """A far microphone: reverberation 6 dB above the direct sound, gain control, clipping."""

    def build(material: Material, number: int) -> Case:
        names, generator = list(material.songs), np.random.default_rng([1, number])
        a, b, offset = cut_pair(material, names[(3 * number) % len(names)], generator)
        b = degradation.room(b, generator, decay_seconds=0.8, direct_to_reverberant_db=-6.0)
        b = degradation.clip(degradation.automatic_gain(b))
        return Case(degradation.encode(a, "wav"), degradation.encode(b, "wav"), offset)

    return Series("reverberation, AGC, clipping", count, build, compared=count)


def drifting(count: int) -> Series:
    """Clocks that differ by up to 1,000 ppm, over 60 s."""

    def build(material: Material, number: int) -> Case:
        names, generator = list(material.songs), np.random.default_rng([2, number])
        song = material.songs[names[(5 * number) % len(names)]][: int(62 * RATE)]
        ppm = float(generator.uniform(-1000.0, 1000.0))
        b = degradation.add_noise(song[RATE : 61 * RATE], material.noises["pink"], generator, snr_db=10.0)
        b = degradation.drift(b, ppm=ppm)
        return Case(degradation.encode(song, "wav"), degradation.encode(b, "wav"), 1.0, 1.0 + ppm * 1e-6)

    return Series("drift", count, build)


def at_speed(count: int, *, keep_pitch: bool) -> Series:
    """A take at 0.5 to 1.5 times the speed."""

    def build(material: Material, number: int) -> Case:
        names, generator = list(material.songs), np.random.default_rng([4 if keep_pitch else 3, number])
        a, b, offset = cut_pair(material, names[(7 * number) % len(names)], generator, seconds=45.0, take=30.0)
        ratio = float(generator.uniform(0.5, 1.5))
        b = degradation.add_noise(b, material.noises["pink"], generator, snr_db=10.0)
        if keep_pitch:
            stretched = degradation.stretch(b, ratio=ratio)
            b, offset, ratio = stretched.samples, offset + stretched.offset, stretched.ratio
        else:
            b = degradation.speed(b, ratio=ratio)
        return Case(degradation.encode(a, "wav"), degradation.encode(b, "wav"), offset, ratio)

    # The peers find none of them, but the time they take on the same pairs is what ours is held against.
    return Series("speed, pitch kept" if keep_pitch else "speed, pitch moved", count, build, True, compared=count)


def wrong(count: int, *, search_speed: bool = False) -> Series:
    """Different songs."""

    def build(material: Material, number: int) -> Case:
        names, generator = list(material.songs), np.random.default_rng([6 if search_speed else 5, number])
        one, other = generator.choice(len(names), 2, replace=False)
        a, _, _ = cut_pair(material, names[one], generator)
        _, b, _ = cut_pair(material, names[other], generator)
        snr_db = float(generator.uniform(*WRONG_SNRS_DB))
        b = degradation.add_noise(b, material.noises["pink"], generator, snr_db=snr_db)
        return Case(degradation.encode(a, "wav"), degradation.encode(b, "wav"), float("nan"))

    if search_speed:
        return Series("wrong, at any speed", count, build, True)
    return Series("wrong", count, build, compared=16)


def series_of(rows: str, count: int, wrong_count: int) -> list[Series]:
    """The series behind a group of rows: offset, drift, speed or wrong."""
    return {
        "offset": [*(noisy(snr_db, count) for snr_db in (20.0, 0.0, -10.0, -15.0)), reverberant(count)],
        "drift": [drifting(count)],
        "speed": [at_speed(count, keep_pitch=False), at_speed(count, keep_pitch=True)],
        "wrong": [wrong(wrong_count), wrong(wrong_count // 10, search_speed=True)],
    }[rows]
