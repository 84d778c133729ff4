"""Poses that are held while a video of variable frame rate states no frame.

Screen recorders and editors leave repeated frames out. What is shown then is the last frame, so the pose is known; what
cannot be known is a movement whose frames were lost. Containers do not tell the two apart: MP4 states that the last
frame lasts until the next one either way, and Matroska mostly states the usual interval either way. The poses do: after
a hold the movement goes on where it stopped.
"""

from __future__ import annotations

import numpy as np

from eightcount_common.motion import FloatArray, MotionSequence, TimeArray, concatenate

LONGEST_STEP_SECONDS = 0.25
"""Frames further apart than this are a gap; within less, a straight line between two poses is close to the movement."""
_FILL_SECONDS = 0.1
_LONGEST_HOLD_SECONDS = 600.0
_FLOOR, _CEILING, _STEPS = 0.02, 0.1, 1.5
"""Two poses are the same when the keypoints of trunk and limbs are no further apart, in heights of the person, than 1.5
of the steps beside the gap, but at least 0.02, the jitter of the pose network, and at most 0.1."""
_FACE = ("eye", "ear", "mouth", "nose")


class HoldFiller:
    """Repeats the pose in gaps of a motion through which it is held; see `fill`."""

    def __init__(self) -> None:
        self._before: MotionSequence | None = None

    def fill(self, piece: MotionSequence) -> MotionSequence:
        """Return the next piece of a motion, with the held pose ten times a second in every hold before its frames.

        In gaps that are no holds, and for motions without an image, nothing is added.
        """
        if not len(piece):
            return piece
        before = self._before
        context = 0 if before is None else len(before)
        whole = piece if before is None else concatenate([before, piece])
        self._before = whole.frames(max(0, len(whole) - 2), len(whole))
        gaps = [gap for gap in _find_gaps(whole.timestamps) if gap >= max(context - 1, 0) and _is_held(whole, gap)]
        if not gaps:
            return piece
        parts, start = [], context
        for gap in gaps:
            if gap + 1 > start:
                parts.append(whole.frames(start, gap + 1))
            parts.append(_repeat(whole, gap))
            start = gap + 1
        return concatenate([*parts, whole.frames(start, len(whole))])


def _find_gaps(timestamps: TimeArray) -> list[int]:
    """Return the frames after which a gap begins."""
    steps = np.diff(timestamps)
    return [int(frame) for frame in np.flatnonzero((steps > LONGEST_STEP_SECONDS) & (steps < _LONGEST_HOLD_SECONDS))]


def _is_held(motion: MotionSequence, gap: int) -> bool:
    """Whether the pose after a gap is the one before it, but for one step of the movement."""
    first, last = max(gap - 1, 0), min(gap + 3, len(motion))
    body = [index for index, name in enumerate(motion.skeleton.keypoints) if not any(part in name for part in _FACE)]
    image, steps = motion.image[first:last, body].astype(np.float64), np.diff(motion.timestamps[first:last])
    centre = gap - first
    if not np.isfinite(image[centre : centre + 2]).all():
        return False
    distances = _distances(image)
    beside = [
        distances[step]
        for step in (centre - 1, centre + 1)
        if 0 <= step < len(distances) and steps[step] <= LONGEST_STEP_SECONDS and np.isfinite(distances[step])
    ]
    return bool(distances[centre] <= min(_CEILING, max(_FLOOR, _STEPS * max(beside, default=0.0))))


def _distances(image: FloatArray | TimeArray) -> TimeArray:
    """Return [T - 1] the root mean square distance of consecutive poses [T, K, 2], in heights of the person."""
    heights = np.maximum(np.ptp(image[..., 1], axis=1), 1e-6)
    moved = np.sqrt((np.diff(image, axis=0) ** 2).sum(axis=-1).mean(axis=-1))
    return np.asarray(moved / np.maximum(heights[1:], heights[:-1]))


def _repeat(motion: MotionSequence, frame: int) -> MotionSequence:
    """Return the pose of a frame at times until the next one."""
    start, stop = motion.timestamps[frame : frame + 2]
    interval = _usual_interval(motion.timestamps, frame)
    count = max(1, int(np.ceil((stop - interval - start) / _FILL_SECONDS)))
    times = start + (stop - interval - start) * np.arange(1, count + 1) / count
    image, world, visibility = (
        np.repeat(values[frame : frame + 1], count, axis=0)
        for values in (motion.image, motion.world, motion.visibility)
    )
    return MotionSequence(
        motion.skeleton, times, image, world, visibility, motion.model, motion.image_size, motion.track_id
    )


def _usual_interval(timestamps: TimeArray, frame: int) -> float:
    """Return the step beside a gap, after which the movement goes on."""
    steps = np.diff(timestamps[max(frame - 1, 0) : frame + 3])
    return float(min(steps.min(), LONGEST_STEP_SECONDS))
