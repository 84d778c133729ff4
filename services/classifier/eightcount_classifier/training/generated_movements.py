"""Generated movements that are not dances: standing, walking, running, squats, jumping jacks, arm exercises.

A model that has seen nothing but dances calls everything a dance. Real recordings of everyday movements are better;
these help where there are none.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.dataset import NOT_A_DANCE, Example, Source
from eightcount_classifier.features.body import FRAME_RATE_HERTZ, LIMBS, BodyMotion, standardise_bones
from eightcount_common.skeletons import BODY_12

Angles = dict[str, NDArray[np.float64]]
"""Angles [T] in radians by name: limb raised forward (`*_swing`) or sideways (`*_spread`), and bent (`*_bend`)."""

_LENGTH = {(start, end): length for start, end, length in LIMBS}


def generate_motions(count: int, random: np.random.Generator, *, seconds: float = 20.0) -> list[BodyMotion]:
    """Generate movements of every kind in turn, each by another person."""
    kinds = (
        _standing_angles,
        _walking_angles,
        _running_angles,
        _squatting_angles,
        _jumping_jack_angles,
        _exercising_angles,
    )
    return [_generate_motion(kinds[number % len(kinds)], random, seconds) for number in range(count)]


def generate_examples(count: int, *, seed: int) -> tuple[Example[BodyMotion], ...]:
    """Generate the same as labelled recordings."""
    motions = generate_motions(count, np.random.default_rng((seed, 5)))
    return tuple(
        Example(NOT_A_DANCE, Source(f"generated/{number}", take=f"generated-{number}"), motion)
        for number, motion in enumerate(motions)
    )


def _generate_motion(kind: Callable[[NDArray[np.float64], np.random.Generator], Angles], random: np.random.Generator,
            seconds: float) -> BodyMotion:  # fmt: skip
    times = np.arange(round(seconds * FRAME_RATE_HERTZ)) / FRAME_RATE_HERTZ
    angles = kind(times, random)
    for name in ("arm", "leg"):
        for side in ("left", "right"):
            for part in ("swing", "spread", "bend"):
                key = f"{side}_{name}_{part}"
                angles[key] = angles.get(key, np.zeros_like(times)) + 0.03 * _smooth_noise(times, random)
    heading = random.uniform(-np.pi, np.pi) + 0.15 * _smooth_noise(times, random)
    joints = _pose_joints(angles, 0.05 * _smooth_noise(times, random) + random.uniform(0, 0.2), heading)
    frames = len(times)
    return BodyMotion(
        0.0, standardise_bones(joints).astype(np.float32), np.ones(frames, bool), np.full(frames, np.nan, np.float32)
    )


def _standing_angles(times: NDArray[np.float64], random: np.random.Generator) -> Angles:
    arms = random.uniform(0, 0.6)
    return {f"{side}_arm_bend": arms + 0.3 * _smooth_noise(times, random) for side in ("left", "right")}


def _walking_angles(times: NDArray[np.float64], random: np.random.Generator) -> Angles:
    stride, knee, arm = random.uniform(0.2, 0.5), random.uniform(0.4, 1.0), random.uniform(0.1, 0.6)
    return _gait_angles(_phase(times, random, 0.7, 1.2), stride, knee, arm, elbow=0.3)


def _running_angles(times: NDArray[np.float64], random: np.random.Generator) -> Angles:
    """Return angles of running forward or on the spot, where the knees rise and no leg swings back."""
    stride, knee, arm = random.uniform(0.2, 0.7), random.uniform(1.0, 2.0), random.uniform(0.4, 1.0)
    angles = _gait_angles(_phase(times, random, 1.2, 1.8), stride, knee, arm, elbow=random.uniform(1.0, 1.7))
    lift = random.uniform(0, 0.7)
    for side in ("left", "right"):
        angles[f"{side}_leg_swing"] = angles[f"{side}_leg_swing"] + lift * angles[f"{side}_leg_bend"]
    return angles


def _gait_angles(phase: NDArray[np.float64], stride: float, knee: float, arm: float, *, elbow: float) -> Angles:
    """Return angles of alternately swinging legs and arms, each arm with the opposite leg."""
    angles: Angles = {}
    for side, shift in (("left", 0.0), ("right", np.pi)):
        angles[f"{side}_leg_swing"] = stride * np.sin(phase + shift)
        angles[f"{side}_leg_bend"] = 0.1 + knee * np.maximum(np.cos(phase + shift), 0) ** 2
        angles[f"{side}_arm_swing"] = -arm * np.sin(phase + shift)
        angles[f"{side}_arm_bend"] = elbow + 0.2 * arm * (1 - np.sin(phase + shift))
    return angles


def _squatting_angles(times: NDArray[np.float64], random: np.random.Generator) -> Angles:
    depth = random.uniform(0.6, 1.4) * (0.5 - 0.5 * np.cos(_phase(times, random, 0.25, 0.6)))
    reach = random.uniform(0, 1.5)
    angles: Angles = {}
    for side in ("left", "right"):
        angles[f"{side}_leg_swing"] = depth
        angles[f"{side}_leg_bend"] = 2 * depth
        angles[f"{side}_leg_spread"] = np.full_like(times, 0.15)
        angles[f"{side}_arm_swing"] = reach * depth / 1.4
    return angles


def _jumping_jack_angles(times: NDArray[np.float64], random: np.random.Generator) -> Angles:
    open_ = 0.5 - 0.5 * np.cos(_phase(times, random, 0.6, 1.3))
    arms, legs = random.uniform(1.5, 2.9), random.uniform(0.3, 0.6)
    return {
        f"{side}_{limb}_spread": 0.1 + amount * open_
        for side in ("left", "right")
        for limb, amount in (("arm", arms), ("leg", legs))
    }


def _exercising_angles(times: NDArray[np.float64], random: np.random.Generator) -> Angles:
    lift = random.uniform(0.5, 2.5) * (0.5 - 0.5 * np.cos(_phase(times, random, 0.3, 1.0)))
    together = random.random() < 0.5
    part = str(random.choice(["swing", "spread", "bend"]))
    return {f"left_arm_{part}": lift, f"right_arm_{part}": lift if together else lift.max() - lift}


def _pose_joints(angles: Angles, lean: NDArray[np.float64], heading: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return joints [T, 12, 3]; the body faces the viewer (-z) at a heading of 0."""
    frames = len(lean)
    joints = np.zeros((frames, len(BODY_12), 3))
    up = np.stack([np.zeros(frames), -np.cos(lean), -np.sin(lean)], axis=-1)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for limb, root, middle, end, base in (
            ("arm", "shoulder", "elbow", "wrist", 0.48 * up), ("leg", "hip", "knee", "ankle", 0 * up)
        ):  # fmt: skip
            swing, spread, bend = (angles[f"{side}_{limb}_{part}"] for part in ("swing", "spread", "bend"))
            across = np.zeros((frames, 3))
            across[:, 0] = sign * (0.18 if limb == "arm" else 0.11)
            start = base + across
            knee = start + _LENGTH[root, middle] * _limb_direction(swing, spread, sign)
            tip = knee + _LENGTH[middle, end] * _limb_direction(
                swing + (bend if limb == "arm" else -bend), spread, sign
            )
            for name, position in ((root, start), (middle, knee), (end, tip)):
                joints[:, BODY_12.index(f"{side}_{name}")] = position
    cosine, sine = np.cos(heading)[:, None], np.sin(heading)[:, None]
    x, z = joints[..., 0], joints[..., 2]
    return np.stack([x * cosine + z * sine, joints[..., 1], z * cosine - x * sine], axis=-1)


def _limb_direction(swing: NDArray[np.float64], spread: NDArray[np.float64], sign: float) -> NDArray[np.float64]:
    """Return the direction [T, 3] of a limb that hangs down at 0."""
    return np.stack([sign * np.sin(spread), np.cos(spread) * np.cos(swing), -np.cos(spread) * np.sin(swing)], axis=-1)


def _phase(times: NDArray[np.float64], random: np.random.Generator, low: float, high: float) -> NDArray[np.float64]:
    """Return the phase [T] of a slightly irregular repetition of `low` to `high` hertz."""
    rate = random.uniform(low, high) * np.exp(0.08 * _smooth_noise(times, random))
    return np.asarray(2 * np.pi * np.cumsum(rate) / FRAME_RATE_HERTZ + random.uniform(0, 2 * np.pi))


def _smooth_noise(times: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Return a slow random drift [T] of about unit size."""
    rates = random.uniform(0.05, 0.5, 6)
    phases = random.uniform(0, 2 * np.pi, 6)
    return np.asarray(np.sin(2 * np.pi * rates * times[:, None] + phases).sum(axis=1) / np.sqrt(3))
