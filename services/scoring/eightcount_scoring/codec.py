"""Messages to values of the core, and back."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import numpy as np

from eightcount.motion.v1 import motion_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError, TooLargeError
from eightcount_common.rpc.wire import decode_chunk, encode_tensor
from eightcount_scoring.counts import SILENCE, Music
from eightcount_scoring.errors import Errors
from eightcount_scoring.joints import JOINT_NAMES
from eightcount_scoring.resampling import TimeMap, TimePiece
from eightcount_scoring.scoring import Alignment, Report
from eightcount_scoring.spool import MotionSpool

FRAMES_PER_MESSAGE = 600
"""Errors of 20 seconds; a message of about 36 kB."""


class MotionCollector:
    """Puts the two motions of a request stream together as their parts arrive.

    They are kept on disk until its end as a context manager.
    """

    def __init__(self, max_seconds: float) -> None:
        self._max_seconds = max_seconds
        self._headers: dict[int, motion_pb2.MotionHeader] = {}
        self._spools: dict[int, MotionSpool] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for spool in self._spools.values():
            spool.close()

    def add(self, part: scoring_pb2.MotionPart) -> None:
        """Takes the next part.

        Raises:
            InvalidInputError: no role, a chunk before its header or out of order, or a damaged chunk.
            TooLargeError: the motion is longer than allowed.
        """
        role = part.role
        if role not in (scoring_pb2.ROLE_REFERENCE, scoring_pb2.ROLE_TAKE):
            raise InvalidInputError("a motion part wants the role REFERENCE or TAKE", reason="INVALID_REQUEST")
        if part.WhichOneof("part") == "header":
            self._open(role, part.header)
            return
        if role not in self._headers:
            raise InvalidInputError("a motion's header comes before its chunks, got a chunk", reason="INVALID_REQUEST")
        spool = self._spools[role]
        if part.chunk.first_frame != len(spool):
            raise InvalidInputError(
                f"motion: expected the chunk of frame {len(spool)}, got that of {part.chunk.first_frame}",
                reason="INVALID_MOTION",
            )
        spool.append(decode_chunk(self._headers[role], part.chunk))
        if spool.duration_seconds > self._max_seconds:
            raise TooLargeError(
                f"a motion may last {self._max_seconds:g} seconds, this one is longer", reason="MOTION_TOO_LONG"
            )

    def motion(self, role: scoring_pb2.Role.ValueType) -> MotionSpool:
        """The whole motion of a role.

        Raises:
            InvalidInputError: it never came, or it has no frame.
        """
        name = scoring_pb2.Role.Name(role).removeprefix("ROLE_").lower()
        if role not in self._headers:
            raise InvalidInputError(f"the request has no motion of the {name}", reason="INVALID_REQUEST")
        spool = self._spools[role]
        if not len(spool):
            raise InvalidInputError(f"the motion of the {name} has no frames", reason="EMPTY_MOTION")
        return spool

    def _open(self, role: int, header: motion_pb2.MotionHeader) -> None:
        if role in self._spools:
            self._spools[role].close()
        self._headers[role], self._spools[role] = header, MotionSpool()


def decode_alignment(alignment: sync_pb2.Alignment) -> Alignment:
    """The map of the take's clock to the reference's.

    Raises:
        InvalidInputError: an offset is not finite or a ratio not above 0.
    """
    pieces = tuple(
        TimePiece(segment.b_start_seconds, segment.b_end_seconds, segment.offset_seconds, segment.ratio)
        for segment in alignment.segments
    )
    if len(pieces) > 1:
        time_map = TimeMap(pieces)
    else:  # ratios are 0 when a caller that has no alignment leaves them out
        ratio = (alignment.speed_ratio or 1.0) * (alignment.clock_ratio or 1.0)
        time_map = TimeMap.line(alignment.offset_seconds, ratio)
    return Alignment(
        time_map, certain=alignment.verdict == sync_pb2.VERDICT_ALIGNED, by_motion=alignment.method == "motion"
    )


def decode_music(music: sync_pb2.Music) -> Music:
    """Beats and eight-counts; silence when the music has no beat.

    Raises:
        InvalidInputError: the beats do not ascend, or an eight-count starts at no beat.
    """
    if not music.has_beat:
        return SILENCE
    beats = np.array(music.beats_seconds, dtype=np.float64)
    starts = tuple(sorted(music.eight_count_starts))
    if not np.all(np.diff(beats) > 0) or (starts and starts[-1] >= beats.size):
        raise InvalidInputError("music: beats must ascend and eight-counts start at beats", reason="INVALID_MUSIC")
    return Music(beats, starts)


def encode_errors(errors: Errors) -> Iterator[scoring_pb2.FrameErrors]:
    """The errors in consecutive messages; the first one names the joints."""
    for start in range(0, errors.seconds.size, FRAMES_PER_MESSAGE):
        part = slice(start, start + FRAMES_PER_MESSAGE)
        yield scoring_pb2.FrameErrors(
            reference_seconds=errors.seconds[part],
            take_seconds=errors.take_seconds[part],
            joints=() if start else JOINT_NAMES,
            errors=encode_tensor(errors.multiples[part]),
        )


def encode_report(report: Report, alignment: sync_pb2.Alignment) -> scoring_pb2.Report:
    """The report; the alignment is passed on as it came."""
    return scoring_pb2.Report(
        score=report.score,
        joints=[
            scoring_pb2.JointScore(
                joint=joint.joint,
                score=joint.score,
                mean_angle_error_deg=joint.mean_angle_error_deg,
                timing_ms=joint.timing_ms,
            )
            for joint in report.joints
        ],
        timeline=[
            scoring_pb2.TimelineEntry(
                start_seconds=entry.start_seconds,
                end_seconds=entry.end_seconds,
                score=entry.score,
                worst_joint=entry.worst_joint,
                count=entry.count,
                eight_count=entry.eight_count,
            )
            for entry in report.timeline
        ],
        moments=[
            scoring_pb2.Moment(
                id=moment.id,
                start_seconds=moment.start_seconds,
                end_seconds=moment.end_seconds,
                take_start_seconds=moment.take_start_seconds,
                take_end_seconds=moment.take_end_seconds,
                joint=moment.joint,
                what=moment.what,
                kind=moment.kind,
                severity=moment.severity,
                amount=moment.amount,
                unit=moment.unit,
            )
            for moment in report.moments
        ],
        feedback=[scoring_pb2.Feedback(text=item.text, moment_ids=item.moment_ids) for item in report.feedback],
        warnings=[scoring_pb2.Warning(reason=notice.reason, message=notice.message) for notice in report.notices],
        alignment=alignment,
        reference_model=report.reference_model,
        take_model=report.take_model,
        version=report.version,
    )
