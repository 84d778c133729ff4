"""Pairs of dancers whose difference has a known cause: one body, seen by virtual cameras through a network's errors.

A body [T, 33, 3] in metres (x right, y down, z away) comes from drawn dances or from motion capture. `film` sees it as
a network does: from an angle, slightly from above, with noise, with a depth that is a guess, with limbs that the body
hides, and with a frame that cuts parts off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_scoring.angles.mirroring import mirror_motion
from tests.unit.scoring.dances import capture, dance

Body = NDArray[np.float64]
Frame = Literal["whole", "upper", "no feet", "first half", "face"]
Truth = Literal["same", "camera", "mirrored", "out of step", "another", "not visible"]

RATE_HERTZ = 30
DISTANCE_METRES, FOCAL_PIXELS, IMAGE_SIZE = 3.5, 400.0, (960, 540)
_HIDDEN_SIDE = 0.7
_DEPTH_GAIN = 0.8
_LOWEST_ROW: dict[Frame, float] = {"upper": 0.5, "no feet": 0.58, "face": 0.22}
"""Share of the height at which the frame ends."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A camera and what it sees.

    Attributes:
        turned_deg: how far the camera stands from the front, positive towards the dancer's left.
        tilted_deg: how far it looks down.
        mirrored: whether the recording is a mirror image.
        frame: what the frame shows.
        noise_m: error of a keypoint, half of it slow.
        depth_noise_m: slow error of its depth.
    """

    turned_deg: float = 0.0
    tilted_deg: float = 0.0
    mirrored: bool = False
    frame: Frame = "whole"
    noise_m: float = 0.02
    depth_noise_m: float = 0.06


def draw_body(seconds: float, seed: int, *, turns: bool = False) -> Body:
    """Return a drawn dance; with `turns` the dancer turns to other directions all the time."""
    body: Body = capture(dance(seconds, seed=seed)).world.astype(np.float64)
    return _turn(body, _turning_deg(body.shape[0], np.random.default_rng(seed))) if turns else body


def change_performer(body: Body, seed: int, *, posture_m: float = 0.06, timing_seconds: float = 0.05) -> Body:
    """Return the dance as another dancer does it: another size, other postures, own timing."""
    generator = np.random.default_rng(seed)
    frames = body.shape[0]
    wander = _slow_noise(generator, (frames,), timing_seconds * RATE_HERTZ, every=45)
    position = np.clip(np.arange(frames) + wander, 0, frames - 1.001)
    before = position.astype(int)
    share = (position - before)[:, None, None]
    danced = body[before] * (1 - share) + body[before + 1] * share
    return danced * (1 + generator.normal(0, 0.05)) + _slow_noise(generator, danced.shape, posture_m, every=20)


def film(body: Body, shot: Shot, seed: int) -> MotionSequence:
    """Return the motion that a pose network would give for a shot of a body."""
    generator = np.random.default_rng(seed)
    seen = _tilt(_turn(body, np.full(body.shape[0], -shot.turned_deg)), shot.tilted_deg)
    seen = seen + _slow_noise(generator, seen.shape, shot.noise_m) + generator.normal(0, shot.noise_m / 2, seen.shape)
    scale = FOCAL_PIXELS / (DISTANCE_METRES + seen[..., 2:])
    image = seen[..., :2] * scale + np.array(IMAGE_SIZE) * (0.5, 0.45)
    depth = _DEPTH_GAIN * seen[..., 2] + _slow_noise(generator, seen.shape[:2], shot.depth_noise_m)
    motion = MotionSequence(
        BLAZEPOSE_33,
        np.arange(body.shape[0]) / RATE_HERTZ,
        image.astype(np.float32),
        np.concatenate([seen[..., :2], depth[..., None]], axis=-1).astype(np.float32),
        _visibility(seen).astype(np.float32),
        "virtual/1",
        IMAGE_SIZE,
    )
    cropped = _crop(motion, shot.frame)
    return mirror_motion(cropped) if shot.mirrored else cropped


def _crop(motion: MotionSequence, frame: Frame) -> MotionSequence:
    """Cut the frame; the network goes on guessing what lies outside, half as surely."""
    if frame == "first half":
        visibility = motion.visibility.copy()
        visibility[len(motion) // 2 :] = 0.05
        return replace(motion, visibility=visibility)
    if frame == "whole":
        return motion
    width, height = motion.image_size
    size = (width, round(height * _LOWEST_ROW[frame]))
    outside = motion.image[..., 1] > size[1]
    return replace(motion, image_size=size, visibility=np.where(outside, 0.6, motion.visibility).astype(np.float32))


def _visibility(points: Body) -> Body:
    """Return [T, 33] visibilities: the side that the body hides in profile is seen badly."""
    across = points[:, 11] - points[:, 12]
    profile = across[:, 2] / (np.linalg.norm(across[:, [0, 2]], axis=1) + 1e-9)
    away = np.array([name.startswith("left") * 1.0 - name.startswith("right") * 1.0 for name in BLAZEPOSE_33.keypoints])
    return np.where(profile[:, None] * away > _HIDDEN_SIDE, 0.45, 0.97)


def _turning_deg(frames: int, generator: np.random.Generator) -> Body:
    """Return [T] a direction that changes every two to four seconds by a quarter, a half or a whole turn."""
    angle = np.zeros(frames)
    at = int(generator.uniform(0.5, 2.0) * RATE_HERTZ)
    while at < frames:
        share = np.clip((np.arange(frames) - at) / (0.8 * RATE_HERTZ), 0.0, 1.0)
        angle += float(generator.choice([-180, -90, 90, 180, 360])) * share * share * (3 - 2 * share)
        at += int(generator.uniform(2.0, 4.0) * RATE_HERTZ)
    return angle


def _turn(body: Body, degrees: Body) -> Body:
    """Turn [T, 33, 3] points about the vertical by angles [T]."""
    angle = np.radians(degrees)[:, None]
    x, z = body[..., 0], body[..., 2]
    return np.stack(
        [np.cos(angle) * x - np.sin(angle) * z, body[..., 1], np.sin(angle) * x + np.cos(angle) * z], axis=-1
    )


def _tilt(body: Body, degrees: float) -> Body:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    y, z = body[..., 1], body[..., 2]
    return np.stack([body[..., 0], cosine * y - sine * z, sine * y + cosine * z], axis=-1)


def _slow_noise(generator: np.random.Generator, shape: tuple[int, ...], size: float, *, every: int = 15) -> Body:
    """Return noise that changes over `every` frames."""
    knots = generator.normal(0, size, (shape[0] // every + 3, *shape[1:]))
    position = np.arange(shape[0]) / every
    before = position.astype(int)
    share = (position - before).reshape(-1, *(1,) * (len(shape) - 1))
    mixed: Body = knots[before] * (1 - share) + knots[before + 1] * share
    return mixed
