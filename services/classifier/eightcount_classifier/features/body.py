"""Standardised motions: twelve joints of one standard body at a fixed frame rate.

Bone lengths reveal who dances and where it was recorded, and a model could mistake them for style. Every dancer is
therefore mapped to the same body: the directions of the bones are kept, their lengths replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.features.beats import beat_phase
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import FloatArray, MotionSequence, TimeArray
from eightcount_common.skeletons import BODY_12

FRAME_RATE_HERTZ = 30.0
"""Frame rate of standardised motions."""
MAX_GAP_SECONDS = 0.35
"""Longest gap in which the dancer is not seen that is interpolated."""
MAX_SECONDS = 6 * 3600.0
"""Longest motion that is accepted."""
MIN_VISIBILITY = 0.3
"""Mean visibility below which most joints are guesses of the pose model."""

HALF_SHOULDERS, HALF_HIPS, SPINE = 0.18, 0.11, 0.48
"""In metres, like the limbs below, of a person 1.70 m tall (Winter, 2009, fig. 4.1)."""
LIMBS = (
    ("shoulder", "elbow", 0.29),
    ("elbow", "wrist", 0.26),
    ("hip", "knee", 0.42),
    ("knee", "ankle", 0.42),
)
_SIDES = ("left", "right")
_SHOULDERS = BODY_12.indices(f"{side}_shoulder" for side in _SIDES)
_HIPS = BODY_12.indices(f"{side}_hip" for side in _SIDES)
_BONES = [
    (BODY_12.index(f"{side}_{start}"), BODY_12.index(f"{side}_{end}"), length)
    for start, end, length in LIMBS
    for side in _SIDES
]
_FLAT_SPAN = SPINE + sum(length for start, _, length in LIMBS if start in ("hip", "knee"))
_TINY = 1e-6
_HALF_FRAME = 0.5 / FRAME_RATE_HERTZ


@dataclass(frozen=True, slots=True)
class BodyMotion:
    """Standardised motion of one dancer at `FRAME_RATE_HERTZ`.

    Attributes:
        start_seconds: time of the first frame.
        joints: [T, 12, 3] float32 of `BODY_12`: metres of the standard body, origin between the hips, x right, y down,
            z away from the viewer; 0 where the dancer is not seen.
        seen: [T] whether the dancer is seen.
        beat_phase: [T] phase within the beat in [0, 1); NaN where it is unknown.
        flat: whether depth is unknown; then z is 0 and bones are foreshortened.
        track_id: identity of the dancer.
        bones: [10] original bone lengths in metres, for probes: limbs in the order of `LIMBS`, left before right, then
            hips and shoulders; 0 if depth is unknown.
    """

    start_seconds: float
    joints: FloatArray
    seen: NDArray[np.bool_]
    beat_phase: FloatArray
    flat: bool = False
    track_id: int = 0
    bones: FloatArray = field(default_factory=lambda: np.zeros(2 * len(LIMBS) + 2, np.float32))

    def __len__(self) -> int:
        return len(self.joints)

    @property
    def times(self) -> TimeArray:
        """Times [T] of the frames in seconds."""
        return self.start_seconds + np.arange(len(self), dtype=np.float64) / FRAME_RATE_HERTZ

    @property
    def seconds_seen(self) -> float:
        """Seconds in which the dancer is seen."""
        return float(self.seen.sum()) / FRAME_RATE_HERTZ

    def part(self, start: int, stop: int) -> BodyMotion:
        """Return the frames start <= t < stop, as views."""
        return replace(
            self, start_seconds=self.start_seconds + start / FRAME_RATE_HERTZ, joints=self.joints[start:stop],
            seen=self.seen[start:stop], beat_phase=self.beat_phase[start:stop],
        )  # fmt: skip

    def with_beats(self, beats_seconds: Sequence[float]) -> BodyMotion:
        """Return the motion with the beats of its music."""
        return replace(self, beat_phase=beat_phase(self.times, beats_seconds))


def standardise_motion(
    motion: MotionSequence, *, beats_seconds: Sequence[float] = (), start_seconds: float | None = None
) -> BodyMotion:
    """Resample a motion to the standard frame rate and map it to the standard body.

    Args:
        motion: motion of any skeleton that has the joints of `BODY_12`.
        beats_seconds: beats of its music, on the clock of the motion.
        start_seconds: time of the first frame; if not given, the time at which the dancer is first seen. The last frame
            is that of the motion, whether or not the dancer is seen in it.

    Raises:
        InvalidInputError: UNKNOWN_KEYPOINT, the skeleton lacks a joint; TOO_LONG; INVALID_MOTION, a timestamp is not
            finite.
    """
    points, flat = _select_points(motion)
    times, joints, seen = _resample(motion.timestamps, points, _find_visible(motion, points), start_seconds)
    joints -= joints[:, _HIPS].mean(axis=1, keepdims=True)
    bones = np.zeros(len(_BONES) + 2, np.float32) if flat or not seen.any() else bone_lengths(joints[seen])
    joints = _scale_to_metres(joints, seen) if flat else standardise_bones(joints)
    visible = np.where(seen[:, None, None], joints, 0).astype(np.float32)
    start = float(times[0]) if len(times) else start_seconds or 0.0
    return BodyMotion(start, visible, seen, beat_phase(times, beats_seconds), flat, motion.track_id, bones)


def find_last_seen(motion: MotionSequence) -> float | None:
    """Return the time of the last frame in which the dancer is visible, or None if there is none."""
    seen = np.flatnonzero(_find_visible(motion, _select_points(motion)[0]))
    return float(motion.timestamps[seen[-1]]) if len(seen) else None


def standardise_bones(joints: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return joints [T, 12, 3] of the standard body with the same bone directions, origin between the hips."""
    result = np.zeros(joints.shape, np.float64)
    centre = joints[:, _HIPS].mean(axis=1)
    spine = SPINE * _normalise(joints[:, _SHOULDERS].mean(axis=1) - centre)
    for pair, half, base in ((_SHOULDERS, HALF_SHOULDERS, spine), (_HIPS, HALF_HIPS, np.zeros_like(spine))):
        across = half * _normalise(joints[:, pair[0]] - joints[:, pair[1]])
        result[:, pair[0]], result[:, pair[1]] = base + across, base - across
    for start, end, length in _BONES:
        result[:, end] = result[:, start] + length * _normalise(joints[:, end] - joints[:, start])
    return result


