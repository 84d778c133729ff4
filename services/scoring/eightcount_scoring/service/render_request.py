"""Decoding of the request stream of `Render` as its parts arrive."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import numpy as np

from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import FloatArray, TimeArray
from eightcount_common.rpc.wire import decode_tensor
from eightcount_scoring.counts import USUAL_COUNTS
from eightcount_scoring.motion_reader import read_pieces
from eightcount_scoring.rendering import Caption, JointErrors, PoseTrack, RenderOptions, Scene
from eightcount_scoring.score.timeline import TimelineEntry
from eightcount_scoring.service.codec import decode_alignment
from eightcount_scoring.service.motion_collector import MotionCollector


class RenderRequestCollector:
    """Collects the messages in the order that the proto defines; a context manager, as motions are kept on disk.

    Args:
        max_seconds: longest motion that is accepted.
    """

    def __init__(self, max_seconds: float) -> None:
        self._settings: scoring_pb2.RenderSettings | None = None
        self._report: scoring_pb2.Report | None = None
        self._joints: tuple[str, ...] = ()
        self._errors: list[tuple[TimeArray, FloatArray]] = []
        self._motions = MotionCollector(max_seconds)

    def __enter__(self) -> Self:
        self._motions.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._motions.__exit__(kind, error, trace)

    def add(self, request: scoring_pb2.RenderRequest) -> None:
        """Add the next message.

        Raises:
            InvalidInputError: the stream does not begin with the settings, or a part is damaged.
            TooLargeError: a motion is longer than allowed.
        """
        part = request.WhichOneof("part")
        if part == "settings":
            self._settings = request.settings
        elif self._settings is None:
            raise InvalidInputError("the stream must begin with the settings", reason="INVALID_REQUEST")
        elif part == "motion":
            self._motions.add(request.motion)
        elif part == "errors":
            self._joints = self._joints or tuple(request.errors.joints)  # stated in the first message only
            seconds = np.array(request.errors.reference_seconds, dtype=np.float64)
            self._errors.append((seconds, decode_tensor(request.errors.errors)))
        elif part == "report":
            self._report = request.report

    @property
    def settings(self) -> scoring_pb2.RenderSettings:
        """The settings of the request.

        Raises:
            InvalidInputError: the stream was empty.
        """
        if self._settings is None:
            raise InvalidInputError("the stream must begin with the settings; it is empty", reason="INVALID_REQUEST")
        return self._settings

    def options(self) -> RenderOptions:
        """Return the options of the rendering."""
        height = self.settings.panel_height if self.settings.HasField("panel_height") else None
        return RenderOptions(height, self.settings.skeletons_only)

    def build_scene(self) -> Scene:
        """Build the scene from all parts of the request.

        Raises:
            InvalidInputError: a motion or the report is missing, or the errors do not fit together.
        """
        if self._report is None:
            raise InvalidInputError("the stream must end with the report; it is missing", reason="INVALID_REQUEST")
        return Scene(
            reference=PoseTrack.from_pieces(read_pieces(self._motions.motion(scoring_pb2.ROLE_REFERENCE))),
            take=PoseTrack.from_pieces(read_pieces(self._motions.motion(scoring_pb2.ROLE_TAKE))),
            time_map=decode_alignment(self._report.alignment).time_map,
            errors=self._joint_errors(),
            timeline=tuple(map(_timeline_entry, self._report.timeline)),
            total_score=self._report.score if self._report.HasField("score") else float("nan"),
            captions=tuple(map(_caption, self._report.moments)),
            mirrored=self.settings.mirrored,
        )

    def _joint_errors(self) -> JointErrors:
        if not self._errors:
            return JointErrors((), np.zeros(0), np.zeros((0, 0), np.float32))
        seconds, multiples = (np.concatenate(parts) for parts in zip(*self._errors, strict=True))
        return JointErrors(self._joints, seconds, multiples)


def _timeline_entry(entry: scoring_pb2.TimelineEntry) -> TimelineEntry:
    return TimelineEntry(
        start_seconds=entry.start_seconds,
        end_seconds=entry.end_seconds,
        score=entry.score if entry.HasField("score") else float("nan"),
        worst_joint=entry.worst_joint,
        count=entry.count,
        eight_count=entry.eight_count,
        counts_per_phrase=entry.counts_per_phrase or (USUAL_COUNTS if entry.count else 0),
    )


def _caption(moment: scoring_pb2.Moment) -> Caption:
    text = moment.description[:1].upper() + moment.description[1:]
    return Caption(moment.start_seconds, moment.end_seconds, text)
