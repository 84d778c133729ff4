"""Pairs that test the confidence in pieces: steps, faint steps, whole takes, other songs, and other parts of the song.

Only songs of the half that sets constants are used, see `sync_steps.is_fitted`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import soxr

from eightcount_sync.audio.hypotheses import find_hypotheses
from eightcount_sync.audio.piece_judgement import MIN_HEIGHT, piece_evidence
from eightcount_sync.audio.pieces import Span, find_pieces
from eightcount_sync.audio.samples import RATE_HERTZ, samples_from_array
from tests.benchmarks import degradation
from tests.benchmarks.sync_material import Material, Samples
from tests.benchmarks.sync_steps import RATE, is_fitted, songs_of

WHATS = ("other part", "other song", "faint", "other part", "steps", "whole", "partly")
"""`partly`: a take that begins in the reference and goes on in a part that it lacks."""
REFERENCE_SECONDS = 40
LEAST_AGREEMENT = 4.5
CLOSE_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class HardPair:
    """Two recordings at `RATE_HERTZ`; `offsets`: of the take's halves, NaN where the reference does not have them."""

    what: str
    a: Samples
    b: Samples
    offsets: tuple[float, float]


def make_pairs(material: Material, count: int) -> Iterator[HardPair]:
    """Yield `count` pairs."""
    songs = {name: song for name, song in songs_of(material).items() if is_fitted(name)}
    names = sorted(songs)
    for number in range(count):
        what = WHATS[number % len(WHATS)]
        name = names[number // len(WHATS) % len(names)]
        if what in {"other part", "partly"} and name.startswith("sequenced"):
            continue  # its patterns come back in every part
        generator = np.random.default_rng([99, number])
        yield _make_pair(what, songs, name, material, generator)


def _make_pair(
    what: str, songs: dict[str, Samples], name: str, material: Material, generator: np.random.Generator
) -> HardPair:
    song, length = songs[name], float(generator.uniform(3.0, 12.0))
    begins, source = generator.uniform(0.0, REFERENCE_SECONDS - length, 2), song
    offsets = float(begins[0]), float(begins[1]) - length
    if what in {"other part", "other song"}:
        names = [other for other in sorted(songs) if other != name]
        source = song[REFERENCE_SECONDS * RATE :] if what == "other part" else songs[str(generator.choice(names))]
        length = min(length, len(source) / RATE / 2)
        begins, offsets = np.array([0.0, len(source) / RATE - length]), (float("nan"), float("nan"))
    if what == "whole":
        begins = np.array([begins[0], begins[0] + length])
        begins -= max(0.0, float(begins[1]) + length - REFERENCE_SECONDS)
        offsets = (float(begins[0]), float(begins[0]))
    if what == "partly":
        room = len(song) / RATE - REFERENCE_SECONDS - length
        begins = np.array([begins[0], REFERENCE_SECONDS + generator.uniform(0.0, room)])
        offsets = (float(begins[0]), float("nan"))
    halves = [source[int(begin * RATE) : int((begin + length) * RATE)] for begin in begins]
    snr_db = float(generator.uniform(-14.0, 0.0) if what == "faint" else generator.uniform(0.0, 25.0))
    take = degradation.room(
        np.concatenate(halves), generator, decay_seconds=float(generator.uniform(0.2, 0.7)),
        direct_to_reverberant_db=float(generator.uniform(-6.0, 12.0)),
    )  # fmt: skip
    noise = material.noises[str(generator.choice(sorted(material.noises)))]
    take = degradation.add_noise(take, noise, generator, snr_db=snr_db)
    take = degradation.phone(take) if generator.random() < 0.5 else take
    reference = song[: REFERENCE_SECONDS * RATE]
    a, b = (soxr.resample(samples, RATE, RATE_HERTZ).astype(np.float32) for samples in (reference, take))
    return HardPair(what, a, b, offsets)


def measure_pieces(pair: HardPair) -> Iterator[dict[str, Any]]:
    """Yield the evidence for each piece that is judged, and whether it is right."""
    with samples_from_array(pair.a) as a, samples_from_array(pair.b) as b:
        lines = [hypothesis.line for hypothesis in find_hypotheses(a, b, thorough=False)]
        pieces = find_pieces(a, b, lines, [Span(0.0, b.duration_seconds)])
    for piece in pieces:
        if piece.agreement >= LEAST_AGREEMENT and piece.standing.height >= MIN_HEIGHT:
            middle = (piece.start + piece.end) / 2
            truth = pair.offsets[int(middle > len(pair.b) / RATE_HERTZ / 2)]
            error = abs(piece.line.to_a_seconds(middle) - middle - truth)
            yield asdict(piece_evidence(piece)) | {"right": bool(error < CLOSE_SECONDS), "what": pair.what}
