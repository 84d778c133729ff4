"""Dances that nobody dances: made-up styles as functions of time, by made-up performers with bodies of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.dataset import NOT_A_DANCE, Example, Source
from eightcount_classifier.families.base import Recipe
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.features.body import BodyMotion, standardise_motion
from eightcount_classifier.training.generated_movements import generate_motions
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12, Skeleton

Array = NDArray[np.float64]
STYLES = ("shuffle", "sway", "swirl")
TINY = replace(Pose(), recipe=Recipe(epochs=5, batches=10, batch_size=16, learning_rate=5e-3, members=1))
"""The family `pose`, trained for a moment."""
_OPPOSITE = (("left", 1.0), ("right", -1.0))


def perform(
    style: str, times: Array, *, performer: int = 0, size: float = 1.0, heading_rad: float | None = None
) -> Array:
    """[T, 12, 3] joints of `BODY_12` in metres, seen from the front at a heading of 0."""
    random = np.random.default_rng((performer, 3))
    bones = dict(zip(("spine", "across", "arm", "forearm", "thigh", "shin"), random.uniform(0.8, 1.25, 6), strict=True))
    beat = 2 * np.pi * random.uniform(0.8, 1.2) * times + random.uniform(0, 2 * np.pi)
    much = random.uniform(0.8, 1.2)
    facing = random.uniform(-np.pi, np.pi) if heading_rad is None else heading_rad
    joints = np.zeros((len(times), len(BODY_12), 3))
    turn = facing + (1.3 * much * np.sin(beat) if style == "swirl" else 0 * beat)
    for side, sign in _OPPOSITE:
        arm_out, arm_bend, leg_ahead, knee = _angles(style, beat, sign, much)
        shoulder = np.array([sign * 0.18 * bones["across"], -0.48 * bones["spine"], 0.0])
        hip = np.array([sign * 0.11 * bones["across"], 0.0, 0.0])
        upper, fore = _out(sign * arm_out), _out(sign * (arm_out + arm_bend))
        thigh, shin = _ahead(leg_ahead), _ahead(leg_ahead - knee)
        limbs = {
            "shoulder": shoulder + 0 * upper, "elbow": shoulder + 0.29 * bones["arm"] * upper,
            "hip": hip + 0 * thigh, "knee": hip + 0.42 * bones["thigh"] * thigh,
        }  # fmt: skip
        limbs["wrist"] = limbs["elbow"] + 0.26 * bones["forearm"] * fore
        limbs["ankle"] = limbs["knee"] + 0.42 * bones["shin"] * shin
        for part, place in limbs.items():
            joints[:, BODY_12.index(f"{side}_{part}")] = place
    return size * turn_joints(joints, turn)


def turn_joints(joints: Array, angle_rad: Array | float) -> Array:
    """Joints turned about the vertical."""
    angle = np.reshape(angle_rad, (-1, 1))
    x, y, z = np.moveaxis(joints, -1, 0)
    return np.stack([x * np.cos(angle) + z * np.sin(angle), y, z * np.cos(angle) - x * np.sin(angle)], axis=-1)


def capture_motion(joints: Array, times: Array, *, visibility: float = 1.0) -> MotionSequence:
    """The joints as a motion of motion capture."""
    frames = len(times)
    return MotionSequence(
        BODY_12, np.asarray(times, np.float64), np.full((frames, 12, 2), np.nan, np.float32),
        joints.astype(np.float32), np.full((frames, 12), visibility, np.float32), model="drawn/1",
    )  # fmt: skip


def motion_of(
    style: str, seconds: float = 8.0, *, rate_hertz: float = 30.0, start_seconds: float = 0.0, performer: int = 0,
    size: float = 1.0, heading_rad: float | None = None,
) -> MotionSequence:  # fmt: skip
    """A motion of motion capture, with a frame at its very end."""
    times = start_seconds + np.arange(round(seconds * rate_hertz) + 1) / rate_hertz
    joints = perform(style, times, performer=performer, size=size, heading_rad=heading_rad)
    return capture_motion(joints, times)


def hide_dancer(motion: MotionSequence, start_seconds: float, stop_seconds: float) -> MotionSequence:
    """The motion with nobody seen after `start_seconds` and before `stop_seconds`."""
    gone = (motion.timestamps > start_seconds) & (motion.timestamps < stop_seconds)
    world, image, visibility = motion.world.copy(), motion.image.copy(), motion.visibility.copy()
    world[gone], image[gone], visibility[gone] = np.nan, np.nan, 0
    return replace(motion, world=world, image=image, visibility=visibility)


def observe_by_camera(motion: MotionSequence, skeleton: Skeleton, *, pixels_per_metre: float = 300.0) -> MotionSequence:
    """The same as a pose network of that skeleton would see it: pixels, and depth unless it is COCO's."""
    frames = len(motion)
    world = np.zeros((frames, len(skeleton), 3), np.float32)
    world[:, skeleton.indices(BODY_12.keypoints)] = motion.world
    image = world[..., :2] * pixels_per_metre + np.float32([640, 360])
    if skeleton.name == "coco_17":
        world[:] = np.nan
    visibility = np.full((frames, len(skeleton)), 0.9, np.float32)
    return MotionSequence(skeleton, motion.timestamps, image, world, visibility, "drawn/2", (1280, 720))


def example_of(
    style: str, performer: int, *, take: str = "", seconds: float = 8.0, known_performer: bool = True
) -> Example[BodyMotion]:
    """A labelled recording; every performer is recorded once in each style unless `take` says otherwise."""
    name = f"{style}-{performer}-{take}"
    source = Source(name, take=name, performer=f"dancer-{performer}" if known_performer else "")
    return Example(style, source, standardise_motion(motion_of(style, seconds, performer=performer)))


def examples_of(
    styles: Sequence[str] = STYLES, performers: Sequence[int] = range(4), *, seconds: float = 8.0
) -> list[Example[BodyMotion]]:
    """Every style by every performer."""
    return [example_of(style, performer, seconds=seconds) for style in styles for performer in performers]


def no_dances(count: int, *, seed: int = 1) -> tuple[Example[BodyMotion], ...]:
    """Generated movements that are no dance."""
    motions = generate_motions(count, np.random.default_rng(seed), seconds=8.0)
    return tuple(
        Example(NOT_A_DANCE, Source(f"no dance {number}", take=f"no dance {number}"), motion)
        for number, motion in enumerate(motions)
    )


def _angles(style: str, beat: Array, sign: float, much: float) -> tuple[Array, Array, Array, Array]:
    """Angles of an arm (outwards, elbow) and of a leg (forwards, knee), in radians."""
    still = 0 * beat
    if style == "shuffle":
        step = np.maximum(np.sin(2 * beat + (sign > 0) * np.pi), 0) ** 2
        return still + 0.2, still + 0.3, 1.2 * much * step, 1.5 * much * step
    if style == "sway":
        return 2.4 + 0.4 * much * sign * np.sin(0.5 * beat), still + 0.2, 0.1 * np.sin(0.5 * beat), still + 0.1
    return 1.4 + 0.2 * np.sin(beat), 0.9 + 0.4 * much * np.cos(beat), still + 0.3, 0.7 + 0.3 * much * np.sin(2 * beat)


def _out(angle: Array) -> Array:
    """[T, 3] direction of a limb from hanging (0) out to the side."""
    return np.stack([np.sin(angle), np.cos(angle), 0 * angle], axis=-1)


def _ahead(angle: Array) -> Array:
    """[T, 3] direction of a limb from hanging (0) to the front."""
    return np.stack([0 * angle, np.cos(angle), -np.sin(angle)], axis=-1)
