"""Shared cases of time, seeking and the right stream."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eightcount_client import Dancer
from eightcount_client.errors import EightcountError
from tests.benchmarks.inputs.base import SharedCase, WrongAnswerError, expect
from tests.benchmarks.inputs.product import Product

_OFFSET_TOLERANCE = 0.03


def _judge_frames(product: Product, path: Path, frames: int, size: tuple[int, int]) -> str:
    motion = product.extract(path)
    expect(motion.size == size, f"{motion.size} pixels instead of {size}")
    times = motion.arrays["timestamps"]
    expect(len(times) == frames, f"{len(times)} frames instead of {frames}")
    expect(0 <= times[0] < 0.1, f"the first frame is at {times[0]:.3f} s")
    return f"{frames} frames of {size[0]}x{size[1]}"


def _judge_ten_hours(product: Product, folder: Path) -> str:
    path = folder / "start_10h.ts"
    said = _judge_frames(product, path, 182, (960, 540))
    chosen = product.extract(path, dancer=Dancer(x=0.5, y=0.5, at_seconds=3.0))
    found = np.isfinite(chosen.arrays["image"][:, 0, 0])
    first = chosen.arrays["timestamps"][found][0]
    expect(2.95 < first < 3.6, f"the dancer is followed from {first:.2f} s on, instead of 3 s")
    return f"{said} from 0 on; a choice at 3 s follows from {first:.2f} s on"


def _judge_encrypted(product: Product, folder: Path) -> str:
    try:
        product.extract(folder / "encrypted_cenc.mp4")
    except EightcountError as error:
        expect(error.reason == "ENCRYPTED_MEDIA", f"refused with {error.reason}: {error}")
        return f"{error.reason}: {error}"
    raise WrongAnswerError("the encrypted file was accepted")


def _judge_alignment(product: Product, a: Path, b: Path) -> str:
    alignment = product.align(a, b)
    expect(alignment.verdict == "aligned", f"{alignment.verdict}: {alignment.reason}")
    expect(abs(alignment.offset_seconds or 0.0) < _OFFSET_TOLERANCE, f"offset {alignment.offset_seconds}")
    return f"aligned at {alignment.offset_seconds:+.3f} s, confidence {alignment.confidence}"


def _judge_hold(product: Product, folder: Path) -> str:
    report = product.compare(folder / "hold_cfr.mp4", folder / "hold_vfr.mp4")
    missing = [moment.description for moment in report.moments if moment.kind == "MISSING"]
    expect(not missing, f"said to be missing: {missing}")
    expect((report.score or 0.0) > 90, f"score {report.score}")
    return f"score {report.score}, nothing missing"


READING_CASES = (
    SharedCase("still_track_first.mp4", lambda p, f: _judge_frames(p, f / "still_track_first.mp4", 300, (960, 540))),
    SharedCase(
        "silent_track_first.mp4", lambda p, f: _judge_alignment(p, f / "base.mp4", f / "silent_track_first.mp4")
    ),
    SharedCase("sorenson.flv", lambda p, f: _judge_frames(p, f / "sorenson.flv", 90, (480, 270))),
    SharedCase("start_10h.ts", _judge_ten_hours),
    SharedCase("encrypted_cenc.mp4", _judge_encrypted),
    SharedCase("hold_cfr.mp4, hold_vfr.mp4", _judge_hold),
    SharedCase(
        "phase_ok.flac, phase_inverted.flac",
        lambda p, f: _judge_alignment(p, f / "phase_ok.flac", f / "phase_inverted.flac"),
    ),
)
