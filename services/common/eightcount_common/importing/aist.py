"""Keypoints of AIST++ (Li et al., "AI Choreographer", ICCV 2021; github.com/google/aistplusplus_api)."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.arrays import read_array
from eightcount_common.importing.pickles.reading import read_pickle
from eightcount_common.importing.source import Source, read_bytes
from eightcount_common.importing.world import centre_hips, from_y_up, to_float32, uniform_timestamps
from eightcount_common.motion import FloatArray, MotionSequence
from eightcount_common.skeletons import COCO_17

FRAME_RATE = 60.0
"""Frames per second of all recordings of AIST++."""

IMAGE_SIZE = (1920, 1080)
"""Width and height in pixels of the videos; only that of c07 of gJB_sBM_cAll_d07_mJB3_ch05 is smaller."""

CAMERAS = tuple(f"c{number:02d}" for number in range(1, 10))
"""The nine cameras, in the order of the arrays; c01 stands in front."""

_KEYPOINTS = len(COCO_17)
_METRES_PER_CENTIMETRE = 0.01
_MAX_CLIP_BYTES = 64 * 2**20


def read_keypoints2d(source: Source, *, camera: str = "c01") -> MotionSequence:
    """Read what one camera saw from a file of `keypoints2d/`.

    The image is in pixels, the world unknown, and the visibility is the detector's score.

    Raises:
        InvalidInputError: INVALID_AIST, or the errors of `read_pickle`.
    """
    content = _read_content(source)
    keypoints = _get_array(content, "keypoints2d", (len(CAMERAS), None, _KEYPOINTS, 3))
    scores = _get_array(content, "det_scores", (len(CAMERAS), keypoints.shape[1]))
    timestamps = _get_array(content, "timestamps", (keypoints.shape[1],)) * 1e-6
    if camera not in CAMERAS:
        raise InvalidInputError(f"AIST: the camera must be c01 to c09; got {camera!r}", reason="INVALID_AIST")
    seen = keypoints[CAMERAS.index(camera)].copy()
    seen[~(scores[CAMERAS.index(camera)] > 0)] = np.nan
    return MotionSequence(
        COCO_17,
        timestamps,
        _mask_unknown(seen[..., :2]),
        np.full((*seen.shape[:2], 3), np.nan, np.float32),
        np.clip(np.nan_to_num(seen[..., 2]), 0, 1).astype(np.float32),
        model=f"aist++ keypoints2d {camera}",
        image_size=IMAGE_SIZE,
    )


def read_keypoints3d(source: Source, *, optimised: bool = True) -> MotionSequence:
    """Read the body in space from a file of `keypoints3d/`: world in metres and hip-centred, image unknown.

    The file has centimetres in right-handed axes with y up.

    Args:
        source: what to read.
        optimised: whether to read the smoothed keypoints, or those triangulated frame by frame.

    Raises:
        InvalidInputError: INVALID_AIST, or the errors of `read_pickle`.
    """
    return keypoints3d_motion(_read_content(source), optimised=optimised)


def keypoints3d_motion(content: dict[object, object], *, optimised: bool = True) -> MotionSequence:
    """Return the body of the content of such a file, as `read_keypoints3d` does.

    Raises:
        InvalidInputError: INVALID_AIST.
    """
    name = "keypoints3d_optim" if optimised else "keypoints3d"
    keypoints = _get_array(content, name, (None, _KEYPOINTS, 3))
    world = _mask_unknown(centre_hips(from_y_up(keypoints) * _METRES_PER_CENTIMETRE, COCO_17))
    return MotionSequence(
        COCO_17,
        uniform_timestamps(len(world), FRAME_RATE),
        np.full((*world.shape[:2], 2), np.nan, np.float32),
        world,
        _visibility(world),
        model=f"aist++ {name}",
    )


def read_normalised_clip(source: Source) -> MotionSequence:
    """Read a clip of normalised 2D keypoints, `.npy` [N, 34]: x and y of the COCO keypoints, y down, in the same unit.

    The unit is not the pixel and the origin not the corner of the frame; both are constant over the clip. Every
    keypoint counts as visible.

    Raises:
        InvalidInputError: INVALID_AIST, TOO_LARGE or UNREADABLE_FILE.
    """
    data = read_bytes(source, max_bytes=_MAX_CLIP_BYTES)
    values = read_array(io.BytesIO(data), len(data), name="clip")
    image = _mask_unknown(_check_array(values, "clip", (None, 2 * _KEYPOINTS)).reshape(-1, _KEYPOINTS, 2))
    return MotionSequence(
        COCO_17,
        uniform_timestamps(len(image), FRAME_RATE),
        image,
        np.full((*image.shape[:2], 3), np.nan, np.float32),
        _visibility(image),
        model="aist normalised 2d",
    )


def _mask_unknown(points: NDArray[np.float64]) -> FloatArray:
    """Return the points as float32; all coordinates of a point are NaN when one is unknown or infinite."""
    narrow = to_float32(points)
    return np.where(np.isfinite(narrow).all(axis=-1, keepdims=True), narrow, np.float32(np.nan))


def _visibility(points: FloatArray) -> FloatArray:
    return np.where(np.isfinite(points).all(axis=-1), np.float32(1), np.float32(0))


def _read_content(source: Source) -> dict[object, object]:
    content = read_pickle(source)
    if not isinstance(content, dict):
        raise InvalidInputError(f"AIST: a dict is required; got a {type(content).__name__}", reason="INVALID_AIST")
    return content


def _get_array(content: dict[object, object], name: str, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
    if name not in content:
        raise InvalidInputError(f"AIST: {name} is required; got {str(list(content)[:10])[:200]}", reason="INVALID_AIST")
    return _check_array(content[name], name, shape)


def _check_array(value: object, name: str, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
    """Return the value as float64 if it is an array of numbers of this shape; None stands for any size but zero."""
    given = value.shape if isinstance(value, np.ndarray) else ()
    fits = len(given) == len(shape) and all(
        size == expected if expected is not None else size > 0 for size, expected in zip(given, shape, strict=True)
    )
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iuf" or not fits:
        expected_shape = tuple("N" if size is None else size for size in shape)
        raise InvalidInputError(
            f"AIST: {name} must be an array of numbers {expected_shape}; got {type(value).__name__} {given}",
            reason="INVALID_AIST",
        )
    return value.astype(np.float64)
