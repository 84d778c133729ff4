"""Messages of the scoring service: an unknown value is absent."""

from __future__ import annotations

import numpy as np

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_scoring.comparison import Alignment, score_take
from eightcount_scoring.service.codec import decode_alignment, encode_report
from eightcount_scoring.time_map import TimeMap
from tests.benchmarks import planted
from tests.unit.scoring.dances import capture, dance

REFERENCE = capture(dance(10.0))


def test_unknown_values_are_absent_and_not_zero_or_nan() -> None:
    take, _ = planted.plant_absence(REFERENCE, 3.0, 6.0)
    report = score_take(REFERENCE, take, alignment=Alignment(TimeMap.from_line(0.0))).report
    message = encode_report(report, sync_pb2.Alignment())
    missing = [moment for moment in message.moments if moment.kind == scoring_pb2.MOMENT_KIND_MISSING]
    assert missing
    assert not any(moment.HasField("amount") for moment in missing)
    gap = next(entry for entry in message.timeline if 3.5 <= entry.start_seconds <= 5.0)
    assert not gap.HasField("score")
    assert not gap.HasField("worst_joint")
    assert not any(entry.HasField("count") or entry.HasField("eight_count") for entry in message.timeline)
    assert message.HasField("score")


def test_a_moment_states_its_kind_and_unit() -> None:
    take, _ = planted.plant_lateness(REFERENCE, 3.0, 8.0, 200.0)
    report = score_take(REFERENCE, take, alignment=Alignment(TimeMap.from_line(0.0))).report
    worst = encode_report(report, sync_pb2.Alignment()).moments[0]
    assert (worst.kind, worst.unit) == (scoring_pb2.MOMENT_KIND_LATE, scoring_pb2.MOMENT_UNIT_MILLISECONDS)
    assert worst.amount > 100


def test_a_single_segment_leaves_out_the_rest_of_the_take() -> None:
    segment = sync_pb2.AlignmentSegment(b_start_seconds=0.0, b_end_seconds=5.0, offset_seconds=8.0, ratio=1.0)
    message = sync_pb2.Alignment(
        verdict=sync_pb2.VERDICT_ALIGNED, clock_ratio=1.0, speed_ratio=1.0, offset_seconds=8.0, segments=[segment]
    )
    taken = decode_alignment(message).time_map.to_take_seconds(np.array([9.0, 14.0]))
    assert taken[0] == 1.0
    assert np.isnan(taken[1])


def test_the_method_of_an_alignment_is_decoded() -> None:
    message = sync_pb2.Alignment(verdict=sync_pb2.VERDICT_ALIGNED, clock_ratio=1.0, speed_ratio=1.0)
    assert not decode_alignment(message).by_motion
    message.method = sync_pb2.ALIGNMENT_METHOD_MOTION
    assert decode_alignment(message).by_motion
