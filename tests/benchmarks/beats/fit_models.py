"""Fit the tracker's models to the first half of the styles and to invented ones.

`python -m tests.benchmarks.beats.fit_models` writes `services/sync/eightcount_sync/music/models.json`. Confidences are
fitted to what models say of styles that they were not fitted to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eightcount_sync.music import accents as music_accents
from eightcount_sync.music.beat_candidates import find_candidates, tempo_of
from eightcount_sync.music.beat_choice import Linear, describe_beats, describe_doubt, warp_to_beats
from eightcount_sync.music.beat_evidence import Evidence, gather_evidence
from eightcount_sync.music.onsets import ONSET_RATE_HERTZ
from tests.benchmarks.beats.composing import Song
from tests.benchmarks.beats.judging import RIGHT, best_f_measure
from tests.benchmarks.beats.material import hear_songs, songs_to_fit

Array = NDArray[np.float64]
TARGET = Path("services/sync/eightcount_sync/music/models.json")
MAKERS = 12


@dataclass(frozen=True)
class Weighed:
    """The candidates of a song.

    Attributes:
        group: songs that are left out together.
        numbers: [C, F] what speaks for each.
        right: [C] whether it is.
    """

    song: Song
    group: str
    evidence: Evidence
    candidates: list[Array]
    numbers: Array
    right: NDArray[np.bool_]


def main() -> None:
    """Fit every model and write them."""
    weighed = [_weigh(heard.song, gather_evidence(heard.features)) for heard in hear_songs(songs_to_fit())]
    print(f"{len(weighed)} songs, {np.mean([song.right.any() for song in weighed]):.3f} have a right candidate")
    models = {"choice": fit_choice([(song.numbers, song.right) for song in weighed], strength=1.5)}
    models["confidence"] = _fit_confidence(weighed)
    models |= _fit_bars(weighed)
    TARGET.write_text(json.dumps({name: _as_json(model) for name, model in models.items()}, indent=1) + "\n")


def _weigh(song: Song, evidence: Evidence) -> Weighed:
    candidates = find_candidates(evidence)
    numbers = np.stack([describe_beats(evidence, beats) for beats in candidates])
    right = np.array([best_f_measure(beats / ONSET_RATE_HERTZ, song)[0] >= RIGHT for beats in candidates])
    name = song.style.name
    group = f"invented {int(name.split()[1]) % MAKERS}" if name.startswith("invented") else name
    return Weighed(song, group, evidence, candidates, numbers, right)


def _fit_confidence(weighed: Sequence[Weighed]) -> Linear:
    """Fit the confidence in beats to choices that were made without the song's style."""
    numbers, right = [], []
    for group in sorted({song.group for song in weighed}):
        model = fit_choice([(song.numbers, song.right) for song in weighed if song.group != group], strength=1.5)
        for song in weighed:
            if song.group == group:
                scores = model.score(song.numbers)
                chances = np.exp(scores - scores.max())
                chances /= chances.sum()
                best = int(chances.argmax())
                numbers.append(describe_doubt(song.evidence, song.candidates[best], chances))
                right.append(bool(song.right[best]))
    print(f"beats right without the style: {np.mean(right):.3f}")
    model = fit_logistic(np.stack(numbers), np.array(right), strength=3.0)
    scores = model.score(np.stack(numbers))
    print(f"AUROC of the confidence, in sample: {area_under_curve(scores, np.array(right)):.3f}")
    return model


@dataclass(frozen=True)
class Grouped:
    """Right beats of a song, their accents and their true places."""

    song: Song
    group: str
    beats: Array
    accents: Array
    warped: Array
    indices: NDArray[np.int_]

    @property
    def size(self) -> int:
        """Beats in a group that is looked for."""
        return 4 if self.song.style.metre == "4/4" else 3

    def is_first(self, phase: int, *, size: int, every: int) -> bool:
        """Return whether most beats at a phase of groups of `size` are the first of `every` true beats."""
        return bool(np.mean(self.indices[phase::size] % every == 0) > 0.8)


def _fit_bars(weighed: Sequence[Weighed]) -> dict[str, Linear]:
    rows = [
        _group(song, beats)
        for song in weighed
        for beats, right in zip(song.candidates, song.right, strict=True)
        if right and not (song.song.style.metre == "6/8" and tempo_of(beats) < 100.0)
    ]
    triple = np.array([row.song.style.metre != "4/4" for row in rows])
    threes = [row for row in rows if row.size == 3]
    models = {
        "triple": _fit_told(
            rows, lambda row: music_accents.describe_triple(row.accents, row.warped, row.beats), triple
        ),
        "compound": _fit_told(
            threes,
            lambda row: music_accents.describe_compound(row.accents, row.warped, row.beats),
            np.array([row.song.style.metre == "6/8" for row in threes]),
        ),
    }
    for size in (4, 3):
        models[f"downbeat {size}"] = _fit_downbeats([row for row in rows if row.size == size], size)
    for metre in ("4/4", "3/4", "6/8"):
        models[f"turn {metre}"] = _fit_turns([row for row in rows if row.song.style.metre == metre])
    return models


