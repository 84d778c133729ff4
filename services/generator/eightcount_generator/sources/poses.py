"""Converts poses that a network detected in a video to dances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.world import from_y_up
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import Skeleton
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.fitting.landmarks import NEEDED, Landmarks
from eightcount_generator.body.fitting.root_motion import estimate_root_motion
from eightcount_generator.body.fitting.whole_body import fit_body
from eightcount_generator.body.rotations import Array
from eightcount_generator.sources.repair import SHORTEST_PIECE_SECONDS, Stretch, repair_jumps
from eightcount_generator.sources.resampling import interpolate_gaps

LONGEST_GAP_SECONDS = 0.5
"""Where the dancer is lost for longer, the dance is split."""
_SMOOTHING_FRAMES = 0.7
_AROUND_SECONDS = 0.5
"""Range around a moment that is used to find the pose at it."""
_NEAR_SECONDS = 0.25
"""Maximum distance of a frame with the dancer that stands for a moment."""


def motion_to_dances(motion: MotionSequence) -> list[Stretch]:
    """Return the stretches in which the dancer is never lost for long nor jumps, in seconds of the video.

    Poses have no position in the room: the root motion is estimated from the feet (`estimate_root_motion`), so jumps
    stay on the floor. A skeleton needs the twelve joints of a body; hands, toes and face of BlazePose are used too.

    Raises:
        InvalidInputError: UNKNOWN_KEYPOINT; the skeleton lacks a joint of the body.
    """
    seen = _LandmarkTrack.of(motion)
    found = []
    for part in _split_at_gaps(motion.timestamps, seen.known):
        if motion.timestamps[part[-1]] - motion.timestamps[part[0]] + 1 / FRAME_RATE_HERTZ < SHORTEST_PIECE_SECONDS:
            continue
        for stretch in repair_jumps(seen.fit(part, motion.timestamps)):
            start_seconds = float(motion.timestamps[part[0]]) + stretch.start_seconds
            found.append(Stretch(start_seconds, estimate_root_motion(stretch.dance)))
    return found


def pose_at(motion: MotionSequence, seconds: float) -> Dance:
    """Return the pose at a moment of the video as a dance of one frame, on the floor and above the origin.

    A frame or two in which the dancer is lost are interpolated. A photo is a motion of one frame.

    Raises:
        InvalidInputError: NO_PERSON_THERE, nobody is visible at that moment; UNKNOWN_KEYPOINT.
    """
    near = np.flatnonzero(np.abs(motion.timestamps - seconds) <= _AROUND_SECONDS)
    around = motion.frames(int(near[0]), int(near[-1]) + 1) if len(near) else motion.frames(0, 0)
    seen = _LandmarkTrack.of(around)
    for part in _split_at_gaps(around.timestamps, seen.known):
        times = around.timestamps[part]
        if np.abs(times - seconds).min() <= _NEAR_SECONDS:
            frame = round((float(np.clip(seconds, times[0], times[-1])) - float(times[0])) * FRAME_RATE_HERTZ)
            return estimate_root_motion(_repaired_frame(seen.fit(part, around.timestamps), frame))
    raise InvalidInputError(
        f"nobody is visible at {seconds:g} s" + _nearest_person(motion, seconds), reason="NO_PERSON_THERE"
    )


def _repaired_frame(fitted: Dance, frame: int) -> Dance:
    """Return one frame, interpolated if a limb jumps there; as it was detected where that is impossible."""
    frame = min(frame, len(fitted) - 1)
    for stretch in repair_jumps(fitted):
        first = round(stretch.start_seconds * FRAME_RATE_HERTZ)
        if first <= frame < first + len(stretch.dance):
            return stretch.dance.frames(frame - first, frame - first + 1)
    return fitted.frames(frame, frame + 1)


def _nearest_person(motion: MotionSequence, seconds: float) -> str:
    frames = np.flatnonzero(motion.found)
    if not len(frames):
        return ", nor at any other time"
    times = motion.timestamps[frames]
    return f"; the nearest time with a person is {times[np.abs(times - seconds).argmin()]:.2f} s"


@dataclass(frozen=True, slots=True)
class _LandmarkTrack:
    """Landmarks of a motion: [T, K, 3], y up, and [T] the frames in which they are complete."""

    names: tuple[str, ...]
    positions: Array
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, motion: MotionSequence) -> Self:
        positions = _landmark_positions(motion.skeleton, from_y_up(motion.world.astype(np.float64)))
        stacked = np.stack(list(positions.values()), axis=1)
        return cls(tuple(positions), stacked, np.asarray(np.isfinite(stacked).all(axis=(1, 2))))

    def fit(self, part: NDArray[np.int_], timestamps: NDArray[np.float64]) -> Dance:
        """Fit the dance from the first to the last of some frames; missing frames are interpolated."""
        filled = interpolate_gaps(self.positions[part], timestamps[part])
        return fit_body(Landmarks(self.names, gaussian_filter1d(filled, _SMOOTHING_FRAMES, axis=0, mode="nearest")))


def _split_at_gaps(timestamps: NDArray[np.float64], known: NDArray[np.bool_]) -> list[NDArray[np.int_]]:
    """Return the frames with a dancer, split where they are too far apart."""
    frames = np.flatnonzero(known)
    if not len(frames):
        return []
    cuts = np.flatnonzero(np.diff(timestamps[frames]) > LONGEST_GAP_SECONDS) + 1
    return np.split(frames, cuts)


def _landmark_positions(skeleton: Skeleton, world: Array) -> dict[str, Array]:
    """[T, 3] of each landmark that the skeleton has."""

    def middle(*names: str) -> Array:
        return np.asarray(world[:, skeleton.indices(names)].mean(axis=1))

    positions: dict[str, Array] = {name: middle(name) for name in NEEDED}
    for side in ("left", "right"):
        if f"{side}_foot_index" in skeleton.keypoints:
            positions[f"{side}_foot"] = middle(f"{side}_foot_index")
        if {f"{side}_index", f"{side}_pinky"} <= set(skeleton.keypoints):
            positions[f"{side}_hand"] = middle(f"{side}_index", f"{side}_pinky")
    if {"nose", "left_eye", "right_eye", "left_ear", "right_ear"} <= set(skeleton.keypoints):
        positions |= {"left_ear": middle("left_ear"), "right_ear": middle("right_ear")}
        positions["head"] = middle("left_ear", "right_ear")
        positions["nose"] = (middle("nose") + middle("left_eye", "right_eye")) / 2  # level with the ears
    return positions
