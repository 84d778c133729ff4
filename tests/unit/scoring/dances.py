"""Dances made from formulas: a body of 33 landmarks with planted, known angles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33

Array = NDArray[np.float64]
Curve = Array
BEAT_SECONDS = 0.5
TORSO, UPPER_ARM, FOREARM, THIGH, SHIN, FOOT = 0.5, 0.28, 0.25, 0.42, 0.4, 0.18


@dataclass(frozen=True)
class Dance:
    """Angles in degrees [T] of a dance: arms and legs by side; edited to plant mistakes."""

    seconds: Array
    raise_deg: dict[str, Array] = field(default_factory=dict)
    forward_deg: dict[str, Array] = field(default_factory=dict)
    elbow_deg: dict[str, Array] = field(default_factory=dict)
    knee_deg: dict[str, Array] = field(default_factory=dict)
    lift_deg: dict[str, Array] = field(default_factory=dict)

    def at(self, seconds: Array) -> Dance:
        """The dance as it is danced at other times: `seconds[i]` of the choreography happens in frame i."""

        def moved(curves: dict[str, Array]) -> dict[str, Array]:
            return {side: np.interp(seconds, self.seconds, curve) for side, curve in curves.items()}

        parts = ("raise_deg", "forward_deg", "elbow_deg", "knee_deg", "lift_deg")
        return replace(self, **{name: moved(getattr(self, name)) for name in parts})


def dance(duration_seconds: float = 20.0, *, rate_hertz: float = 30.0, seed: int = 1) -> Dance:
    """A dance with a pose on every beat, eased into: arms, elbows, knees and legs of both sides."""
    generator = np.random.default_rng(seed)
    seconds = np.arange(round(duration_seconds * rate_hertz)) / rate_hertz
    sides = ("left", "right")

    def curve(low: float, high: float) -> Array:
        poses = generator.uniform(low, high, int(duration_seconds / BEAT_SECONDS) + 3)
        beat = seconds / BEAT_SECONDS
        share = np.clip((beat % 1.0) / 0.6, 0.0, 1.0)  # moves in the first 0.6 of a beat, then holds
        eased = share * share * (3 - 2 * share)
        start = beat.astype(int)
        return poses[start] + (poses[start + 1] - poses[start]) * eased

    return Dance(
        seconds,
        raise_deg={side: curve(10, 150) for side in sides},
        forward_deg={side: curve(-20, 80) for side in sides},
        elbow_deg={side: curve(60, 175) for side in sides},
        knee_deg={side: curve(120, 175) for side in sides},
        lift_deg={side: curve(0, 50) for side in sides},
    )


def capture(
    performed: Dance,
    *,
    size: float = 1.0,
    turned_deg: float = 0.0,
    jitter_m: float = 0.0,
    seed: int = 5,
) -> MotionSequence:
    """The motion that a faultless pose network would see, from a camera to the side, with jitter if wanted."""
    frames = performed.seconds.size
    points = {"left_hip": _at(frames, 0.12, 0, 0), "right_hip": _at(frames, -0.12, 0, 0)}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        points |= _arm(side, sign, performed) | _leg(side, sign, performed, points[f"{side}_hip"])
    head = _at(frames, 0, -TORSO - 0.25, -0.1)
    world = np.stack([points.get(name, head) for name in BLAZEPOSE_33.keypoints], axis=1) * size
    if jitter_m:
        world = world + np.random.default_rng(seed).normal(0, jitter_m, world.shape)
    angle = np.radians(turned_deg)
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    world = world @ turn.T
    image = world[..., :2] * 300 + [320, 400]
    return MotionSequence(
        BLAZEPOSE_33,
        performed.seconds.astype(np.float64),
        image.astype(np.float32),
        world.astype(np.float32),
        np.full(world.shape[:2], 0.99, np.float32),
        model="drawn/1",
        image_size=(640, 720),
    )


def _arm(side: str, sign: float, performed: Dance) -> dict[str, Array]:
    frames = performed.seconds.size
    raised, forward = np.radians(performed.raise_deg[side]), np.radians(performed.forward_deg[side])
    upper = _direction(sign, raised, forward)
    bend = np.pi - np.radians(performed.elbow_deg[side])
    fore = _direction(sign, raised + bend, forward)
    shoulder = _at(frames, 0.18 * sign, -TORSO, 0)
    elbow = shoulder + UPPER_ARM * upper
    wrist = elbow + FOREARM * fore
    hand = wrist + 0.08 * fore
    return {
        f"{side}_shoulder": shoulder, f"{side}_elbow": elbow, f"{side}_wrist": wrist, f"{side}_index": hand,
        f"{side}_pinky": hand, f"{side}_thumb": hand,
    }  # fmt: skip


def _leg(side: str, sign: float, performed: Dance, hip: Array) -> dict[str, Array]:
    lift, bend = np.radians(performed.lift_deg[side]), np.pi - np.radians(performed.knee_deg[side])
    forward = np.full_like(lift, np.pi / 2)
    knee = hip + THIGH * _direction(sign, lift, forward)
    ankle = knee + SHIN * _direction(sign, lift - bend, forward)
    toes = ankle + FOOT * _direction(sign, np.full_like(lift, np.pi / 2), forward)
    return {f"{side}_knee": knee, f"{side}_ankle": ankle, f"{side}_heel": ankle, f"{side}_foot_index": toes}


def _direction(sign: float, raised: Array, forward: Array) -> Array:
    """[T, 3] from hanging (0) over level (90 degrees) to up, to the side (forward 0) or to the front (90)."""
    out, ahead = np.sin(raised) * np.cos(forward), np.sin(raised) * np.sin(forward)
    return np.stack([sign * out, np.cos(raised), -ahead], axis=-1)


def _at(frames: int, x: float, y: float, z: float) -> Array:
    return np.tile([x, y, z], (frames, 1)).astype(np.float64)
