"""A motion on disk: a motion of an hour takes no more memory than one of a minute."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import Skeleton


class MotionSpool:
    """Stores the pieces of one motion in a temporary file, from which any frames can be read.

    A context manager: the file is removed at its end.
    """

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="eightcount-motion-")  # noqa: SIM115 - closed by close()
        self._first: MotionSequence | None = None
        self._last_seconds = -np.inf
        self._frames = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def __len__(self) -> int:
        return self._frames

    @property
    def duration_seconds(self) -> float:
        """Time from the first frame to the last."""
        return float(self._last_seconds - self._first.timestamps[0]) if self._first else 0.0

    def append(self, piece: MotionSequence) -> None:
        """Append the next piece.

        Raises:
            InvalidInputError: the piece does not follow the one before, or has another skeleton.
        """
        if not len(piece):
            return
        if self._first is None:
            self._first = piece.frames(0, 1)
        elif piece.skeleton != self._first.skeleton:
            raise InvalidInputError("all pieces of a motion must have the same skeleton", reason="INVALID_MOTION")
        if piece.timestamps[0] <= self._last_seconds:
            raise InvalidInputError("the timestamps of a motion must be strictly ascending", reason="INVALID_MOTION")
        records = np.empty(len(piece), _record(piece.skeleton))
        for name in ("timestamps", "image", "world", "visibility"):
            records[name] = getattr(piece, name)
        self._file.write(records.tobytes())
        self._last_seconds = piece.timestamps[-1]
        self._frames += len(piece)

    def frames(self, start: int, stop: int) -> MotionSequence:
        """Read the frames start <= t < stop.

        Raises:
            InvalidInputError: nothing was appended.
        """
        if self._first is None:
            raise InvalidInputError("a motion must have at least one frame; it has none", reason="EMPTY_MOTION")
        first, record = self._first, _record(self._first.skeleton)
        self._file.flush()
        with Path(self._file.name).open("rb") as file:
            records = np.fromfile(file, record, stop - start, offset=start * record.itemsize)
        return MotionSequence(
            first.skeleton, records["timestamps"], records["image"], records["world"], records["visibility"],
            first.model, first.image_size, first.track_id,
        )  # fmt: skip


def _record(skeleton: Skeleton) -> np.dtype[np.void]:
    """Return the layout of one frame on disk."""
    keypoints = len(skeleton)
    return np.dtype(
        [
            ("timestamps", np.float64),
            ("image", np.float32, (keypoints, 2)),
            ("world", np.float32, (keypoints, 3)),
            ("visibility", np.float32, (keypoints,)),
        ]
    )
