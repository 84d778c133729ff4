"""Shared cases: sound and picture apart in one file."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.inputs.apart import check_report
from tests.benchmarks.inputs.base import SharedCase, expect
from tests.benchmarks.inputs.product import Product

_LATE_SECONDS = 0.7
_TOLERANCE_SECONDS = 0.02


def judge_late_sound(product: Product, folder: Path) -> str:
    """The movement fits at 0.0 s, whichever of the two is the reference."""
    base, late = folder / "base.mp4", folder / "sound_700ms_late.mp4"
    for reference, take, shift in ((base, late, _LATE_SECONDS), (late, base, -_LATE_SECONDS)):
        report = product.compare(reference, take)
        check_report(report, shift, told=True)
        offset = report.alignment.offset_seconds or 0.0
        expect(abs(offset) <= _TOLERANCE_SECONDS, f"the movement fits at 0.0 s, not at {offset:+.3f} s")
        expect((report.score or 0.0) >= 97.0, f"the same film scores {report.score}")
    return f"apart by {_LATE_SECONDS} s, the movement fits at {offset:+.3f} s, score {report.score}"


APART_CASES = (SharedCase("sound_700ms_late.mp4", judge_late_sound),)
