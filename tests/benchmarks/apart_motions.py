"""Pairs of motions with a known shift between them, for `eval_apart`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_generator.sources.g1 import BODIES
from eightcount_sync.alignment import Segment, TimeLine
from tests.benchmarks.pose_motions import Motion

Array = NDArray[np.float64]

_G1_HERTZ = 30.0
_PIXELS_PER_METRE = 400.0
_BODY_OF = {
    "shoulder": "shoulder_roll", "elbow": "elbow", "wrist": "wrist_pitch", "hip": "hip_roll", "knee": "knee",
    "ankle": "ankle_pitch",
}  # fmt: skip
_NOSE_HEIGHT = 1.35
"""Place of the nose on the line from the hips through the shoulders: the robot has no head."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two motions, and the map between their clocks that is right.

    Attributes:
        name: the kind, for the table.
        truth: pieces of the map of the take's clock to the reference's.
    """

    name: str
    reference: MotionSequence
    take: MotionSequence
    truth: tuple[Segment, ...]

    def shift_map(self, seconds: float) -> tuple[Segment, ...]:
        """Return the map of a sound from which the movement lies `seconds` later in the reference."""
        return tuple(
            replace(piece, line=TimeLine(piece.line.offset_seconds - seconds, piece.line.ratio)) for piece in self.truth
        )


def endless(offset_seconds: float, ratio: float = 1.0) -> tuple[Segment, ...]:
    """Return a map of one line."""
    return (Segment(-math.inf, math.inf, TimeLine(offset_seconds, ratio)),)


def of_estimate(motion: Motion) -> MotionSequence:
    """Convert an estimator's result."""
    image, world, seen = (getattr(motion, name).astype(np.float32) for name in ("image", "world", "visibility"))
    return MotionSequence(BLAZEPOSE_33, motion.timestamps, image, world, seen)


def read_g1_dances(path: Path) -> dict[str, MotionSequence]:
    """Read the dances of G1 Moves (`body_positions_30fps.npz`) as a camera in front of the first pose sees them."""
    with np.load(path, allow_pickle=False) as clips:
        return {name: _of_g1(clips[name]) for name in sorted(clips.files) if name.startswith("dance/")}


def _of_g1(bodies: NDArray[np.floating]) -> MotionSequence:
    """Convert [T, 30, 3] metres, x ahead, y left, z up, to keypoints; those that the robot lacks are NaN."""
    axes = np.asarray(bodies, np.float64)[..., [1, 2, 0]] * [1.0, -1.0, -1.0]
    points = np.full((len(axes), len(BLAZEPOSE_33), 3), np.nan)
    for part, body in _BODY_OF.items():
        for side in ("left", "right"):
            points[:, BLAZEPOSE_33.index(f"{side}_{part}")] = axes[:, BODIES.index(f"{side}_{body}")]
    hips, shoulders = (
        points[:, BLAZEPOSE_33.indices((f"left_{part}", f"right_{part}"))].mean(axis=1) for part in ("hip", "shoulder")
    )
    points[:, BLAZEPOSE_33.index("nose")] = hips + _NOSE_HEIGHT * (shoulders - hips)
    return _film(np.arange(len(points)) / _G1_HERTZ, points)


def _film(seconds: Array, points: Array) -> MotionSequence:
    """Film [T, K, 3] metres, x right, y down, z away, from far away."""
    hips = points[:, BLAZEPOSE_33.indices(("left_hip", "right_hip"))].mean(axis=1, keepdims=True)
    image = _PIXELS_PER_METRE * points[..., :2]
    return MotionSequence(
        BLAZEPOSE_33, seconds, image.astype(np.float32), (points - hips).astype(np.float32),
        np.ones(points.shape[:2], np.float32),
    )  # fmt: skip


def another_dancer(motion: MotionSequence, generator: np.random.Generator, *, turned_deg: float) -> MotionSequence:
    """Return the same dance by somebody else, seen by a network from `turned_deg` further round.

    The dancer is early and late by turns (60 ms at the root mean square), every keypoint wanders by 4 cm and jitters by
    8 mm, and depth wanders by 8 cm more.
    """
    frames = len(motion)
    rate = 1.0 / float(np.median(np.diff(motion.timestamps)))
    lag = _wander(generator, (frames,), rate, seconds=1.0, spread=0.06)
    flat = _in_metres(motion).reshape(frames, -1)
    moved = np.stack([np.interp(motion.timestamps + lag, motion.timestamps, series) for series in flat.T], axis=1)
    points = moved.reshape(frames, -1, 3) + _wander(generator, (frames, 33, 3), rate, seconds=0.3, spread=0.04)
    angle = math.radians(turned_deg)
    turn = np.array(
        [[math.cos(angle), 0, math.sin(angle)], [0, 1, 0], [-math.sin(angle), 0, math.cos(angle)]]
    )  # fmt: skip
    seen = points @ turn.T + generator.normal(0.0, 0.008, points.shape)
    filmed = _film(motion.timestamps, seen)
    depth = _wander(generator, (frames, 33), rate, seconds=0.2, spread=0.08).astype(np.float32)
    world = filmed.world.copy()
    world[..., 2] += depth
    return replace(filmed, world=world)