def bone_lengths(joints: NDArray[np.floating]) -> FloatArray:
    """Return the median bone lengths [10] over time of joints [T, 12, 3], in the order of `BodyMotion.bones`."""
    pairs = [(start, end) for start, end, _ in _BONES] + [tuple(_HIPS), tuple(_SHOULDERS)]
    starts, ends = zip(*pairs, strict=True)
    lengths = np.linalg.norm(joints[:, starts] - joints[:, ends], axis=-1)
    return np.asarray(np.median(lengths, axis=0), np.float32)


def _select_points(motion: MotionSequence) -> tuple[NDArray[np.float64], bool]:
    """Return points [T, 12, 3] in metres, or in pixels if depth is unknown; and whether it is unknown."""
    order = motion.skeleton.indices(BODY_12.keypoints)
    world, image = motion.world[:, order], motion.image[:, order]
    flat = len(motion) > 0 and not np.isfinite(world).any()
    points = np.concatenate([image, np.zeros_like(image[..., :1])], axis=-1) if flat else world
    return points.astype(np.float64), flat


def _find_visible(motion: MotionSequence, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return [T] whether every joint was found and the dancer is visible on average."""
    visibility = motion.visibility[:, motion.skeleton.indices(BODY_12.keypoints)].mean(axis=1)
    return np.asarray(np.isfinite(points).all(axis=(1, 2)) & (visibility >= MIN_VISIBILITY))


def _normalise(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _TINY), np.float64)


def _scale_to_metres(joints: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Scale pixels to metres: the longest visible span of spine and leg is taken as their true length."""
    if not seen.any():
        return joints
    neck, ankles = joints[:, _SHOULDERS].mean(axis=1), joints[:, BODY_12.indices(f"{side}_ankle" for side in _SIDES)]
    span = np.linalg.norm(neck[seen], axis=-1) + np.linalg.norm(ankles[seen].mean(axis=1), axis=-1)
    return joints * (_FLAT_SPAN / max(float(np.percentile(span, 95)), _TINY))


def _resample(
    timestamps: TimeArray, points: NDArray[np.float64], known: NDArray[np.bool_], start_seconds: float | None
) -> tuple[TimeArray, NDArray[np.float64], NDArray[np.bool_]]:
    """Return times, points, and whether they are known, at the fixed rate; short gaps are interpolated linearly."""
    if not len(timestamps) or (start_seconds is None and not known.any()):
        return np.zeros(0), np.zeros((0, *points.shape[1:])), np.zeros(0, bool)
    start = float(timestamps[known][0]) if start_seconds is None else start_seconds
    times = _make_time_grid(timestamps, start)
    source, values = timestamps[known], points[known]
    if len(source) < 2:
        value = values[0] if len(source) else np.zeros(points.shape[1:])
        seen = np.abs(times[:, None] - source).min(axis=1, initial=np.inf) < _HALF_FRAME
        return times, np.repeat(value[None], len(times), axis=0), seen
    right = np.clip(np.searchsorted(source, times), 1, len(source) - 1)
    left = right - 1
    span = source[right] - source[left]
    weight = np.clip((times - source[left]) / span, 0, 1)
    bridged = span <= MAX_GAP_SECONDS
    weight = np.where(bridged, weight, np.round(weight))  # beside a long gap use the nearest frame only
    joints = values[left] + weight[:, None, None] * (values[right] - values[left])
    inside = (times >= source[0]) & (times <= source[-1])
    near = np.minimum(np.abs(times - source[left]), np.abs(source[right] - times)) < _HALF_FRAME
    return times, joints, near | (inside & bridged)


def _make_time_grid(timestamps: TimeArray, start: float) -> TimeArray:
    """Return the times of the fixed rate from `start` to the end."""
    if not np.all(np.isfinite(timestamps)):
        raise InvalidInputError("the timestamps of a motion must be finite numbers", reason="INVALID_MOTION")
    seconds = float(timestamps[-1]) - start
    if seconds > MAX_SECONDS:
        raise InvalidInputError(
            f"a motion may last at most {MAX_SECONDS / 3600:.0f} hours; got {seconds:.0f} s", reason="TOO_LONG"
        )
    count = int(np.floor(seconds * FRAME_RATE_HERTZ + _TINY)) + 1
    return start + np.arange(max(count, 0)) / FRAME_RATE_HERTZ
