"""Motions in exchange files: the .npz that `eightcount extract` writes, or BVH."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError, TooLargeError
from eightcount_common.importing.arrays import read_array
from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.bvh_body import extract_body
from eightcount_common.importing.source import Source, read_bytes
from eightcount_common.importing.world import to_float32
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import SKELETONS

MAX_BYTES = 512 * 2**20
"""Maximum size of an .npz in bytes, compressed and decompressed: half an hour of BlazePose at 60 Hz has 90 MiB."""

ENDINGS = (".npz", ".bvh", ".bvh.gz")
"""Endings of the files that `read_motion` reads."""

_NUMBERS = ("timestamps", "image", "world", "visibility")
_TEXTS = ("skeleton", "keypoints", "model")


def read_motion(source: Source, name: str = "") -> MotionSequence:
    """Read a motion from a file with one of `ENDINGS`; from BVH, the twelve joints of the body.

    Args:
        source: what to read.
        name: file name that determines the format; required when the source is a file object.

    Raises:
        InvalidInputError: UNKNOWN_MOTION_FORMAT, INVALID_MOTION, INVALID_ARRAY, UNREADABLE_FILE, or the
            errors of `read_bvh` and `extract_body`.
    """
    if not name and isinstance(source, (str, Path)):
        name = Path(source).name
    if name.lower().endswith((".bvh", ".bvh.gz")):
        return extract_body(read_bvh(source))
    if name.lower().endswith(".npz"):
        return _read_npz(read_bytes(source, max_bytes=MAX_BYTES))
    raise InvalidInputError(
        f"the file of a motion must end with {', '.join(ENDINGS)}; got {name[-80:]!r}", reason="UNKNOWN_MOTION_FORMAT"
    )


def write_motion_npz(motion: MotionSequence, path: Path) -> None:
    """Write the motion as `eightcount extract` does.

    The arrays are `timestamps [T] s`, `image [T,K,2] px`, `world [T,K,3] m`, `visibility [T,K]`, `skeleton`,
    `keypoints` and `model`. Image size and track identity are not part of the file.
    """
    with path.open("wb") as file:
        np.savez(
            file,
            skeleton=np.array(motion.skeleton.name),
            keypoints=np.array(motion.skeleton.keypoints),
            model=np.array(motion.model),
            timestamps=motion.timestamps,
            image=motion.image,
            world=motion.world,
            visibility=motion.visibility,
        )


def _read_npz(data: bytes) -> MotionSequence:
    arrays = _read_members(data)
    skeleton = SKELETONS.get(str(arrays["skeleton"]))
    if skeleton is None or tuple(arrays["keypoints"].ravel().tolist()) != skeleton.keypoints:
        raise _invalid_motion(
            f"one of the skeletons {', '.join(SKELETONS)} with its keypoints", str(arrays["skeleton"])[:60]
        )
    timestamps = arrays["timestamps"].astype(np.float64)
    image, world, visibility = (to_float32(arrays[name]) for name in _NUMBERS[1:])
    if timestamps.ndim != 1 or not len(timestamps) or not np.isfinite(timestamps).all():
        raise _invalid_motion("one finite timestamp for each frame", f"shape {timestamps.shape}")
    if np.isinf(image).any() or np.isinf(world).any():
        raise _invalid_motion("a finite coordinate, or NaN where no dancer was found,", "infinite coordinates")
    if not ((visibility >= 0) & (visibility <= 1)).all():
        raise _invalid_motion("a visibility from 0 to 1", "values outside that range")
    return MotionSequence(skeleton, timestamps, image, world, visibility, model=str(arrays["model"]))


def _read_members(data: bytes) -> Mapping[str, NDArray[np.generic]]:
    """Return the arrays of a motion; other members of the archive are not decompressed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [_find_member(archive, name) for name in (*_TEXTS, *_NUMBERS)]
            if sum(info.file_size for info in infos) > MAX_BYTES:
                raise TooLargeError(f"the decompressed motion may have at most {MAX_BYTES} bytes; it has more")
            return {
                name: _read_member(archive, info, name) for name, info in zip((*_TEXTS, *_NUMBERS), infos, strict=True)
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _invalid_motion("a complete .npz file", str(error)) from error


def _find_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    try:
        return archive.getinfo(f"{name}.npy")
    except KeyError:
        raise _invalid_motion(f"an array {name!r}", ", ".join(archive.namelist())[:200] or "none") from None


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> NDArray[np.generic]:
    with archive.open(info) as member:
        array = read_array(member, info.file_size, name=name)
    kinds = "U" if name in _TEXTS else "f"
    if array.dtype.kind not in kinds:
        raise _invalid_motion(f"{name} as {'text' if kinds == 'U' else 'floating point'}", str(array.dtype))
    return array


def _invalid_motion(required: str, given: str) -> InvalidInputError:
    return InvalidInputError(f"motion file: {required} is required; got {given}", reason="INVALID_MOTION")
