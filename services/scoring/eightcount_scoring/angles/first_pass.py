"""First pass over a whole motion: what must be known before its joints can be measured."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import Skeleton
from eightcount_scoring.angles.image_bounds import Flags, find_inside, keep_steadily_inside, weigh_visibility
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.angles.limb_movement import LIMB_VECTORS, limb_keypoints, measure_limbs
from eightcount_scoring.motion_reader import MotionReader, read_pieces

Floats = NDArray[np.float64]
Directions = NDArray[np.complexfloating[Any, Any]]
Bone = tuple[str, str]

SCALE_FRAMES = 15.0
"""Standard deviation, in frames, of the Gaussian that averages pixels per metre."""
GREATEST_PERCENTILE = 95.0
MIN_SHARE_OF_REAL = 0.8
BONES: tuple[Bone, ...] = tuple(
    dict.fromkeys(bone for joint in JOINTS if joint.kind != "lean" for bone in pairwise(joint.keypoints))
)
"""Bones of the hinges and swings, from the body outwards."""
_MIN_LENGTH = 1e-6
_TORSO = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")


@dataclass(frozen=True, slots=True)
class FirstPass:
    """Measures of a whole motion of T frames.

    Attributes:
        seconds: [T] timestamps.
        facing: [T] the dancer's direction on the floor, as unit complex numbers; NaN where no dancer was found.
        pixels_per_metre: [T] scale of the dancer in the image, smoothed over time.
        greatest_metres: for each bone its greatest length in the image, or the length of the world landmarks if that
            is clearly greater: a foot may point at the camera all the time.
        inside: [T, K] whether the keypoints lie inside the frame.
        torso_weights: [T] float16 how well shoulders and hips are seen.
        limbs: [T, V, 3] float16 limb vectors in metres, as in `limb_movement`.
        limb_weights: [T, V] float16 how well they are seen.
        model: name of the pose model.
    """

    seconds: Floats
    facing: Directions
    pixels_per_metre: Floats
    greatest_metres: dict[Bone, float]
    inside: Flags
    torso_weights: NDArray[np.float16]
    limbs: NDArray[np.float16]
    limb_weights: NDArray[np.float16]
    model: str


def scan_motion(recording: MotionReader) -> FirstPass:
    """Read a motion once and take its measures.

    Raises:
        InvalidInputError: the motion has no frame.
    """
    frames, start, model = len(recording), 0, ""
    if not frames:
        raise InvalidInputError("a motion must have at least one frame; it has none", reason="EMPTY_MOTION")
    seconds, facing, scale = np.empty(frames), np.empty(frames, np.complex64), np.empty(frames)
    in_image, in_world = (np.empty((len(BONES), frames), np.float32) for _ in range(2))
    tracks = _BodyTracks(frames, recording.frames(0, 1).skeleton)
    for piece in read_pieces(recording):
        part = slice(start, start + len(piece))
        seconds[part], facing[part], scale[part] = piece.timestamps, _directions(piece), measure_scale(piece)
        in_image[:, part], in_world[:, part] = measure_bones(piece, piece.image), measure_bones(piece, piece.world)
        tracks.add(piece, np.nan_to_num(scale[part], nan=1.0))
        start, model = part.stop, piece.model
    own_scale, scale = np.nan_to_num(scale, nan=1.0), _fill_gaps(scale)
    greatest = find_greatest_lengths(in_image / scale, in_world)
    inside = keep_steadily_inside(tracks.inside, seconds)
    torso_weights, limb_weights = tracks.weigh(inside)
    limbs = tracks.limbs_at_scale(own_scale / scale)
    return FirstPass(seconds, facing, scale, greatest, inside, torso_weights, limbs, limb_weights, model)


class _BodyTracks:
    """Collects, of a motion of T frames, what lies inside the frame, the limb vectors, and how well both are seen.

    Attributes:
        inside: [T, K] whether the keypoints lie inside the frame.
    """

    def __init__(self, frames: int, skeleton: Skeleton) -> None:
        self.inside: Flags = np.empty((frames, len(skeleton)), np.bool_)
        self._done = 0
        self._torso, self._limbs = list(skeleton.indices(_TORSO)), limb_keypoints(skeleton)
        self._vectors = np.empty((frames, len(LIMB_VECTORS), 3), np.float16)
        self._limb_weights = np.empty((frames, len(LIMB_VECTORS)), np.float16)
        self._torso_weights = np.empty(frames, np.float16)

    def add(self, piece: MotionSequence, pixels_per_metre: Floats) -> None:
        """Add the next frames, with their own scale."""
        part = slice(self._done, self._done + len(piece))
        seen = weigh_visibility(piece.visibility)
        self.inside[part] = find_inside(piece)
        self._vectors[part] = measure_limbs(piece, pixels_per_metre)
        self._limb_weights[part] = seen[:, self._limbs].min(axis=-1)
        self._torso_weights[part] = seen[:, self._torso].min(axis=1)
        self._done = part.stop

    def limbs_at_scale(self, ratio: Floats) -> NDArray[np.float16]:
        """Return [T, V, 3] the limb vectors with x and y multiplied by a ratio [T]: scales, smoothed afterwards."""
        self._vectors[..., :2] *= ratio[:, None, None].astype(np.float16)
        return self._vectors

    def weigh(self, inside: Flags) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
        """Return [T] weights of the torso and [T, V] of the limbs: 0 where a keypoint lies outside the frame."""
        torso, limbs = inside[:, self._torso].all(axis=1), inside[:, self._limbs].all(axis=-1)
        return self._torso_weights * torso, self._limb_weights * limbs


def measure_bones(piece: MotionSequence, points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [bones, T] the lengths of the bones between points [T, K, dimensions]."""
    starts, ends = np.array([piece.skeleton.indices(bone) for bone in BONES]).T
    lengths: NDArray[np.float32] = np.linalg.norm(points[:, ends] - points[:, starts], axis=-1).T
    return lengths


