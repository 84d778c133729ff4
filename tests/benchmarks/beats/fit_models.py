"""Fit the tracker's models to the styles of the first half and to invented ones.

`python -m tests.benchmarks.beats.fit_models` writes `services/sync/eightcount_sync/music/models.json`. Confidences are
fitted to what models say of styles that they were not fitted to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eightcount_sync.music import accents as music_accents
from eightcount_sync.music.bars import describe_count_doubt, describe_metre_doubt, divide_thirds, group_beats
from eightcount_sync.music.beat_candidates import find_candidates, tempo_of
from eightcount_sync.music.beat_choice import describe_beats, describe_doubt, warp_to_beats
from eightcount_sync.music.beat_evidence import Evidence, gather_evidence
from eightcount_sync.music.fitted_models import Linear, Models, Network, softmax, write_models
from eightcount_sync.music.onsets import ONSET_RATE_HERTZ
from tests.benchmarks.beats.composing import Song
from tests.benchmarks.beats.fit_networks import Training, fit_network
from tests.benchmarks.beats.judging import ON_ONES, RIGHT, best_f_measure, share_on_ones
from tests.benchmarks.beats.material import hear_songs, songs_to_fit

Array = NDArray[np.float64]
TARGET = Path("services/sync/eightcount_sync/music/models.json")
MAKERS = 12
MEMBERS = 4
"""Perceptrons in each network; one is fitted where a style is left out."""
_CHOICE = Training(hidden=16, epochs=30)
_DOWNBEATS = Training(hidden=8, epochs=20)


@dataclass(frozen=True)
class Weighed:
    """The candidates of a song.

    Attributes:
        group: songs that are left out together.
        numbers: [C, F] what speaks for each.
        right: [C] whether it is.
        rows: of the right ones.
    """

    song: Song
    group: str
    evidence: Evidence
    candidates: list[Array]
    numbers: Array
    right: NDArray[np.bool_]
    rows: list[Grouped]


def main() -> None:
    """Fit every model and write them."""
    weighed = [_weigh(heard.song, gather_evidence(heard.features)) for heard in hear_songs(songs_to_fit())]
    print(f"{len(weighed)} songs, {np.mean([song.right.any() for song in weighed]):.3f} have a right candidate")
    confidences, models = _fit_confidences(weighed), _fit_models(weighed, members=MEMBERS)
    TARGET.write_text(write_models(Models({**models.linear, **confidences}, models.networks)))


def _weigh(song: Song, evidence: Evidence) -> Weighed:
    candidates = find_candidates(evidence)
    numbers = np.stack([describe_beats(evidence, beats) for beats in candidates])
    right = np.array([best_f_measure(beats / ONSET_RATE_HERTZ, song)[0] >= RIGHT for beats in candidates])
    name = song.style.name
    group = f"invented {int(name.split()[1]) % MAKERS}" if name.startswith("invented") else name
    rows = [_group(song, group, evidence, beats) for beats, fits in zip(candidates, right, strict=True) if fits]
    return Weighed(song, group, evidence, candidates, numbers, right, rows)


def _fit_models(weighed: Sequence[Weighed], *, members: int) -> Models:
    """Fit what chooses beats, metre and downbeats."""
    rows = [row for song in weighed for row in song.rows if row.is_clear]
    choice = fit_network([(song.numbers, song.right) for song in weighed], _CHOICE, members=members)
    downbeats = {
        f"downbeat {size}": _fit_downbeats([row for row in rows if row.size == size], size, members=members)
        for size in (4, 3)
    }
    return Models(_fit_metres(rows), {"choice": choice, **downbeats})


def _fit_confidences(weighed: Sequence[Weighed]) -> dict[str, Linear]:
    """Fit the confidences to what models tell of styles that they were not fitted to."""
    left_out = {
        group: _fit_models([song for song in weighed if song.group != group], members=1)
        for group in sorted({song.group for song in weighed})
    }
    chances = [softmax(left_out[song.group].networks["choice"].score(song.numbers)) for song in weighed]
    best = [int(row.argmax()) for row in chances]
    right = np.array([song.right[beats] for song, beats in zip(weighed, best, strict=True)])
    numbers = np.stack([
        describe_doubt(song.evidence, song.candidates[beats], row)
        for song, beats, row in zip(weighed, best, chances, strict=True)
    ])  # fmt: skip
    models = {"confidence": _fit_confidence("beats", numbers, right)}
    doubts = models["confidence"].score(numbers)
    told = [
        _tell(song, song.candidates[beats], left_out[song.group], float(doubt))
        for song, beats, doubt in zip(weighed, best, doubts, strict=True)
    ]
    models["metre"] = _fit_confidence("metre", np.stack([row.metre for row in told]), [row.metre_fits for row in told])
    models["counts"] = _fit_confidence(
        "counts", np.stack([row.counts for row in told]), [row.counts_fit for row in told]
    )
    return models


def _fit_confidence(what: str, numbers: Array, right: Sequence[bool] | NDArray[np.bool_]) -> Linear:
    truth = np.array(right)
    model = fit_logistic(numbers, truth, strength=3.0)
    scores = model.score(numbers)
    sure, usable = scores > np.log(9.0), scores > np.log(3.0)
    print(
        f"{what} without the style: {truth.mean():.3f} right, AUROC {area_under_curve(scores, truth):.3f}, "
        f"below 0.75 {np.mean(~usable):.3f}, wrong above {np.mean(usable & ~truth):.3f}, "
        f"at 0.9 {np.mean(sure):.3f} of which wrong {(sure & ~truth).sum()}"
    )
    return model


@dataclass(frozen=True)
class Told:
    """What models tell of the bars of a song, as numbers, and whether they are right."""

    metre: Array
    metre_fits: bool
    counts: Array
    counts_fit: bool


def _tell(song: Weighed, chosen: Array, models: Models, doubt: float) -> Told:
    beats = divide_thirds(song.evidence, chosen)
    grouping = group_beats(song.evidence, beats, models)
    starts = beats[grouping.first % grouping.metre.counts_per_phrase :: grouping.metre.counts_per_phrase]
    metre_fits = str(grouping.metre) == song.song.style.metre
    ones = share_on_ones(starts / ONSET_RATE_HERTZ, song.song)
    return Told(
        describe_metre_doubt(grouping, doubt), metre_fits,
        describe_count_doubt(grouping, doubt), metre_fits and ones >= ON_ONES,
    )  # fmt: skip


@dataclass(frozen=True)
class Grouped:
    """Right beats of a song, their accents and their true places."""

    song: Song
    group: str
    beats: Array
    accents: Array
    indices: NDArray[np.int_]
    triple: Array
    compound: Array

    @property
    def is_clear(self) -> bool:
        """Whether the metre can be told from these beats: not from dotted quarters of 6/8."""
        return not (self.song.style.metre == "6/8" and tempo_of(self.beats) < 100.0)

    @property
    def size(self) -> int:
        """Beats in a group that is looked for."""
        return 4 if self.song.style.metre == "4/4" else 3

    def is_first(self, phase: int, *, size: int, every: int) -> bool:
        """Return whether most beats at a phase of groups of `size` are the first of `every` true beats."""
        return bool(np.mean(self.indices[phase::size] % every == 0) > 0.8)


def _fit_metres(rows: Sequence[Grouped]) -> dict[str, Linear]:
    triple = np.array([row.song.style.metre != "4/4" for row in rows])
    threes = [row for row in rows if row.size == 3]
    models = {
        "triple": fit_logistic(np.stack([row.triple for row in rows]), triple, strength=3.0),
        "compound": fit_logistic(
            np.stack([row.compound for row in threes]),
            np.array([row.song.style.metre == "6/8" for row in threes]), strength=3.0,
        ),
    }  # fmt: skip
    for metre in ("4/4", "3/4", "6/8"):
        models[f"turn {metre}"] = _fit_turns([row for row in rows if row.song.style.metre == metre])
    return models


def _group(song: Song, group: str, evidence: Evidence, beats: Array) -> Grouped:
    truth = song.beats * ONSET_RATE_HERTZ
    after = np.clip(np.searchsorted(truth, beats), 1, len(truth) - 1)
    nearest = after - (np.abs(truth[after - 1] - beats) < np.abs(truth[after] - beats))
    warped = warp_to_beats(evidence.rows, beats)
    accents = music_accents.describe_accents(evidence, beats)
    return Grouped(
        song, group, beats, accents, nearest,
        music_accents.describe_triple(accents, warped, beats), music_accents.describe_compound(accents, warped, beats),
    )  # fmt: skip


def _fit_downbeats(rows: Sequence[Grouped], size: int, *, members: int) -> Network:
    cases = [(music_accents.describe_phases(row.accents, size), np.array([
        row.is_first(phase, size=size, every=min(row.song.style.beats_per_bar, size)) for phase in range(size)
    ])) for row in rows]  # fmt: skip
    return fit_network(cases, _DOWNBEATS, members=members)


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
    return fit_logistic(np.stack(numbers), np.array(truth), strength=3.0, offset=False)


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


if __name__ == "__main__":
    main()
