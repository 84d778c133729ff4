"""Short takes with a step in them, of sequenced songs: paused, cut, with time lost or inserted, or of another song."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from eightcount_client.errors import EightcountError
from eightcount_client.values import alignments as client
from eightcount_sync.alignment import Alignment, Method, Segment, TimeLine, Verdict
from tests.benchmarks.inputs.base import Family, InputCase, WrongAnswerError
from tests.benchmarks.inputs.product import Product
from tests.benchmarks.sequenced_songs import PLANS, sequence_song
from tests.benchmarks.sync_steps import KINDS, RATE, SONG_SECONDS, Samples, StepTake, build_take, judge

SONGS = tuple(name for name, plan in PLANS.items() if plan.lead)
SUFFIXES = {b"RIFF": "wav", b"\x1aE\xdf\xa3": "webm"}
UNPLACED = frozenset({"DIFFERENT_MUSIC", "REPEATING_MUSIC"})
FILES = 26
LEFT_OUT = {"another part of the song"}
"""The patterns of these songs come back in every part of them."""


@cache
def make_songs() -> dict[str, Samples]:
    """Return the songs by name."""
    return {
        name: sequence_song(PLANS[name], rate=RATE, seconds=SONG_SECONDS, seed=900 + number)
        for number, name in enumerate(SONGS)
    }


@cache
def build_step(number: int) -> StepTake:
    """Build take `number` of the family."""
    noise = np.random.default_rng(3).standard_normal(20 * RATE).astype(np.float32)
    return build_take(make_songs(), {"white": noise}, number)


def list_cases() -> Sequence[InputCase]:
    """List the takes, two of each kind and of different lengths."""
    kinds = list(KINDS)
    numbers = [number for number in range(2 * len(kinds)) if kinds[number % len(kinds)] not in LEFT_OUT]
    return [_case(number, kinds[number % len(kinds)]) for number in numbers[:FILES]]


def _case(number: int, kind: str) -> InputCase:
    def make(folder: Path) -> Path:
        take = build_step(number)
        for name, content in (("reference", take.a), ("take", take.b)):
            (folder / f"{name}.{SUFFIXES.get(content[:4], 'm4a')}").write_bytes(content)
        return folder

    def ask(product: Product, folder: Path) -> None:
        reference, take = next(folder.glob("reference.*")), next(folder.glob("take.*"))
        answer = _as_core(product.align(reference, take, search_speed=True))
        verdict, detail = judge(build_step(number), answer)
        if verdict == "wrong":
            raise WrongAnswerError(f"confidence {answer.confidence}: {detail}")
        if verdict in {"refused", "ambiguous"} and kind != "another song":
            raise EightcountError(detail, reason=answer.reason)

    return InputCase(f"{kind} {number}", make, ask, refusals=UNPLACED)


def _as_core(answer: client.Alignment) -> Alignment:
    """Return the client's alignment as the value that the benchmark judges."""
    return Alignment(
        Verdict(answer.verdict),
        answer.reason,
        answer.message or "",
        Method.AUDIO,
        confidence=answer.confidence or 0.0,
        offset_seconds=answer.offset_seconds or 0.0,
        clock_ratio=answer.clock_ratio or 1.0,
        speed_ratio=answer.speed_ratio or 1.0,
        segments=tuple(
            Segment(
                one.take_start_s or 0.0, one.take_end_s or 0.0, TimeLine(one.offset_seconds or 0.0, one.ratio or 1.0)
            )
            for one in answer.segments
        ),
    )


STEPS = Family("takes with a step", list_cases)