def _directions(piece: MotionSequence) -> Directions:
    """Return [T] directions as unit complex numbers: circular statistics need no unwrapping."""
    world, at = piece.world.astype(np.float64), piece.skeleton.index
    left = world[:, at("left_shoulder")] + world[:, at("left_hip")]
    right = world[:, at("right_shoulder")] + world[:, at("right_hip")]
    across = left - right
    facing: Directions = np.exp(1j * np.arctan2(across[:, 2], across[:, 0]))
    return facing


def measure_scale(piece: MotionSequence) -> Floats:
    """Return [T] the scale of every single frame; NaN where it is unknown."""
    starts, ends = piece.skeleton.edge_indices.T
    pixels = np.linalg.norm(piece.image[:, ends] - piece.image[:, starts], axis=-1).sum(axis=1)
    flat = piece.world[..., :2]
    metres = np.linalg.norm(flat[:, ends] - flat[:, starts], axis=-1).sum(axis=1)
    known = np.isfinite(pixels) & np.isfinite(metres) & (metres > _MIN_LENGTH)
    scale: Floats = np.divide(pixels, metres, out=np.full(len(piece), np.nan), where=known)
    return scale


def _fill_gaps(scale: Floats) -> Floats:
    """Fill the gaps of [T] scales and smooth them; ones when no scale is known."""
    known = np.isfinite(scale)
    if not known.any():
        return np.ones_like(scale)
    frames = np.arange(scale.size)
    smooth: Floats = gaussian_filter1d(np.interp(frames, frames[known], scale[known]), SCALE_FRAMES, mode="nearest")
    return smooth


def find_greatest_lengths(in_image: NDArray[np.floating], in_world: NDArray[np.floating]) -> dict[Bone, float]:
    """Return for each bone its greatest length in metres from [bones, T] lengths in the image and in the world."""
    return {bone: _greatest_length(in_image[row], in_world[row]) for row, bone in enumerate(BONES)}


def _greatest_length(in_image: NDArray[np.floating], in_world: NDArray[np.floating]) -> float:
    known = np.isfinite(in_image)
    return max(
        _percentile(in_image[known], GREATEST_PERCENTILE), MIN_SHARE_OF_REAL * _percentile(in_world[known], 50.0)
    )


def _percentile(values: NDArray[np.floating], percent: float) -> float:
    return float(np.percentile(values, percent)) if values.size else 0.0
