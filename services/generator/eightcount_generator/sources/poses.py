"""Dances out of one's own videos: poses that a network has seen in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.importing.world import from_y_up
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import Skeleton
from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.fitting import fit
from eightcount_generator.body.landmarks import NEEDED, Landmarks
from eightcount_generator.body.rotations import Array
from eightcount_generator.body.travel import travelled
from eightcount_generator.sources.repair import SHORTEST_PIECE_SECONDS, Stretch, repaired
from eightcount_generator.sources.resampling import filled_at

LONGEST_GAP_SECONDS = 0.5
"""Where the dancer is lost for longer, the dance is cut."""
_SMOOTHING_FRAMES = 0.7


def dances_of(motion: MotionSequence) -> list[Stretch]:
    """The stretches in which the dancer is never lost for long nor seen to jump about, in seconds of the video.

    Poses have no place in the room: the way of the root is found from the feet (`travelled`), so jumps stay on the
    floor. Skeletons need the twelve joints of a body; of BlazePose, hands, toes and face are used too.

    Raises:
        InvalidInputError: UNKNOWN_KEYPOINT; the skeleton lacks a joint of the body.
    """
    places = _places(motion.skeleton, from_y_up(motion.world.astype(np.float64)))
    stacked = np.stack(list(places.values()), axis=1)
    known = np.asarray(np.isfinite(stacked).all(axis=(1, 2)))
    found = []
    for part in _pieces(motion.timestamps, known):
        filled = filled_at(stacked[part], motion.timestamps[part])
        smooth = gaussian_filter1d(filled, _SMOOTHING_FRAMES, axis=0, mode="nearest")
        for stretch in repaired(fit(Landmarks(tuple(places), smooth))):
            start_seconds = float(motion.timestamps[part[0]]) + stretch.start_seconds
            found.append(Stretch(start_seconds, travelled(stretch.dance)))
    return found


def _pieces(timestamps: NDArray[np.float64], known: NDArray[np.bool_]) -> Iterator[NDArray[np.int_]]:
    """Frames with a dancer, cut where they are too far apart."""
    frames = np.flatnonzero(known)
    if not len(frames):
        return
    cuts = np.flatnonzero(np.diff(timestamps[frames]) > LONGEST_GAP_SECONDS) + 1
    for piece in np.split(frames, cuts):
        if timestamps[piece[-1]] - timestamps[piece[0]] + 1 / FRAME_RATE_HERTZ >= SHORTEST_PIECE_SECONDS:
            yield piece


def _places(skeleton: Skeleton, world: Array) -> dict[str, Array]:
    """[T, 3] of each landmark that the skeleton has."""

    def middle(*names: str) -> Array:
        return np.asarray(world[:, skeleton.indices(names)].mean(axis=1))

    places: dict[str, Array] = {name: middle(name) for name in NEEDED}
    for side in ("left", "right"):
        if f"{side}_foot_index" in skeleton.keypoints:
            places[f"{side}_foot"] = middle(f"{side}_foot_index")
        if {f"{side}_index", f"{side}_pinky"} <= set(skeleton.keypoints):
            places[f"{side}_hand"] = middle(f"{side}_index", f"{side}_pinky")
    if {"nose", "left_eye", "right_eye", "left_ear", "right_ear"} <= set(skeleton.keypoints):
        places |= {"left_ear": middle("left_ear"), "right_ear": middle("right_ear")}
        places["head"] = middle("left_ear", "right_ear")
        places["nose"] = (middle("nose") + middle("left_eye", "right_eye")) / 2  # level with the ears
    return places
