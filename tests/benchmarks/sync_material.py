"""Songs of free games from package registries, and degraded pairs of them with their ground truth."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.audio import open_audio
from tests.benchmarks import degradation

Samples = NDArray[np.float32]

FOLDER = Path("build/songs")
PACKAGES = (
    "wesnoth-1.16-music",
    "hyperrogue-music",
    "asc-music",
    "fretsonfire-songs-muldjord",
    "fretsonfire-songs-sectoid",
)
SHARED = Path("../shared/data/media")
EXCERPT_SECONDS = 90.0
LEAST_SECONDS = 62.0


def fetch_songs() -> list[Path]:
    """Download and unpack the packages once; return the songs of more than a minute, in a fixed order."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        if not (FOLDER / package).is_dir():
            subprocess.run(["apt-get", "download", "-qq", package], cwd=FOLDER, check=True)
            archive = next(FOLDER.glob(f"{package}_*.deb"))
            subprocess.run(["dpkg", "-x", archive.name, package], cwd=FOLDER, check=True)
    folders = [FOLDER / package for package in PACKAGES]
    shared = SHARED / "open/music"
    paths = [p for folder in (*folders, shared) for p in sorted(folder.rglob("*")) if p.suffix in {".ogg", ".mp3"}]
    return [p for p in paths if p.stat().st_size > 400_000 and not p.stem.endswith("_fast") and p.stem != "guitar"]


def load(path: Path, *, rate: int, start: float = 0.0, seconds: float = EXCERPT_SECONDS) -> Samples:
    """Read [N] samples from `start` on."""
    pieces, have = [], 0
    with path.open("rb") as file, open_audio(file, rate_hertz=rate) as audio:
        for block in audio.blocks:
            pieces.append(block)
            have += len(block)
            if have > (start + seconds) * rate:
                break
    return np.concatenate(pieces)[int(start * rate) : int((start + seconds) * rate)]


@dataclass(frozen=True)
class Material:
    """Excerpts of songs and noises at one rate.

    Attributes:
        songs: name -> samples; at least a minute each.
        noises: name -> samples.
    """

    rate: int
    songs: dict[str, Samples]
    noises: dict[str, Samples]


def load_material(*, rate: int, most: int) -> Material:
    """Load up to `most` songs, evenly chosen; excerpts are cached under build/."""
    cache = FOLDER / f"excerpts-{rate}"
    cache.mkdir(parents=True, exist_ok=True)
    songs: dict[str, Samples] = {}
    paths = fetch_songs()
    for path in paths:
        name = f"{path.parent.name}-{path.stem}" if path.stem in {"song", "mix"} else path.stem
        kept = cache / f"{name}.npy"
        if not kept.exists():
            try:
                np.save(kept, (load(path, rate=rate, start=4.0) * 32767).astype(np.int16))
            except (UnusableMediaError, ValueError):
                np.save(kept, np.zeros(0, np.int16))
        samples = np.load(kept)
        if len(samples) >= LEAST_SECONDS * rate and np.abs(samples).max() > 1000:
            songs[name] = samples.astype(np.float32) / 32767
    names = list(songs)
    chosen = [names[i] for i in np.unique(np.linspace(0, len(names) - 1, min(most, len(names))).astype(int))]
    return Material(rate, {name: songs[name] for name in chosen}, _noises(rate))


