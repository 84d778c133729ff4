"""The poses of a take as they come: those of the last seconds, and the whole take on disk."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import MotionSequence, concatenate
from eightcount_scoring.angles.first_pass import (
    BONES,
    Bone,
    FirstPass,
    find_greatest_lengths,
    measure_bones,
    measure_scale,
    scan_motion,
)
from eightcount_scoring.angles.mirroring import mirror_motion
from eightcount_scoring.live.recording import TakeRecording
from eightcount_scoring.spool import MotionSpool
from eightcount_scoring.time_map import TimeMap

KEPT_SECONDS = 20.0
"""How far back poses are at hand: an eight-count at 60 bpm and what is needed around it."""
JUMP_SECONDS = 0.25
"""A clock of the reference that is further off than this has jumped: the dancer begins anew."""
_CLOCK_POSES = 300
"""Poses from which the clock is estimated; each alone is as exact as the timer of a browser."""
_SCALE_POSES = 15
_MORE_POSES = 1.05
"""Lengths are measured again when so many times as many poses are there."""


class Body:
    """Measures of the dancer's body in the frame, which become better with every pose."""

    def __init__(self) -> None:
        self._in_image: list[NDArray[np.float32]] = []
        self._in_world: list[NDArray[np.float32]] = []
        self._scales: deque[float] = deque(maxlen=_SCALE_POSES)
        self._greatest: dict[Bone, float] = dict.fromkeys(BONES, 0.0)
        self._due = 1

    def add(self, pose: MotionSequence) -> None:
        """Add a pose: one frame."""
        scale = float(measure_scale(pose)[0])
        if not np.isfinite(scale):
            return
        self._scales.append(scale)
        self._in_image.append(measure_bones(pose, pose.image)[:, 0] / np.float32(scale))
        self._in_world.append(measure_bones(pose, pose.world)[:, 0])
        if len(self._in_image) >= self._due:
            self._due = 1 + int(_MORE_POSES * self._due)
            self._greatest = find_greatest_lengths(np.stack(self._in_image, axis=1), np.stack(self._in_world, axis=1))

    @property
    def pixels_per_metre(self) -> float:
        """Scale of the dancer in the latest frames; 1 when nobody was seen."""
        return float(np.median(self._scales)) if self._scales else 1.0

    def scan(self, piece: MotionSequence) -> FirstPass:
        """Take the measures of a piece, with what is known of the body; of a single frame the scale is known before."""
        measures = scan_motion(piece)
        scale = measures.pixels_per_metre if len(piece) > 1 else np.array([self.pixels_per_metre])
        return replace(measures, greatest_metres=self._greatest, pixels_per_metre=scale)


class TakePass:
    """The poses of one way through the reference, without jumps.

    A context manager's resource: `close` removes the poses from disk.

    Attributes:
        body: measures of the dancer, shared by all passes.
        start_seconds: time of the reference at the first pose.
        now_seconds: time of the reference at the latest pose.
    """

    def __init__(self, body: Body, *, rate: float, mirrored: bool) -> None:
        self.body = body
        self._rate = rate
        self._mirrored = mirrored
        self._recording = TakeRecording()
        self._recent: deque[MotionSequence] = deque()
        self._offsets: deque[float] = deque(maxlen=_CLOCK_POSES)
        self.start_seconds = np.inf
        self.now_seconds = -np.inf

    def continues_with(self, take_seconds: float, reference_seconds: float, rate: float) -> bool:
        """Whether a pose at these times belongs to this pass."""
        if not self._offsets:
            return True
        expected = self.offset_seconds + self._rate * take_seconds
        return rate == self._rate and abs(reference_seconds - expected) <= JUMP_SECONDS

    def add(self, pose: MotionSequence, reference_seconds: float) -> MotionSequence:
        """Add a pose, one frame, at a time of the reference; return it as it is compared: mirrored if it has to be."""
        take_seconds = float(pose.timestamps[0])
        self._recording.add(pose)
        shown = mirror_motion(pose) if self._mirrored else pose
        self.body.add(shown)
        self._recent.append(shown)
        while self._recent[0].timestamps[0] < take_seconds - KEPT_SECONDS:
            self._recent.popleft()
        self._offsets.append(reference_seconds - self._rate * take_seconds)
        self.start_seconds = min(self.start_seconds, reference_seconds)
        self.now_seconds = reference_seconds
        return shown

    @property
    def offset_seconds(self) -> float:
        """Time of the reference at time 0 of the take."""
        return float(np.median(self._offsets))

    @property
    def time_map(self) -> TimeMap:
        """The map of the take's clock to the reference's."""
        return TimeMap.from_line(self.offset_seconds, self._rate)

    def finish(self) -> MotionSpool:
        """Return the whole pass as it was danced; nothing may be added any more."""
        return self._recording.finish()

    @property
    def danced_seconds(self) -> float:
        """Length of the part of the reference that was danced."""
        return max(0.0, self.now_seconds - self.start_seconds)

    def read_recent(self, start_seconds: float, end_seconds: float) -> MotionSequence | None:
        """Return the poses between two times of the take that are at hand; None where there is none."""
        later = takewhile(lambda pose: pose.timestamps[0] >= start_seconds, reversed(self._recent))
        poses = [pose for pose in later if pose.timestamps[0] <= end_seconds]
        return concatenate(poses[::-1]) if poses else None

    def close(self) -> None:
        """Remove the poses."""
        self._recording.close()
