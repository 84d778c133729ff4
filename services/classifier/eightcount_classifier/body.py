"""A motion as the models see it: twelve joints of one standard body at a fixed rate.

Bone lengths tell who dances and where it was recorded, and would pass for style; every dancer is therefore brought to
the same body: the directions of the bones are kept, their lengths replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.beats import beat_phase
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import FloatArray, MotionSequence, TimeArray
from eightcount_common.skeletons import BODY_12

FRAME_RATE_HERTZ = 30.0
"""Rate that every motion is brought to."""
LONGEST_GAP_SECONDS = 0.35
"""Longer stretches without the dancer are not bridged."""
LONGEST_SECONDS = 6 * 3600.0
"""Longer motions are refused."""
LEAST_VISIBILITY = 0.3
"""Below it most joints are guesses of the pose model."""

HALF_SHOULDERS, HALF_HIPS, SPINE = 0.18, 0.11, 0.48
"""Metres, as the bones below: a person of 1.70 m (Winter, 2009, fig. 4.1)."""
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
    """One dancer at `FRAME_RATE_HERTZ`.

    Attributes:
        start_seconds: time of the first frame.
        joints: [T, 12, 3] float32 of `BODY_12`: metres of the standard body, origin between the hips, x right, y down,
            z away from the viewer; 0 where not seen.
        seen: [T] whether the dancer was seen.
        beat_phase: [T] position within the beat in [0, 1); NaN where it is not known.
        flat: whether depth is not known; z is 0 then and bones are foreshortened.
        track_id: identity of the dancer.
        bones: [10] lengths in metres before they were replaced, for probes: limbs in the order of `LIMBS`, left before
            right, then hips and shoulders; 0 where depth is not known.
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
        """[T] seconds."""
        return self.start_seconds + np.arange(len(self), dtype=np.float64) / FRAME_RATE_HERTZ

    @property
    def seconds_seen(self) -> float:
        """How long the dancer was seen."""
        return float(self.seen.sum()) / FRAME_RATE_HERTZ

    def part(self, start: int, stop: int) -> BodyMotion:
        """The frames start <= t < stop, as views."""
        return replace(
            self, start_seconds=self.start_seconds + start / FRAME_RATE_HERTZ, joints=self.joints[start:stop],
            seen=self.seen[start:stop], beat_phase=self.beat_phase[start:stop],
        )  # fmt: skip

    def with_beats(self, beats_seconds: Sequence[float]) -> BodyMotion:
        """The motion with the beats of its music."""
        return replace(self, beat_phase=beat_phase(self.times, beats_seconds))


def body_of(
    motion: MotionSequence, *, beats_seconds: Sequence[float] = (), start_seconds: float | None = None
) -> BodyMotion:
    """A motion brought to the standard rate, and to the standard body.

    Args:
        motion: of any skeleton that has the joints of `BODY_12`.
        beats_seconds: beats of its music on the motion's time.
        start_seconds: time of the first frame; that at which the dancer is first seen when not given. The last frame is
            that of the motion, whether the dancer is seen in it or not.

    Raises:
        InvalidInputError: the skeleton lacks a joint, or the motion is too long.
    """
    points, flat = _points_of(motion)
    times, joints, seen = _resampled(motion.timestamps, points, _known(motion, points), start_seconds)
    joints -= joints[:, _HIPS].mean(axis=1, keepdims=True)
    bones = np.zeros(len(_BONES) + 2, np.float32) if flat or not seen.any() else bone_lengths(joints[seen])
    joints = _scaled(joints, seen) if flat else standard_body(joints)
    kept = np.where(seen[:, None, None], joints, 0).astype(np.float32)
    start = float(times[0]) if len(times) else start_seconds or 0.0
    return BodyMotion(start, kept, seen, beat_phase(times, beats_seconds), flat, motion.track_id, bones)


def last_seen_seconds(motion: MotionSequence) -> float | None:
    """Time of the last frame that shows the dancer well enough; none when there is none."""
    seen = np.flatnonzero(_known(motion, _points_of(motion)[0]))
    return float(motion.timestamps[seen[-1]]) if len(seen) else None


def standard_body(joints: NDArray[np.floating]) -> NDArray[np.float64]:
    """[T, 12, 3] the same directions of bones on the standard body, origin between the hips."""
    result = np.zeros(joints.shape, np.float64)
    centre = joints[:, _HIPS].mean(axis=1)
    spine = SPINE * _direction(joints[:, _SHOULDERS].mean(axis=1) - centre)
    for pair, half, base in ((_SHOULDERS, HALF_SHOULDERS, spine), (_HIPS, HALF_HIPS, np.zeros_like(spine))):
        across = half * _direction(joints[:, pair[0]] - joints[:, pair[1]])
        result[:, pair[0]], result[:, pair[1]] = base + across, base - across
    for start, end, length in _BONES:
        result[:, end] = result[:, start] + length * _direction(joints[:, end] - joints[:, start])
    return result


