"""Takes with a known cause of their difference: angle, mirror image, another dance, what the frame shows, and time.

Motions have no sound, so they go to the scoring core with an alignment that is known; the report is judged as the JSON
that HTTP serves. A report that states nothing and gives no score is a refusal; one that states a wrong cause is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from eightcount.sync.v1 import sync_pb2
from eightcount_client.errors import EightcountError
from eightcount_common.importing.motion_file import write_motion_npz
from eightcount_common.report import report_as_json
from eightcount_scoring.comparison import Alignment, score_take
from eightcount_scoring.service.codec import encode_report
from eightcount_scoring.time_map import TimeMap
from tests.benchmarks.cause_judges import Pair, describe_report, judge_report, pairs_of
from tests.benchmarks.cause_scenes import Frame, draw_body
from tests.benchmarks.inputs.base import Family, InputCase, expect
from tests.benchmarks.inputs.product import Product

SECONDS = 20.7
NOT_KNOWN = "SCORE_NOT_KNOWN"


@dataclass(frozen=True, slots=True)
class _Scene:
    """A dance whose pairs are judged; `seed` was not used to set constants."""

    name: str
    seed: int
    frame: Frame
    turns: bool

    def pairs(self) -> Iterator[Pair]:
        """Yield the pairs, always the same."""
        bodies = [draw_body(SECONDS, seed, turns=self.turns) for seed in (self.seed, self.seed + 500)]
        return pairs_of(*bodies, self.seed, frame=self.frame)


_SCENES = (
    _Scene("front", 301, "whole", turns=False),
    _Scene("turning", 302, "whole", turns=True),
    _Scene("no feet", 303, "no feet", turns=True),
    _Scene("upper body", 304, "upper", turns=False),
    _Scene("half of the time", 305, "first half", turns=False),
)


def list_cases() -> Sequence[InputCase]:
    """List all pairs of all scenes."""
    return [
        InputCase(
            f"{scene.name} {pair.name}", partial(_write_motions, pair), partial(_judge, pair), frozenset({NOT_KNOWN})
        )
        for scene in _SCENES
        for pair in scene.pairs()
    ]


def _write_motions(pair: Pair, folder: Path) -> Path:
    for name, motion in (("reference", pair.reference), ("take", pair.take)):
        write_motion_npz(motion, folder / f"{name}.npz")
    return folder


def _judge(pair: Pair, product: Product, folder: Path) -> None:
    report = score_take(pair.reference, pair.take, alignment=Alignment(TimeMap.from_line(0.0))).report
    verdict, said = judge_report(pair, report), describe_report(report)
    _expect_consistent(report_as_json(encode_report(report, sync_pb2.Alignment())))
    expect(verdict != "wrong", f"{pair.truth}: stated {said}")
    if verdict == "not stated":
        expect(report.no_score_reason == NOT_KNOWN, f"{pair.truth}: nothing stated, but {said}")
        raise EightcountError(said, reason=NOT_KNOWN)


def _expect_consistent(report: dict[str, Any]) -> None:
    """Without a score nothing else has one, nothing is advised moment by moment, and a warning says why."""
    stated = [cause for cause in report["causes"] if cause["stated"]]
    expect(len(stated) <= 1, f"{len(stated)} causes are stated")
    if report["score"] is None:
        scores = [*report["joints"].values(), *report["timeline"]]
        expect(all(one["score"] is None for one in scores), "a joint or a count has a score")
        expect(not report["moments"], "there are moments without a score")
        expect(len(report["feedback"]) == 1, "there is more than one sentence without a score")
        reasons = {warning["reason"] for warning in report["warnings"]}
        expect(report["no_score_reason"] in reasons, "no warning says why there is no score")


CAUSES = Family("causes of a difference", list_cases)
