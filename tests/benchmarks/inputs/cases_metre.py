"""Shared cases of beats and counts, against the beats beside each song."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_client.kinds.dance import MusicCounts
from tests.benchmarks.beats.judging import f_measure
from tests.benchmarks.inputs.base import SharedCase, expect
from tests.benchmarks.inputs.product import Product

RIGHT = 0.9
LOW_CONFIDENCE = 0.5


def _judge_reggaeton(product: Product, folder: Path) -> str:
    counts, truth, _ = _count(product, folder, "reggaeton_95")
    score = f_measure(_beats(counts), truth)
    expect(score >= RIGHT, f"F {score:.2f} at {counts.tempo_bpm} bpm")
    return f"F {score:.2f}, {counts.tempo_bpm} bpm"


def _judge_salsa(product: Product, folder: Path) -> str:
    counts, truth, _ = _count(product, folder, "salsa_180")
    tempo = counts.tempo_bpm or 0.0
    on_beats = float(np.mean([np.abs(truth - beat).min() < 0.07 for beat in _beats(counts)]))
    known = any(abs(tempo / right - 1.0) < 0.03 for right in (180.0, 90.0))
    expect(known and on_beats >= RIGHT, f"{on_beats:.0%} on beats at {tempo} bpm")
    return f"{on_beats:.0%} on beats, {tempo} bpm"


def _judge_chacha(product: Product, folder: Path) -> str:
    counts, truth, places = _count(product, folder, "chacha_124")
    if counts.guessed:
        return f"counts guessed, {counts.tempo_bpm} bpm"
    ones = np.array([count.start_s for count in counts.counts if count.count == 1])
    right = np.mean([np.abs(truth[places == 1] - one).min() < 0.07 for one in ones])
    expect(right >= RIGHT, f"{right:.0%} of the ones lie on downbeats, and the counts are not said to be guessed")
    return f"{right:.0%} of the ones on downbeats"


def _judge_tempo_change(product: Product, folder: Path) -> str:
    counts, truth, _ = _count(product, folder, "tempo_90_then_126")
    found = _beats(counts)
    scores = [f_measure(found[part(found)], truth[part(truth)]) for part in (_is_early, _is_late)]
    low = counts.confidence is not None and counts.confidence < LOW_CONFIDENCE
    expect(min(scores) >= RIGHT or low, f"F {scores[0]:.2f} and {scores[1]:.2f}, confidence {counts.confidence}")
    return f"F {scores[0]:.2f} and {scores[1]:.2f}, confidence {counts.confidence}"


def _is_early(times: NDArray[np.float64]) -> NDArray[np.bool_]:
    return times < 25.0


def _is_late(times: NDArray[np.float64]) -> NDArray[np.bool_]:
    return times >= 25.0


def _beats(counts: MusicCounts) -> NDArray[np.float64]:
    return np.array([count.start_s for count in counts.counts])


def _count(product: Product, folder: Path, name: str) -> tuple[MusicCounts, NDArray[np.float64], NDArray[np.int_]]:
    columns = np.loadtxt(folder / f"{name}.beats.txt", ndmin=2)
    places = columns[:, 1].astype(int) if columns.shape[1] > 1 else np.zeros(len(columns), int)
    return product.count_music(folder / f"{name}.opus"), columns[:, 0], places


METRE_CASES = (
    SharedCase("reggaeton_95.opus (.beats.txt)", _judge_reggaeton),
    SharedCase("salsa_180.opus (.beats.txt)", _judge_salsa),
    SharedCase("chacha_124.opus (.beats.txt)", _judge_chacha),
    SharedCase("tempo_90_then_126.opus (.beats.txt)", _judge_tempo_change),
)
