"""Measures of the whole reference, taken before the dance begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_common.errors import UnusableMediaError
from eightcount_scoring.angles.first_pass import scan_motion
from eightcount_scoring.angles.joint_angles import Array, JointAngles, View
from eightcount_scoring.angles.joint_angles_on_clock import measure_joint_angles
from eightcount_scoring.angles.joint_scale import JointScale, joint_scale
from eightcount_scoring.common_clock import RATE_HERTZ, build_common_clock
from eightcount_scoring.counts import Beat, Music
from eightcount_scoring.motion_reader import MotionReader
from eightcount_scoring.score.calibration import Calibration, calibrate
from eightcount_scoring.score.timeline import TimelineEntry, divide_timeline
from eightcount_scoring.time_map import TimeMap

VIEW: View = "camera"
"""Both cameras are taken to see the dancer from about the same side: evidence of another one takes seconds."""


@dataclass(frozen=True, slots=True)
class LiveReference:
    """The reference, measured as a whole.

    Attributes:
        angles: on the common clock, from the first frame to the last.
        scale: the joints' own ranges.
        calibration: the points that chance gives.
        edges: [N + 1] times between the counts.
        beats: [N] the counts.
        music: beats of the reference.
    """

    angles: JointAngles
    scale: JointScale
    calibration: Calibration
    edges: Array
    beats: tuple[Beat, ...]
    music: Music

    @property
    def timeline(self) -> tuple[TimelineEntry, ...]:
        """The counts without scores."""
        phrase = self.music.counts_per_phrase
        return tuple(
            TimelineEntry(float(start), float(end), float("nan"), "", beat.count, beat.eight_count,
                          phrase if beat.count else 0)
            for start, end, beat in zip(self.edges[:-1], self.edges[1:], self.beats, strict=True)
        )  # fmt: skip

    def frame_at(self, seconds: float) -> int:
        """Return the first frame of the common clock at or after a time of the reference; it may lie outside."""
        return int(np.ceil((seconds - float(self.angles.seconds[0])) * RATE_HERTZ - 1e-6))

    def frames_between(self, start_seconds: float, end_seconds: float) -> slice:
        """Return the frames from one time, included, to another, excluded."""
        frames = self.angles.seconds.size
        first, last = (min(max(self.frame_at(time), 0), frames) for time in (start_seconds, end_seconds))
        return slice(first, max(first, last))


def measure_reference(reference: MotionReader, music: Music) -> LiveReference:
    """Measure a reference.

    Raises:
        UnusableMediaError: REFERENCE_TOO_SHORT; it has less than a second.
        InvalidInputError: it has no frame.
    """
    first_pass = scan_motion(reference)
    clock, _ = build_common_clock(first_pass.seconds, first_pass.seconds, TimeMap.from_line(0.0))
    if clock.size < RATE_HERTZ:
        raise UnusableMediaError(
            f"a reference must last at least a second; this one lasts {clock.size / RATE_HERTZ:.1f} s",
            reason="REFERENCE_TOO_SHORT",
        )
    angles = measure_joint_angles(reference, first_pass, clock, VIEW).angles
    scale = joint_scale(angles, VIEW)
    edges, beats = divide_timeline(clock, music)
    return LiveReference(angles, scale, calibrate(angles, scale), edges, tuple(beats), music)