def _noises(rate: int) -> dict[str, Samples]:
    """Return recorded crowd, babble and speech where available, and synthetic noise."""
    generator = np.random.default_rng(5)
    white = generator.standard_normal(20 * rate).astype(np.float32)
    pink = np.fft.irfft(np.fft.rfft(white) / np.sqrt(np.maximum(np.arange(len(white) // 2 + 1), 1.0)))
    noises = {"white": white, "pink": pink.astype(np.float32)}
    folder = SHARED / "open/noise"
    for name, place in {
        "crowd": "tuxfootball/crowdcheer.wav",
        "babble": "torch-audiomentations/babble_bg_short.wav",
        "speech": "speech_198-209-0000.hq.ogg",
    }.items():
        if (folder / place).exists():
            noises[name] = load(folder / place, rate=rate)
    return noises


@dataclass(frozen=True)
class Pair:
    """Two recordings and their ground truth: t_a = offset + ratio * t_b; the offset is NaN when they do not match."""

    a: Samples
    b: Samples
    offset: float
    ratio: float
    what: str


def degraded(
    material: Material, samples: Samples, generator: np.random.Generator, *, snr_db: float | None, hard: bool
) -> Samples:
    """Simulate a phone's recording of music in a room: reverberation, noise, gain control, clipping."""
    rate = material.rate
    level = -6.0 if hard else float(generator.uniform(0.0, 12.0))
    samples = degradation.room(
        samples, generator, decay_seconds=generator.uniform(0.2, 0.8), direct_to_reverberant_db=level, rate=rate
    )
    if snr_db is not None:
        name = str(generator.choice(sorted(material.noises)))
        samples = degradation.add_noise(samples, material.noises[name], generator, snr_db=snr_db)
    if generator.random() < 0.5:
        samples = degradation.phone(samples, rate)
    if generator.random() < 0.5:
        samples = degradation.automatic_gain(samples, rate=rate)
    return degradation.clip(samples) if generator.random() < 0.3 else samples


def cut_pair(
    material: Material, name: str, generator: np.random.Generator, *, seconds: float = 30.0, take: float = 20.0
) -> tuple[Samples, Samples, float]:
    """Cut a reference and a take; return them and the offset. Up to a fifth of the take lies outside the reference."""
    rate, song = material.rate, material.songs[name]
    lead = int(generator.uniform(0.0, len(song) / rate - seconds - 0.4 * take) * rate)
    begin = lead + int(generator.uniform(-0.2 * take, seconds - 0.8 * take) * rate)
    begin = max(begin, 0)
    reference = song[lead : lead + int(seconds * rate)]
    return reference, song[begin : begin + int(take * rate)], (begin - lead) / rate


def to_8k(samples: Samples, rate: int) -> Samples:
    """Resample to the rate of the comparison."""
    return soxr.resample(samples, rate, 8000).astype(np.float32)


def pairs(material: Material, *, seed: int, snrs: tuple[float, ...], count: int) -> Iterator[Pair]:
    """Yield `count` matching pairs per signal-to-noise ratio, cycling through the songs."""
    names = list(material.songs)
    for snr in snrs:
        for number in range(count):
            generator = np.random.default_rng([seed, number, round(100 + snr)])
            a, b, offset = cut_pair(material, names[number % len(names)], generator)
            ppm = float(generator.choice([0.0, 20.0, -50.0, 100.0, 1000.0, -700.0], p=[0.3, 0.2, 0.2, 0.2, 0.05, 0.05]))
            b = degraded(material, degradation.drift(b, ppm=ppm), generator, snr_db=snr, hard=generator.random() < 0.3)
            yield Pair(to_8k(a, material.rate), to_8k(b, material.rate), offset, 1.0 + ppm * 1e-6, f"{snr:+.0f} dB")


def wrong_pairs(material: Material, *, seed: int, count: int) -> Iterator[Pair]:
    """Yield pairs of different songs, both degraded."""
    names = list(material.songs)
    for number in range(count):
        generator = np.random.default_rng([seed, number])
        one, other = generator.choice(len(names), 2, replace=False)
        a, _, _ = cut_pair(material, names[one], generator)
        _, b, _ = cut_pair(material, names[other], generator)
        b = degraded(material, b, generator, snr_db=float(generator.uniform(-10, 20)), hard=False)
        yield Pair(to_8k(a, material.rate), to_8k(b, material.rate), float("nan"), 1.0, "wrong")