def _in_metres(motion: MotionSequence) -> Array:
    """Return [T, K, 3] places in the room: the body, and the hips' way across and up the picture."""
    hips = motion.image[:, motion.skeleton.indices(("left_hip", "right_hip"))].mean(axis=1).astype(np.float64)
    shoulders = motion.image[:, motion.skeleton.indices(("left_shoulder", "right_shoulder"))].mean(axis=1)
    metre = float(np.nanmedian(np.linalg.norm(shoulders - hips, axis=1))) / 0.5
    way = np.concatenate([hips / metre, np.zeros((len(hips), 1))], axis=1)
    return np.asarray(motion.world + way[:, None])


def _wander(
    generator: np.random.Generator, shape: tuple[int, ...], rate: float, *, seconds: float, spread: float
) -> Array:
    """Return smooth noise over the first axis."""
    smooth = gaussian_filter1d(generator.normal(size=shape), seconds * rate, axis=0)
    smooth -= smooth.mean(axis=0)
    return np.asarray(spread * smooth / smooth.std())


def cut(motion: MotionSequence, start: float, seconds: float) -> MotionSequence:
    """Return a piece of a motion, with its own times."""
    first, stop = np.searchsorted(motion.timestamps, [start, start + seconds])
    return motion.frames(int(first), int(stop))


def thin_out(motion: MotionSequence, frame_rate: float) -> MotionSequence:
    """Return a motion with at most so many frames a second."""
    wanted = np.arange(motion.timestamps[0], motion.timestamps[-1], 1.0 / frame_rate)
    kept = np.unique(np.searchsorted(motion.timestamps, wanted).clip(0, len(motion) - 1))
    return _keep(motion, kept, motion.timestamps[kept])


def mirror(motion: MotionSequence) -> MotionSequence:
    """Return the motion as a mirror shows it."""
    names = motion.skeleton.keypoints
    other_side = {"left": "right", "right": "left"}
    order = [names.index("_".join(other_side.get(part, part) for part in name.split("_"))) for name in names]
    image, world = motion.image[:, order].copy(), motion.world[:, order].copy()
    image[..., 0] *= -1.0
    world[..., 0] *= -1.0
    return replace(motion, image=image, world=world)


def at_speed(pair: Pair, ratio: float) -> Pair:
    """Return the pair with a take that is danced at another speed."""
    (piece,) = pair.truth
    take = replace(pair.take, timestamps=pair.take.timestamps / ratio)
    return replace(pair, take=take, truth=endless(piece.line.offset_seconds, ratio))


def paused(pair: Pair, pause_seconds: float) -> Pair:
    """Return the pair with a take whose camera was paused in the middle while the music went on."""
    (piece,) = pair.truth
    seconds = pair.take.timestamps
    middle = float(seconds[0] + seconds[-1]) / 2
    kept = np.flatnonzero((seconds < middle) | (seconds >= middle + pause_seconds))
    times = seconds[kept] - pause_seconds * (seconds[kept] >= middle)
    offset = piece.line.offset_seconds
    truth = (
        Segment(-math.inf, middle, TimeLine(offset)),
        Segment(middle, math.inf, TimeLine(offset + pause_seconds)),
    )
    return replace(pair, take=_keep(pair.take, kept, times), truth=truth)


def _keep(motion: MotionSequence, frames: NDArray[np.intp], seconds: Array) -> MotionSequence:
    arrays = {name: getattr(motion, name)[frames] for name in ("image", "world", "visibility")}
    return replace(motion, timestamps=seconds, **arrays)


def change(pair: Pair) -> Iterator[Pair]:
    """Yield the pair, and the pair with a take as people record it."""
    yield pair
    yield replace(pair, name=f"{pair.name}, mirrored", take=mirror(pair.take))
    yield replace(pair, name=f"{pair.name}, 12 pictures a second", take=thin_out(pair.take, 12.0))
    for ratio in (0.9, 1.1):
        yield replace(at_speed(pair, ratio), name=f"{pair.name}, speed {ratio}")
    yield replace(paused(pair, 1.5), name=f"{pair.name}, paused for 1.5 s")
