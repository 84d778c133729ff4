"""Shared cases of takes with a step in them."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.inputs.base import SharedCase, expect
from tests.benchmarks.inputs.product import Product

CLOSE_SECONDS = 0.03
SAME_SPEED = 2e-3


def judge_step(product: Product, reference: Path, take: Path, offsets: tuple[float, ...], *, refusable: bool) -> str:
    """Expect pieces with these offsets, or the first of them alone, at speed 1; a refusal may be right, too."""
    answer = product.align(reference, take, search_speed=True)
    found = [piece.offset_seconds or 0.0 for piece in answer.segments] or [answer.offset_seconds or 0.0]
    said = f"{answer.verdict}, {', '.join(f'{offset:.3f}' for offset in found)}, confidence {answer.confidence}"
    if answer.verdict != "aligned":
        expect(refusable, said)
        return said
    expect(abs((answer.offset_seconds or 0.0) - offsets[0]) < CLOSE_SECONDS, said)
    expect(len(found) <= len(offsets), said)
    for wanted, offset in zip(offsets, found, strict=False):
        expect(abs(offset - wanted) < CLOSE_SECONDS, said)
    expect(abs((answer.speed_ratio or 1.0) - 1.0) < SAME_SPEED, f"{said}, speed {answer.speed_ratio}")
    return said


def judge_pause(product: Product, folder: Path) -> str:
    """Judge the take that was paused: 8-13 s and 15-20 s of the song."""
    return judge_step(product, folder / "song40.opus", folder / "paused_5_5.opus", (8.0, 10.0), refusable=True)


def judge_inserted_silence(product: Product, folder: Path) -> str:
    """Judge the take with 40 ms of silence in its middle."""
    return judge_step(product, folder / "clip10.opus", folder / "clip10_40ms_gap.opus", (0.0, -0.04), refusable=False)


STEPS_CASES = (
    SharedCase("song40.opus, paused_5_5.opus", judge_pause),
    SharedCase("clip10.opus, clip10_40ms_gap.opus", judge_inserted_silence),
)