def bone_lengths(joints: NDArray[np.floating]) -> FloatArray:
    """[10] median lengths over time of [T, 12, 3] joints, in the order of `BodyMotion.bones`."""
    pairs = [(start, end) for start, end, _ in _BONES] + [tuple(_HIPS), tuple(_SHOULDERS)]
    starts, ends = zip(*pairs, strict=True)
    lengths = np.linalg.norm(joints[:, starts] - joints[:, ends], axis=-1)
    return np.asarray(np.median(lengths, axis=0), np.float32)


def _points_of(motion: MotionSequence) -> tuple[NDArray[np.float64], bool]:
    """[T, 12, 3] metres, or pixels where depth is not known; and whether it is not."""
    order = motion.skeleton.indices(BODY_12.keypoints)
    world, image = motion.world[:, order], motion.image[:, order]
    flat = len(motion) > 0 and not np.isfinite(world).any()
    points = np.concatenate([image, np.zeros_like(image[..., :1])], axis=-1) if flat else world
    return points.astype(np.float64), flat


def _known(motion: MotionSequence, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """[T] whether every joint was found, and most can be seen."""
    visibility = motion.visibility[:, motion.skeleton.indices(BODY_12.keypoints)].mean(axis=1)
    return np.asarray(np.isfinite(points).all(axis=(1, 2)) & (visibility >= LEAST_VISIBILITY))


def _direction(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _TINY), np.float64)


def _scaled(joints: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Pixels to metres: the longest that spine and leg are seen is their length."""
    if not seen.any():
        return joints
    neck, ankles = joints[:, _SHOULDERS].mean(axis=1), joints[:, BODY_12.indices(f"{side}_ankle" for side in _SIDES)]
    span = np.linalg.norm(neck[seen], axis=-1) + np.linalg.norm(ankles[seen].mean(axis=1), axis=-1)
    return joints * (_FLAT_SPAN / max(float(np.percentile(span, 95)), _TINY))


def _resampled(
    timestamps: TimeArray, points: NDArray[np.float64], known: NDArray[np.bool_], start_seconds: float | None
) -> tuple[TimeArray, NDArray[np.float64], NDArray[np.bool_]]:
    """Times, points and whether they are known, on the fixed rate; short gaps are bridged by straight lines."""
    if not len(timestamps) or (start_seconds is None and not known.any()):
        return np.zeros(0), np.zeros((0, *points.shape[1:])), np.zeros(0, bool)
    start = float(timestamps[known][0]) if start_seconds is None else start_seconds
    times = _grid(timestamps, start)
    source, values = timestamps[known], points[known]
    if len(source) < 2:
        value = values[0] if len(source) else np.zeros(points.shape[1:])
        seen = np.abs(times[:, None] - source).min(axis=1, initial=np.inf) < _HALF_FRAME
        return times, np.repeat(value[None], len(times), axis=0), seen
    right = np.clip(np.searchsorted(source, times), 1, len(source) - 1)
    left = right - 1
    span = source[right] - source[left]
    weight = np.clip((times - source[left]) / span, 0, 1)
    bridged = span <= LONGEST_GAP_SECONDS
    weight = np.where(bridged, weight, np.round(weight))  # beside a long gap the frame that there is, not the far one
    joints = values[left] + weight[:, None, None] * (values[right] - values[left])
    inside = (times >= source[0]) & (times <= source[-1])
    near = np.minimum(np.abs(times - source[left]), np.abs(source[right] - times)) < _HALF_FRAME
    return times, joints, near | (inside & bridged)


def _grid(timestamps: TimeArray, start: float) -> TimeArray:
    """Times of the fixed rate from `start` to the end."""
    if not np.all(np.isfinite(timestamps)):
        raise InvalidInputError("motion: a timestamp is not a number", reason="INVALID_MOTION")
    seconds = float(timestamps[-1]) - start
    if seconds > LONGEST_SECONDS:
        raise InvalidInputError(
            f"motion: at most {LONGEST_SECONDS / 3600:.0f} hours can be judged, got {seconds:.0f} s", reason="TOO_LONG"
        )
    count = int(np.floor(seconds * FRAME_RATE_HERTZ + _TINY)) + 1
    return start + np.arange(max(count, 0)) / FRAME_RATE_HERTZ
