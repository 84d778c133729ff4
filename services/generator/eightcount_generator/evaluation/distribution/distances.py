"""The distance between two sets of motions (FID), and the distances within a set (diversity).

Both use features that were standardised to mean 0 and deviation 1 of the *ground truth*, column by column, as in
Bailando and mint. Neither is comparable with values of another ground truth.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from eightcount_common.errors import InvalidInputError
from eightcount_generator.evaluation.joint_positions import BoolArray, FloatArray

Features = NDArray[np.floating[Any]]
"""[N, D], one row per motion."""
_MIN_DEVIATION = 1e-10
"""Added to the deviation of a column; one that is constant in the ground truth is scaled by 1e10 elsewhere."""


def standardise(features: Features, truth: Features) -> FloatArray:
    """[N, D] features in deviations from the mean of the ground truth [M, D], column by column."""
    known = np.asarray(truth, np.float64)
    return np.asarray((np.asarray(features, np.float64) - known.mean(axis=0)) / (known.std(axis=0) + _MIN_DEVIATION))


def varying_columns(truth: Features, *, least: float) -> BoolArray:
    """[D] columns of the ground truth whose deviation is above `least`.

    The published metrics keep every column. One that hardly varies in the ground truth is then divided by nearly
    nothing: a single dance in which it varies outweighs everything else (10^18 in the reference vectors).
    """
    return np.asarray(np.asarray(truth, np.float64).std(axis=0) > least)


def frechet_distance(truth: Features, features: Features) -> float:
    """Compute the squared Frechet distance between the Gaussians of two sets (Heusel et al., 2017); standardise before.

    Sets with fewer rows than columns are allowed: the square root is taken of the symmetric S_t^(1/2) S_f S_t^(1/2),
    which has the eigenvalues of S_t S_f and needs no regular covariance. The distance of a set to itself is 0 within
    rounding.

    Args:
        truth: [M, D], two rows or more.
        features: [N, D], two rows or more.

    Raises:
        InvalidInputError: INVALID_FEATURES; shapes do not agree, or too few rows.
    """
    if (
        truth.ndim != 2
        or features.ndim != 2
        or truth.shape[1] != features.shape[1]
        or min(len(truth), len(features)) < 2
    ):
        raise InvalidInputError(
            f"both feature sets must have two or more rows and the same columns; got {truth.shape}, {features.shape}",
            reason="INVALID_FEATURES",
        )
    of_truth, of_features = _covariance(truth), _covariance(features)
    between = np.asarray(features, np.float64).mean(axis=0) - np.asarray(truth, np.float64).mean(axis=0)
    root = _root(of_truth)
    shared = np.linalg.eigvalsh(root @ of_features @ root)
    overlap = np.sqrt(np.clip(shared, 0.0, None)).sum()
    return float((between**2).sum() + np.trace(of_truth) + np.trace(of_features) - 2 * overlap)


def fid(truth: Features, features: Features) -> float:
    """Compute the Frechet distance after standardising both sets by the ground truth: FID_k or FID_g as published."""
    return frechet_distance(standardise(truth, truth), standardise(features, truth))


def diversity(features: Features) -> float:
    """Compute the mean distance over all pairs of rows; standardise before. 0 for one row (mint: Dist_k, Dist_g)."""
    return float(pdist(np.asarray(features, np.float64)).mean()) if len(features) > 1 else 0.0


def _covariance(features: Features) -> FloatArray:
    return np.atleast_2d(np.cov(np.asarray(features, np.float64).T)).astype(np.float64)


def _root(covariance: FloatArray) -> FloatArray:
    """Return the symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    root: FloatArray = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    return root
