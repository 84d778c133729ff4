"""Locks feet that are in contact with the floor, and lifts feet that move over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body import kinematics
from eightcount_generator.body.blending import heading
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.easing import Array, envelope, smooth_step
from eightcount_generator.body.leg_ik import LEGS, two_bone_ik
from eightcount_generator.body.post_processing.foot_contacts import SETTLING_FRAMES, SHORTEST_FRAMES, Contact
from eightcount_generator.body.post_processing.footskate_cleanup import BLEND_FRAMES, plant_feet
from eightcount_generator.body.rotations import about_y, to_six
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, TOE_HEIGHT
from eightcount_generator.models.encoding import (
    FEET,
    FOOT_CONTACTS,
    HEIGHT,
    ROOT_VELOCITY,
    RootPose,
    decode,
    rotation_columns,
)

_SMOOTHING_FRAMES = 1.5
_CONTACT_SMOOTHING_FRAMES = 1.0
_CONFIDENT = 0.3
"""Contact confidence from which the root motion is corrected in full."""
_LEADING_POWER = 8
"""Power by which the most confident foot point dominates: a dancer who shifts weight stands on one foot."""
_MIN_CONFIDENCE = 0.02
"""Lower bound of every contact confidence."""
_CLEARANCE_METRES = 0.04
"""Height of a fast foot above the floor; a quarter of those of recorded dancers are lower."""
_SLOW_SPEED, _FAST_SPEED = 0.35, 0.9
"""Metres per second: a slower foot may stay on the floor, a foot faster than the second value may not."""
_EASING_FRAMES = 6
_DRIFT_FRAMES = 20.0
"""Deviation of the low-pass of the correction: slower motion is where the dancer goes, and is kept."""
_CONTACT_CONFIDENCE, _LEADING_CONFIDENCE = 0.5, 0.1
"""Minimum confidence of a locked foot point, and of the most confident point of a frame."""
_SLIPPED_METRES = 0.15
"""A locked foot point that would move farther than this is released, and locked again `_RELEASE_FRAMES` later."""
_RELEASE_FRAMES = 8


def fix_feet(frames: NDArray[np.floating], *, first: int, last: bool = False) -> NDArray[np.float32]:
    """Correct root motion and legs of an encoded stretch [T, WIDTH], so that its feet neither slide nor drag.

    Args:
        frames: [T, WIDTH].
        first: earlier frames are kept.
        last: whether the last frame is kept, too, because it is constrained.
    """
    carried = remove_root_sliding(frames, first=first)
    return lift_swing_feet(lock_feet(carried, first=first, last=last), first=first, last=last)


def remove_root_sliding(frames: NDArray[np.floating], *, first: int) -> NDArray[np.float32]:
    """[T, WIDTH] an encoded stretch whose pelvis moves as the feet that stand let it; those before `first` stay.

    The sliding of the foot points that are in contact is subtracted from the root motion, except for slow drift;
    `FOOT_CONTACTS` holds the confidence of each contact. The legs correct the rest (`lock_feet`).
    """
    found = np.array(frames, np.float32)
    dance, _ = decode(frames, RootPose())
    steps = np.diff(dance.joints()[:, FEET].astype(np.float64), axis=0) * FRAME_RATE_HERTZ
    back = about_y(-heading(dance.rotations[:-1, 0].astype(np.float64)))
    seen = (back[:, None] @ steps[..., None])[..., 0][..., [0, 2]]
    surely = np.clip(frames[:-1, FOOT_CONTACTS], _MIN_CONFIDENCE, 1).astype(np.float64)
    surely = gaussian_filter1d(surely, _CONTACT_SMOOTHING_FRAMES, axis=0, mode="nearest")
    most = surely.max(axis=1, keepdims=True)
    leading = (surely / most) ** _LEADING_POWER
    sliding = (
        (seen * leading[..., None]).sum(axis=1) / leading.sum(axis=1, keepdims=True) * np.minimum(most / _CONFIDENT, 1)
    )
    sliding = gaussian_filter1d(sliding, _CONTACT_SMOOTHING_FRAMES, axis=0, mode="nearest")
    sliding[:first] = 0
    sliding -= gaussian_filter1d(sliding, _DRIFT_FRAMES, axis=0, mode="nearest")
    found[first:-1, ROOT_VELOCITY.start : ROOT_VELOCITY.start + 2] -= sliding[first:].astype(np.float32)
    return found


def lock_feet(frames: NDArray[np.floating], *, first: int, last: bool = False) -> NDArray[np.float32]:
    """Hold the feet of an encoded stretch [T, WIDTH] where they are in contact (`plant_feet`).

    Args:
        frames: [T, WIDTH].
        first: earlier frames are kept.
        last: whether the last frame is kept, too, because it is constrained.
    """
    dance, _ = decode(frames, RootPose())
    surely = gaussian_filter1d(
        frames[:, FOOT_CONTACTS].astype(np.float64), _CONTACT_SMOOTHING_FRAMES, axis=0, mode="nearest"
    )
    most = surely.max(axis=1, keepdims=True)
    stands = (surely > _CONTACT_CONFIDENCE) | ((surely == most) & (surely > _LEADING_CONFIDENCE))
    paths = dance.joints()[:, FEET][..., [0, 2]].astype(np.float64)
    stop = len(frames) - BLEND_FRAMES if last else len(frames)
    held = [list(_find_contacts(paths[:, end], stands[:, end], first, stop)) for end in range(len(FEET))]
    return _encode_legs(frames, plant_feet(dance, held), first=first)


def _find_contacts(path: Array, stands: NDArray[np.bool_], first: int, stop: int) -> Iterator[Contact]:
    """Yield the contacts of a foot point with the path [T, 2]; a contact from before `first` keeps its place."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], stands[:stop], [False]])))
    for begins, end in zip(edges[::2], edges[1::2], strict=True):
        goes_on = begins < first
        start = max(begins, first - 1 if goes_on else first + BLEND_FRAMES if first else 0)
        while end - start > SHORTEST_FRAMES and end > first:
            place = path[start] if goes_on else path[start : min(start + SETTLING_FRAMES, end)].mean(axis=0)
            slipped = np.linalg.norm(path[start:end] - place, axis=-1) > _SLIPPED_METRES
            until = start + int(slipped.argmax()) if slipped.any() else end
            if until - start >= SHORTEST_FRAMES:
                yield Contact(int(start), int(until), place)
            start, goes_on = until + _RELEASE_FRAMES, False


