"""Mistakes planted in a motion, with the ground truth: when, which joints, how much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import MotionSequence

Array = NDArray[np.float64]
EDGE_SECONDS = 0.4
"""A mistake grows and fades over this time, as a dancer's would."""
HAND = ("wrist", "index", "pinky", "thumb")


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted mistake: the kinds and joints that identify it correctly, and its time."""

    name: str
    kinds: frozenset[str]
    joints: frozenset[str]
    start_seconds: float
    end_seconds: float


ARMS = frozenset({"left_shoulder", "right_shoulder", "left_elbow", "right_elbow"})
EVERY = ARMS | {"left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "torso"}


def envelope(seconds: Array, start: float, end: float) -> Array:
    """[T] 1 within the stretch, 0 outside, smooth in between."""
    rise = np.clip((seconds - start) / EDGE_SECONDS + 0.5, 0, 1)
    fall = np.clip((end - seconds) / EDGE_SECONDS + 0.5, 0, 1)
    share: Array = np.minimum(rise, fall)
    return share * share * (3 - 2 * share)


def plant_lateness(
    motion: MotionSequence, start: float, end: float, milliseconds: float
) -> tuple[MotionSequence, Planted]:
    """Shift a stretch of the whole body late, or early when negative."""
    delay = milliseconds / 1000 * envelope(motion.timestamps, start, end)
    kind = "LATE" if milliseconds > 0 else "EARLY"
    planted = Planted(f"{kind.lower()} {abs(milliseconds):.0f} ms", frozenset({kind}), EVERY, start, end)
    return _shift_times(motion, motion.timestamps - delay), planted


def plant_bent_elbow(
    motion: MotionSequence, start: float, end: float, degrees: float
) -> tuple[MotionSequence, Planted]:
    """Bend the left elbow more than in the reference."""
    place = {name: motion.skeleton.index(f"left_{name}") for name in ("shoulder", "elbow", *HAND)}

    def bend(points: Array) -> Array:
        upper = points[:, place["elbow"]] - points[:, place["shoulder"]]
        fore = points[:, place["wrist"]] - points[:, place["elbow"]]
        axis = np.cross(fore, -upper)
        axis /= np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-9)
        angle = np.radians(degrees) * envelope(motion.timestamps, start, end)
        for name in HAND:
            arm = points[:, place[name]] - points[:, place["elbow"]]
            points[:, place[name]] = points[:, place["elbow"]] + rotate_vectors(arm, axis, angle)
        return points

    planted = Planted(f"elbow {degrees:.0f} degrees", frozenset({"ANGLE"}), frozenset({"left_elbow"}), start, end)
    return edit_keypoints(motion, bend), planted


def plant_smaller_arms(
    motion: MotionSequence, start: float, end: float, ratio: float
) -> tuple[MotionSequence, Planted]:
    """Make both arms move less: every bone is moved towards its mean direction within the stretch."""
    inside = (motion.timestamps >= start) & (motion.timestamps <= end)
    share = (1 - (1 - ratio) * envelope(motion.timestamps, start, end))[:, None]

    def calm(points: Array) -> Array:
        for side in ("left", "right"):
            shoulder, elbow, wrist = motion.skeleton.indices(
                f"{side}_{name}" for name in ("shoulder", "elbow", "wrist")
            )
            hands = motion.skeleton.indices(f"{side}_{name}" for name in HAND)
            offsets = points[:, hands] - points[:, [wrist]]
            bones = np.stack([points[:, elbow] - points[:, shoulder], points[:, wrist] - points[:, elbow]], axis=1)
            length = np.linalg.norm(bones, axis=-1, keepdims=True)
            mean = np.nanmean((bones / length)[inside], axis=0)
            direction = mean + share[..., None] * (bones / length - mean)
            bones = length * direction / np.linalg.norm(direction, axis=-1, keepdims=True)
            points[:, elbow] = points[:, shoulder] + bones[:, 0]
            points[:, hands] = (points[:, elbow] + bones[:, 1])[:, None] + offsets
        return points

    planted = Planted(f"arms at {100 * ratio:.0f} %", frozenset({"SMALLER", "ANGLE"}), ARMS, start, end)
    return edit_keypoints(motion, calm), planted


def plant_absence(motion: MotionSequence, start: float, end: float) -> tuple[MotionSequence, Planted]:
    """Remove the dancer from a stretch."""
    gone = (motion.timestamps >= start) & (motion.timestamps <= end)
    planted = Planted("not in the image", frozenset({"MISSING"}), frozenset({"torso"}), start, end)
    return replace(
        motion,
        image=np.where(gone[:, None, None], np.nan, motion.image).astype(np.float32),
        world=np.where(gone[:, None, None], np.nan, motion.world).astype(np.float32),
        visibility=np.where(gone[:, None], 0, motion.visibility).astype(np.float32),
    ), planted


def add_jitter(motion: MotionSequence, metres: float, seed: int) -> MotionSequence:
    """Add noise of a pose network: half of it white, half of it slow (half a second)."""
    generator = np.random.default_rng(seed)
    white = generator.normal(0, metres / np.sqrt(2), (*motion.visibility.shape, 5))
    knots = np.arange(motion.timestamps[0], motion.timestamps[-1] + 0.5, 0.5)
    slow = generator.normal(0, metres / np.sqrt(2), (knots.size, *white.shape[1:]))
    position = np.interp(motion.timestamps, knots, np.arange(knots.size))
    left = np.minimum(position.astype(int), knots.size - 2)
    share = (position - left)[:, None, None]
    noise = white + slow[left] * (1 - share) + slow[left + 1] * share
    return replace(
        motion,
        world=(motion.world + noise[..., :3]).astype(np.float32),
        image=(motion.image + pixels_per_metre(motion) * noise[..., 3:]).astype(np.float32),
    )


def change_body(motion: MotionSequence, turned_deg: float, size: float) -> MotionSequence:
    """Change the body size and turn the camera around the dancer."""
    angle = np.radians(turned_deg)
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    world = size * motion.world @ turn.T
    middle = np.array(motion.image_size) / 2
    image = world[..., :2] * pixels_per_metre(motion) + middle
    return replace(motion, world=world.astype(np.float32), image=image.astype(np.float32))


def edit_keypoints(motion: MotionSequence, edit: Callable[[Array], Array]) -> MotionSequence:
    """Apply an edit to the world keypoints and, with z = 0, to those of the image."""
    flat = np.concatenate([motion.image, np.zeros((*motion.image.shape[:2], 1))], axis=-1)
    image = edit(flat.astype(np.float64))[..., :2]
    return replace(
        motion, image=image.astype(np.float32), world=edit(motion.world.astype(np.float64)).astype(np.float32)
    )


def pixels_per_metre(motion: MotionSequence) -> float:
    """Scale of the dancer in the image, from the length of the torso."""
    at = motion.skeleton.index
    pixels = np.linalg.norm(motion.image[:, at("left_shoulder")] - motion.image[:, at("left_hip")], axis=-1)
    metres = np.linalg.norm((motion.world[:, at("left_shoulder")] - motion.world[:, at("left_hip")])[:, :2], axis=-1)
    return float(np.nanmedian(pixels) / np.nanmedian(metres))


def rotate_vectors(vectors: Array, axes: Array, angles: Array) -> Array:
    """Rotate [T, 3] vectors about unit axes by angles [T] (Rodrigues)."""
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    along = np.sum(vectors * axes, axis=1, keepdims=True)
    turned: Array = vectors * cosine + np.cross(axes, vectors) * sine + axes * along * (1 - cosine)
    return turned


def _shift_times(motion: MotionSequence, seconds: Array) -> MotionSequence:
    """Sample the motion at other times; each frame keeps its own timestamp."""
    position = np.interp(seconds, motion.timestamps, np.arange(len(motion)))
    left = np.minimum(position.astype(int), len(motion) - 2)
    share = position - left

    def mix(values: NDArray[np.float32]) -> NDArray[np.float32]:
        part = share.reshape(-1, *(1,) * (values.ndim - 1))
        return (values[left] * (1 - part) + values[left + 1] * part).astype(np.float32)

    return replace(motion, image=mix(motion.image), world=mix(motion.world), visibility=mix(motion.visibility))
