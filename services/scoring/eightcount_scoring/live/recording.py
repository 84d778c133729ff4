"""The whole take of a live session on disk, smoothed as an extraction smooths it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence, concatenate
from eightcount_common.motion_smoothing import HALF_WIDTH_SECONDS, smooth_centre
from eightcount_scoring.spool import MotionSpool


class TakeRecording:
    """Keeps poses, each smoothed by those around it once these have come.

    Of fewer than about 20 poses a second there are too few around each: they are kept as they are.
    """

    def __init__(self) -> None:
        self._spool = MotionSpool()
        self._context: deque[MotionSequence] = deque()
        self._pending: deque[MotionSequence] = deque()

    def add(self, pose: MotionSequence) -> None:
        """Add a pose: one frame.

        Raises:
            InvalidInputError: INVALID_MOTION; it is not later than the one before.
        """
        if self._context and pose.timestamps[0] <= self._context[-1].timestamps[0]:
            raise InvalidInputError("the times of poses must ascend strictly", reason="INVALID_MOTION")
        self._context.append(pose)
        self._pending.append(pose)
        self._settle(before=float(pose.timestamps[0]) - HALF_WIDTH_SECONDS)

    def finish(self) -> MotionSpool:
        """Return the take; nothing may be added any more."""
        self._settle(before=np.inf)
        return self._spool

    def close(self) -> None:
        """Remove it from disk."""
        self._spool.close()

    def _settle(self, *, before: float) -> None:
        while self._pending and self._pending[0].timestamps[0] <= before:
            pose = self._pending.popleft()
            earliest = pose.timestamps[0] - HALF_WIDTH_SECONDS
            while self._context[0].timestamps[0] < earliest:
                self._context.popleft()
            self._spool.append(self._smooth(pose, latest=float(pose.timestamps[0]) + HALF_WIDTH_SECONDS))

    def _smooth(self, pose: MotionSequence, *, latest: float) -> MotionSequence:
        around = concatenate([one for one in self._context if one.timestamps[0] <= latest])
        rows = np.concatenate([around.image, around.world, around.visibility[..., None]], axis=2)
        row = smooth_centre(around.timestamps, rows, int(np.searchsorted(around.timestamps, pose.timestamps[0])))
        return replace(
            pose, image=row[None, :, :2], world=row[None, :, 2:5], visibility=np.clip(row[None, :, 5], 0.0, 1.0)
        )