def lift_swing_feet(frames: NDArray[np.floating], *, first: int, last: bool = False) -> NDArray[np.float32]:
    """Lift the feet of an encoded stretch [T, WIDTH] that would be dragged over the floor.

    Args:
        frames: [T, WIDTH].
        first: earlier frames are kept.
        last: whether the last frame is kept, too, because it is constrained.
    """
    dance, _ = decode(frames, RootPose())
    rotations = dance.rotations.astype(np.float64)
    world = kinematics.world_rotations(rotations)
    joints = kinematics.positions_from_world(dance.root.astype(np.float64), world)
    since, until = np.arange(len(frames)) - first, np.arange(len(frames))[::-1]
    eased = np.clip((np.minimum(since, until) if last else since) / _EASING_FRAMES, 0, 1)
    for leg in LEGS:
        lift = envelope(_missing_clearance(joints[:, leg.ankle], joints[:, leg.toe])) * eased
        target = joints[:, leg.ankle] - joints[:, leg.hip] + lift[:, None] * np.array([0.0, 1.0, 0.0])
        raised = two_bone_ik(rotations, world[:, 0], leg=leg, target=target)
        shank = world[:, 0] @ raised[:, leg.hip] @ raised[:, leg.knee]
        raised[:, leg.ankle] = np.swapaxes(shank, -1, -2) @ world[:, leg.ankle]  # the foot points as it did
        rotations = np.where((lift > 0)[:, None, None, None], raised, rotations)
    return _encode_legs(frames, replace(dance, rotations=rotations.astype(np.float32)), first=first)


def _encode_legs(frames: NDArray[np.floating], dance: Dance, *, first: int) -> NDArray[np.float32]:
    """Return the encoded stretch with the legs and the height of a dance from `first` on."""
    found = np.array(frames, np.float32)
    joints = [joint for leg in LEGS for joint in (leg.hip, leg.knee, leg.ankle)]
    legs = to_six(dance.rotations[:, joints].astype(np.float64)).reshape(len(found), -1)
    found[first:, rotation_columns(joints)] = legs[first:]
    found[first:, HEIGHT] = dance.root[first:, 1:2]
    return found


def _missing_clearance(ankle: Array, toe: Array) -> NDArray[np.float64]:
    """[T] metres by which a foot is too low for its speed; a foot that turns on heel or ball is not fast."""
    points = np.stack([ankle, toe], axis=1)
    speed = np.linalg.norm(np.diff(points[..., [0, 2]], axis=0), axis=-1).min(axis=-1) * FRAME_RATE_HERTZ
    speed = gaussian_filter1d(np.append(speed, speed[-1:]), _SMOOTHING_FRAMES, mode="nearest")
    low = (points[..., 1] - [ANKLE_HEIGHT, TOE_HEIGHT]).min(axis=-1)
    part = smooth_step((speed - _SLOW_SPEED) / (_FAST_SPEED - _SLOW_SPEED))
    return np.asarray(np.maximum(_CLEARANCE_METRES * part - low, 0.0) * (part > 0))
