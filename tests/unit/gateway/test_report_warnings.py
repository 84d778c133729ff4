"""Warnings of a report: each once, by whichever step says more."""

from __future__ import annotations

import pytest

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.kinds.comparison.report import merge
from eightcount_gateway.library.motions.refs import JobWarning

OF_EXTRACTION = JobWarning("FEET_NOT_VISIBLE", "Take: The feet are outside the frame most of the time.")


@pytest.mark.parametrize(
    ("reason", "message", "count"),
    [
        ("FEET_NOT_VISIBLE", "The feet are outside the frame in much of the take. Step back.", 1),
        ("BODY_OUTSIDE_FRAME", "The legs are outside the frame in much of the take. Step back.", 1),
        ("FEET_NOT_VISIBLE", "The feet are outside the frame in much of the reference.", 2),
    ],
)
def test_what_the_frame_cuts_off_is_said_once_for_each_video(reason: str, message: str, count: int) -> None:
    scored = scoring_pb2.Report()
    scored.warnings.add(reason=reason, message=message)
    merged = merge(scored, sync_pb2.Alignment(), [OF_EXTRACTION], {"reference": "", "take": ""})
    assert len(merged.warnings) == count


def test_feet_that_only_the_extraction_misses_are_named() -> None:
    merged = merge(scoring_pb2.Report(), sync_pb2.Alignment(), [OF_EXTRACTION], {"reference": "", "take": ""})
    assert [warning.reason for warning in merged.warnings] == ["FEET_NOT_VISIBLE"]
