"""All metrics of a set of dances in one call, the same for our dances, those of others and the ground truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_generator.evaluation.beats.beat_metrics import BeatMetrics, EvaluatedDance, measure_beats
from eightcount_generator.evaluation.distribution.distances import (
    Features,
    diversity,
    frechet_distance,
    standardise,
    varying_columns,
)
from eightcount_generator.evaluation.distribution.features import DanceFeatures, extract_features, split_windows
from eightcount_generator.evaluation.intervals import RESAMPLES, Interval, bootstrap_interval, mean_interval
from eightcount_generator.evaluation.joint_positions import FloatArray, IndexArray, Joints
from eightcount_generator.evaluation.novelty.copies import Copy, MotionIndex
from eightcount_generator.evaluation.physics.bones import check_bones
from eightcount_generator.evaluation.physics.foot_contact import foot_skate, physical_foot_contact
from eightcount_generator.evaluation.physics.smoothness import frozen_seconds, jitter

MIN_MANUAL_DEVIATION = 0.01
"""Manual features (shares of frames) that vary less in the ground truth are excluded."""


@dataclass(frozen=True, slots=True)
class DanceMetrics:
    """Metrics of a set of dances; intervals are over dances.

    Attributes:
        dances: number of dances.
        windows: number of windows of `WINDOW_SECONDS`. FID falls as their number grows: compare like with like.
        fid_kinetic: FID_k to the ground truth.
        fid_manual: FID_g to the ground truth.
        diversity_kinetic: mean distance of windows, in deviations of the ground truth.
        diversity_manual: the same, of manual features.
        manual_features: how many of the 32 vary in the ground truth (`MIN_MANUAL_DEVIATION`); the others are excluded
            from both manual metrics, which are NaN when there are none.
        beats: None when no dance has music.
        pfc: physical foot contact, mean over windows; windows without acceleration do not count.
        skate: metres per second, of feet on the floor.
        sliding: share of the feet's time on the floor that they slide.
        jitter: metres per second cubed.
        frozen_seconds: longest frozen stretch of any dance.
        copy: longest window of any dance that is copied; None without an index, or without a copy.
        bone_violations: frames times bones that changed their length.
    """

    dances: int
    windows: int
    fid_kinetic: Interval
    fid_manual: Interval
    diversity_kinetic: Interval
    diversity_manual: Interval
    manual_features: int
    beats: BeatMetrics | None
    pfc: Interval
    skate: Interval
    sliding: Interval
    jitter: Interval
    frozen_seconds: float
    copy: Copy | None
    bone_violations: int


def measure_dances(
    performances: Sequence[EvaluatedDance], *, truth: DanceFeatures, random: np.random.Generator,
    library: MotionIndex | None = None, own_bones: bool = False, resamples: int = RESAMPLES,
) -> DanceMetrics:  # fmt: skip
    """Compute all metrics of a set of dances.

    Args:
        performances: two or more dances, or one of two windows or more.
        truth: features of the ground truth, by `extract_features`.
        random: source of resamples and chance.
        library: motions that the dances may be copied from.
        own_bones: compare bones with their own median, for bodies other than ours.
        resamples: number of resamples for each interval.

    Raises:
        InvalidInputError: NO_DANCES, or INVALID_FEATURES for fewer than two windows.
    """
    dances = [performance.joints for performance in performances]
    features = extract_features(dances)
    distance, spread = _make_measures(features, random, resamples)
    varying = varying_columns(truth.manual, least=MIN_MANUAL_DEVIATION)
    manual_truth, manual = truth.manual[:, varying], features.manual[:, varying]
    skates = [foot_skate(dance) for dance in dances]
    with_music = [performance for performance in performances if performance.beats_seconds is not None]

    def mean(values: Sequence[float]) -> Interval:
        return mean_interval(np.array(values), random=random, resamples=resamples)

    return DanceMetrics(
        dances=len(dances),
        windows=len(features),
        fid_kinetic=distance(truth.kinetic, features.kinetic),
        fid_manual=distance(manual_truth, manual),
        diversity_kinetic=spread(truth.kinetic, features.kinetic),
        diversity_manual=spread(manual_truth, manual),
        manual_features=int(varying.sum()),
        beats=measure_beats(with_music, random=random, resamples=resamples) if with_music else None,
        pfc=mean([_pfc(dance) for dance in dances]),
        skate=mean([skate.speed for skate in skates]),
        sliding=mean([skate.sliding_share for skate in skates]),
        jitter=mean([jitter(dance) for dance in dances]),
        frozen_seconds=max(frozen_seconds(dance) for dance in dances),
        copy=_longest_copy(dances, library) if library is not None else None,
        bone_violations=sum(check_bones(dance, own=own_bones).violations for dance in dances),
    )


_Measure = Callable[[Features, Features], Interval]


def _make_measures(features: DanceFeatures, random: np.random.Generator, resamples: int) -> tuple[_Measure, _Measure]:
    """Return functions for distance and diversity of feature columns (ground truth, dances) with intervals."""
    rows_of = [np.flatnonzero(features.dances == dance) for dance in range(features.dances[-1] + 1)]

    def resample(measure: Callable[[FloatArray], float], values: FloatArray) -> Interval:
        def of_dances(chosen: IndexArray) -> float:
            return measure(values[np.concatenate([rows_of[dance] for dance in chosen])])

        if not values.shape[1]:
            return Interval(float("nan"), float("nan"), float("nan"))
        return bootstrap_interval(of_dances, len(rows_of), random=random, resamples=resamples)

    def distance(truth: Features, values: Features) -> Interval:
        real = standardise(truth, truth)
        return resample(lambda rows: frechet_distance(real, rows), standardise(values, truth))

    def spread(truth: Features, values: Features) -> Interval:
        return resample(diversity, standardise(values, truth))

    return distance, spread


def _pfc(dance: Joints) -> float:
    found = np.array([physical_foot_contact(window) for window in split_windows(dance)])
    moving = found[np.isfinite(found)]
    return float(moving.mean()) if len(moving) else float("nan")


def _longest_copy(dances: Sequence[Joints], library: MotionIndex) -> Copy | None:
    copies = [copy for dance in dances if (copy := library.longest_copy(dance)) is not None]
    return max(copies, key=lambda copy: copy.seconds, default=None)
