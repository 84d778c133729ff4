"""Shared cases: the cause of a difference, and what the frame cuts off."""

from __future__ import annotations

from pathlib import Path

from eightcount_client.kinds.comparison import Report
from tests.benchmarks.inputs.base import SharedCase, expect, expect_warning
from tests.benchmarks.inputs.product import Product

_MIRRORED_SCORE = 80.0
"""With `mirrored` the film got 86 with the heavy network, and 85 with the lite one."""


def judge_mirrored(product: Product, folder: Path) -> str:
    """Mirrored in its pixels, by a dancer who turns: known as such, no camera is blamed, and the option mends it."""
    return _judge_mirror_image(product, folder, "mirrored.mp4")


def judge_mirrored_by_matrix(product: Product, folder: Path) -> str:
    """Mirrored by its display matrix: the same."""
    return _judge_mirror_image(product, folder, "matrix_hflip.mp4")


def judge_feet_outside(product: Product, folder: Path) -> str:
    """The feet lie outside the frame of the take, or of the reference: said once, and no advice about them."""
    base, cut = folder / "base.mp4", folder / "feet_outside.mp4"
    for reference, take in ((base, cut), (cut, base)):
        report = product.compare(reference, take)
        expect_warning(_reasons(report), "FEET_NOT_VISIBLE")
        expect(not [one for one in report.moments if (one.joint or "").endswith("ankle")], "a moment is an ankle's")
        text = " ".join(sentence.text for sentence in report.feedback)
        expect("foot" not in text and "feet" not in text, f"there is advice about feet: {text}")
    return f"no advice about feet, score {report.score}"


def _judge_mirror_image(product: Product, folder: Path, name: str) -> str:
    base, take = folder / "base.mp4", folder / name
    report = product.compare(base, take)
    expect_warning(_reasons(report), "TAKE_SEEMS_MIRRORED")
    blamed = _reasons(report) & {"CAMERA_ANGLE_DIFFERS", "DIFFERENT_DANCE"}
    expect(not blamed, f"blamed: {blamed}")
    expect(not report.moments, "there are moments of a mirror image")
    mended = product.compare(base, take, mirrored=True)
    expect((mended.score or 0.0) >= _MIRRORED_SCORE, f"with mirrored: {mended.score}")
    return f"mirrored, score {report.score}, with the option {mended.score}"


def _reasons(report: Report) -> set[str]:
    return {warning.reason for warning in report.warnings}


CAUSES_CASES = (
    SharedCase("mirrored.mp4", judge_mirrored),
    SharedCase("matrix_hflip.mp4", judge_mirrored_by_matrix),
    SharedCase("feet_outside.mp4", judge_feet_outside),
)