def _group(song: Weighed, beats: Array) -> Grouped:
    truth = song.song.beats * ONSET_RATE_HERTZ
    after = np.clip(np.searchsorted(truth, beats), 1, len(truth) - 1)
    nearest = after - (np.abs(truth[after - 1] - beats) < np.abs(truth[after] - beats))
    warped = warp_to_beats(song.evidence.rows, beats)
    accents = music_accents.describe_accents(song.evidence, beats)
    return Grouped(song.song, song.group, beats, accents, warped, nearest)


def _fit_told(rows: Sequence[Grouped], describe: Callable[[Grouped], Array], truth: NDArray[np.bool_]) -> Linear:
    numbers = np.stack([describe(row) for row in rows])
    groups = np.array([row.group for row in rows])
    told = np.zeros(len(rows))
    for group in set(groups):
        model = fit_logistic(numbers[groups != group], truth[groups != group], strength=3.0)
        told[groups == group] = model.score(numbers[groups == group])
    print(f"told without the style: {np.mean((told > 0) == truth):.3f} of {len(rows)}")
    return fit_logistic(numbers, truth, strength=3.0)


def _fit_downbeats(rows: Sequence[Grouped], size: int) -> Linear:
    cases = [(music_accents.describe_phases(row.accents, size), np.array([
        row.is_first(phase, size=size, every=min(row.song.style.beats_per_bar, size)) for phase in range(size)
    ]), row.group) for row in rows]  # fmt: skip
    right = []
    for group in sorted({case[2] for case in cases}):
        model = fit_choice([case[:2] for case in cases if case[2] != group], strength=2.0, standardise=False)
        right += [bool(case[1][model.score(case[0]).argmax()]) for case in cases if case[2] == group]
    print(f"downbeats of {size} without the style: {np.mean(right):.3f}")
    return fit_choice([case[:2] for case in cases], strength=2.0, standardise=False)


def _fit_turns(rows: Sequence[Grouped]) -> Linear:
    numbers, truth = [], []
    for row in rows:
        for first in range(2 * row.size):
            ones = (
                row.is_first(first, size=2 * row.size, every=row.song.style.counts),
                row.is_first((first + row.size) % (2 * row.size), size=2 * row.size, every=row.song.style.counts),
            )
            if ones[0] != ones[1]:
                numbers.append(music_accents.describe_turns(row.accents, first, row.size))
                truth.append(ones[0])
    model = fit_logistic(np.stack(numbers), np.array(truth), strength=3.0, offset=False)
    print(f"turns in sample: {np.mean((model.score(np.stack(numbers)) > 0) == np.array(truth)):.3f} of {len(truth)}")
    return model


def fit_choice(
    cases: Sequence[tuple[Array, NDArray[np.bool_]]], *, strength: float, standardise: bool = True
) -> Linear:
    """Fit which of a song's rows are right, conditional logistic; each case is [C, F] numbers and [C] truths."""
    numbers = np.concatenate([case[0] for case in cases])
    means = numbers.mean(axis=0) if standardise else np.zeros(numbers.shape[1])
    scales = numbers.std(axis=0) + 1e-9 if standardise else np.full(numbers.shape[1], 1.0 / 3.0)
    useful = [((rows - means) / scales, right) for rows, right in cases if right.any() and not right.all()]

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = strength * float(weights @ weights), 2.0 * strength * weights
        for rows, right in useful:
            scores = rows @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            hit = float(chances[right].sum())
            total -= np.log(hit + 1e-12)
            slope = slope - rows.T @ (np.where(right, chances / hit, 0.0) - chances)
        return total, slope

    weights = minimize(loss, np.zeros(numbers.shape[1]), jac=True, method="L-BFGS-B").x
    return Linear(means, scales, weights)


def fit_logistic(numbers: Array, truth: NDArray[np.bool_], *, strength: float, offset: bool = True) -> Linear:
    """Fit a logistic regression of [N] truths on [N, F] numbers."""
    means = numbers.mean(axis=0) if offset else np.zeros(numbers.shape[1])
    scales = numbers.std(axis=0) + 1e-9
    rows = np.column_stack([(numbers - means) / scales, np.full(len(numbers), float(offset))])

    def loss(weights: Array) -> tuple[float, Array]:
        scores = np.clip(rows @ weights, -40.0, 40.0)
        chances = 1.0 / (1.0 + np.exp(-scores))
        kept = np.append(weights[:-1], 0.0)
        likelihood = np.where(truth, np.log(chances + 1e-12), np.log(1.0 - chances + 1e-12)).sum()
        return -likelihood + strength * float(kept @ kept), rows.T @ (chances - truth) + 2.0 * strength * kept

    weights = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x
    return Linear(means, scales, weights[:-1], float(weights[-1]) if offset else 0.0)


def area_under_curve(scores: Array, right: NDArray[np.bool_]) -> float:
    """Return the chance that a right one scores higher than a wrong one; 1 when none is wrong."""
    if right.all() or not right.any():
        return 1.0
    apart = scores[right][:, None] - scores[~right][None]
    return float((apart > 0).mean() + 0.5 * (apart == 0).mean())


def _as_json(model: Linear) -> dict[str, Any]:
    return {
        "means": [round(float(value), 5) for value in model.means],
        "scales": [round(float(value), 5) for value in model.scales],
        "weights": [round(float(value), 5) for value in model.weights],
        "offset": round(model.offset, 5),
    }


if __name__ == "__main__":
    main()
