"""Shared cases: geometry of the picture, and a figure far from the camera."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.inputs.base import SharedCase, expect
from tests.benchmarks.inputs.geometry import check_same_place, joints
from tests.benchmarks.inputs.product import Product

CONTROL_SCORE, SCORE_TOLERANCE = 94.0, 4.0
"""Score of the square-pixel control of sar_16_9.mp4, which was scaled to 540x540 and back."""


def judge_wide_pixels(product: Product, folder: Path) -> str:
    """Pixels of 16:9 are shown as squares, and the same film scores as its control does."""
    wide = product.extract(folder / "sar_16_9.mp4")
    expect(wide.size == (960, 540), f"displayed as {wide.size}")
    check_same_place(wide, joints(product.extract(folder / "base.mp4")))
    score = product.compare(folder / "base.mp4", folder / "sar_16_9.mp4").score or 0.0
    expect(score >= CONTROL_SCORE - SCORE_TOLERANCE, f"scores {score}, the square-pixel control {CONTROL_SCORE}")
    return f"960x540, score {score}"


def judge_mirror_matrix(product: Product, folder: Path) -> str:
    """A display matrix that mirrors gives what mirrored pixels give."""
    by_matrix, by_pixels = (folder / name for name in ("matrix_hflip.mp4", "mirrored.mp4"))
    rotation = product.upload(by_matrix).media.rotation_degrees
    expect(rotation == 0, f"rotation {rotation}")
    check_same_place(product.extract(by_matrix), joints(product.extract(by_pixels)))
    reports = [product.compare(folder / "base.mp4", take) for take in (by_matrix, by_pixels)]
    scores = [report.score for report in reports]
    reasons = [{warning.reason for warning in report.warnings} for report in reports]
    expect(reasons[0] == reasons[1], f"warnings {sorted(reasons[0])}, with mirrored pixels {sorted(reasons[1])}")
    same = scores[0] == scores[1] or abs((scores[0] or 0.0) - (scores[1] or 0.0)) <= SCORE_TOLERANCE
    expect(same, f"scores {scores[0]}, with mirrored pixels {scores[1]}")
    return f"rotation 0, scores {scores[0]} and {scores[1]}, warnings {sorted(reasons[0])}"


def judge_size_changes(product: Product, folder: Path) -> str:
    """The second half, of another shape, shows the dancer where the base film does: the middle of it at its height."""
    changes = product.extract(folder / "size_changes.ts")
    base = joints(product.extract(folder / "base.mp4"))
    expect(changes.size == (960, 540), f"displayed as {changes.size}")
    seen = joints(changes)
    expect(len(seen) >= 178, f"{len(seen)} of 180 frames")
    later = min(_distance(seen[-70:], base[len(seen) - 70 + shift : len(seen) + shift]) for shift in range(5))
    expect(later <= 0.03, f"the joints of the second half are {later:.1%} of the dancer's height away")
    return f"{len(seen)} frames, the second half is {later:.1%} of the dancer's height away"


def _distance(seen: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Return the median distance of the joints as a share of the dancer's height."""
    heights = np.ptp(expected[..., 1], axis=1)
    return float(np.median(np.linalg.norm(seen - expected, axis=-1).mean(axis=1) / heights))


def judge_far_figure(product: Product, folder: Path) -> str:
    """A figure of 20 % of the frame's height is found in every frame, at its size."""
    motion = product.extract(folder / "far_20_percent.mp4")
    seen = joints(motion)
    found = np.isfinite(seen).all(axis=(1, 2))
    expect(bool(found.all()), f"found in {int(found.sum())} of {len(found)} frames")
    height = float(np.median(np.ptp(seen[..., 1], axis=1)))
    expect(120 < height < 230, f"the body is {height:.0f} pixels high, the figure 216")
    return f"found in {len(found)} of {len(found)} frames, shoulders to feet {height:.0f} pixels"


GEOMETRY_CASES = (
    SharedCase("sar_16_9.mp4", judge_wide_pixels),
    SharedCase("matrix_hflip.mp4", judge_mirror_matrix),
    SharedCase("size_changes.ts", judge_size_changes),
    SharedCase("far_20_percent.mp4", judge_far_figure),
)
