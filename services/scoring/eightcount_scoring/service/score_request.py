"""Decoding of the request stream of `Score` as its parts arrive."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_scoring.service.motion_collector import MotionCollector
from eightcount_scoring.spool import MotionSpool


class ScoreRequestCollector:
    """Collects the settings and both motions; a context manager, as motions are kept on disk.

    Args:
        max_seconds: longest motion that is accepted.
    """

    def __init__(self, max_seconds: float) -> None:
        self._settings: scoring_pb2.ScoreSettings | None = None
        self._motions = MotionCollector(max_seconds)

    def __enter__(self) -> Self:
        self._motions.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._motions.__exit__(kind, error, trace)

    def add(self, request: scoring_pb2.ScoreRequest) -> None:
        """Add the next message.

        Raises:
            InvalidInputError: the stream does not begin with the settings, or a part is damaged.
            TooLargeError: a motion is longer than allowed.
        """
        if request.WhichOneof("part") == "settings":
            self._settings = request.settings
        elif self._settings is None:
            raise InvalidInputError("the stream must begin with the settings", reason="INVALID_REQUEST")
        else:
            self._motions.add(request.motion)

    @property
    def settings(self) -> scoring_pb2.ScoreSettings:
        """The settings of the request.

        Raises:
            InvalidInputError: the stream was empty.
        """
        if self._settings is None:
            raise InvalidInputError("the stream must begin with the settings; it is empty", reason="INVALID_REQUEST")
        return self._settings

    def motion(self, role: scoring_pb2.Role.ValueType) -> MotionSpool:
        """Return the whole motion of a role.

        Raises:
            InvalidInputError: the motion is missing or has no frame.
        """
        return self._motions.motion(role)
