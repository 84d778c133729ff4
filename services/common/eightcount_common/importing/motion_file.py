"""Motions in exchange files: what the product writes, BVH, AIST++ and SMPL."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError, TooLargeError
from eightcount_common.importing.aist import keypoints3d_motion
from eightcount_common.importing.arrays import read_array
from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.bvh_body import extract_body
from eightcount_common.importing.glb import read_glb_motion
from eightcount_common.importing.limbs import find_limbs
from eightcount_common.importing.notes import FileNote
from eightcount_common.importing.pickles.reading import read_pickle
from eightcount_common.importing.smpl import is_smpl, positions_to_motion, read_smpl
from eightcount_common.importing.source import Source, read_bytes
from eightcount_common.importing.world import to_float32
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12, SKELETONS

MAX_BYTES = 512 * 2**20
"""Maximum size of an .npz in bytes, compressed and decompressed: half an hour of BlazePose at 60 Hz has 90 MiB."""

ENDINGS = (".npz", ".bvh", ".bvh.gz", ".pkl", ".glb")
"""Endings of the files that `read_motion` reads."""

_NUMBERS = ("timestamps", "image", "world", "visibility")
_TEXTS = ("skeleton", "keypoints", "model")


@dataclass(frozen=True, slots=True)
class ImportedMotion:
    """A motion from a file, and where it was read differently from what the file states."""

    motion: MotionSequence
    notes: tuple[FileNote, ...] = ()


def read_motion(source: Source, name: str = "") -> MotionSequence:
    """Read a motion as `import_motion` does, without its notes."""
    return import_motion(source, name).motion


def import_motion(source: Source, name: str = "") -> ImportedMotion:
    """Read a motion from a file with one of `ENDINGS`.

    An .npz is a motion as `eightcount extract` writes it, a dance as `eightcount choreograph` does, or of AMASS; a .pkl
    is of AIST++ (`keypoints3d`, `motions`) or of EDGE. All but the first and `keypoints3d` have the twelve joints of
    the body.

    Args:
        source: what to read.
        name: file name that determines the format; required when the source is a file object.

    Raises:
        InvalidInputError: UNKNOWN_MOTION_FORMAT, INVALID_MOTION, INVALID_ARRAY, INVALID_AIST, UNREADABLE_FILE, or the
            errors of `read_glb_motion`, `read_bvh`, `extract_body`, `read_smpl` and `read_pickle`.
    """
    if not name and isinstance(source, (str, Path)):
        name = Path(source).name
    ending = name.lower()
    if ending.endswith((".bvh", ".bvh.gz")):
        bvh = read_bvh(source)
        return ImportedMotion(extract_body(bvh), (*bvh.notes, *find_limbs(bvh).notes))
    if ending.endswith(".npz"):
        return ImportedMotion(_read_npz(read_bytes(source, max_bytes=MAX_BYTES)))
    if ending.endswith(".glb"):
        return ImportedMotion(read_glb_motion(source))
    if ending.endswith(".pkl"):
        return ImportedMotion(_read_pickled(read_pickle(source)))
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


def _read_pickled(content: object) -> MotionSequence:
    """Return the motion of a pickle of AIST++ or EDGE."""
    if isinstance(content, dict) and {"keypoints3d", "keypoints3d_optim"} & set(content):
        return keypoints3d_motion(content)
    if isinstance(content, dict) and is_smpl(content):
        return read_smpl(content)
    found = ", ".join(map(str, list(content)[:10]))[:200] if isinstance(content, dict) else type(content).__name__
    raise InvalidInputError(
        f"a pickle must hold keypoints3d, smpl_poses, q or full_pose, as AIST++ and EDGE write them; got {found}",
        reason="UNKNOWN_MOTION_FORMAT",
    )


def _read_npz(data: bytes) -> MotionSequence:
    names = _list_members(data)
    if {"joints", "joint_names", "frame_rate"} <= names:
        return _read_dance(_read_members(data, {"joints": "f", "joint_names": "U", "frame_rate": "iuf"}))
    if "skeleton" not in names and is_smpl(names):
        optional = names & {"mocap_framerate", "mocap_frame_rate", "frame_rate", "fps", "full_pose"}
        poses = names & {"poses", "smpl_poses", "q"}
        return read_smpl(dict(_read_members(data, dict.fromkeys(optional | poses, "iuf"))))
    return _read_motion_arrays(_read_members(data, dict.fromkeys(_TEXTS, "U") | dict.fromkeys(_NUMBERS, "f")))


def _read_dance(arrays: Mapping[str, NDArray[np.generic]]) -> MotionSequence:
    """Return a dance as the generator writes it: [T, J, 3] metres, y up."""
    joints, rate = arrays["joints"].astype(np.float64), arrays["frame_rate"].reshape(-1)
    names = arrays["joint_names"].ravel().tolist()
    missing = [keypoint for keypoint in BODY_12.keypoints if keypoint not in names]
    if missing or joints.ndim != 3 or joints.shape[1:] != (len(names), 3) or not len(joints):
        raise _invalid_motion("joints [T, J, 3] under the names of our body", f"{joints.shape}, {len(names)} names")
    if not np.isfinite(joints).all() or len(rate) != 1 or not 1 <= float(rate[0]) <= 2000:
        raise _invalid_motion("finite joints and a frame rate from 1 to 2000", str(rate)[:60])
    return positions_to_motion(
        joints[:, [names.index(keypoint) for keypoint in BODY_12.keypoints]], float(rate[0]), model="dance"
    )


def _read_motion_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> MotionSequence:
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


def _list_members(data: bytes) -> set[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name.removesuffix(".npy") for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise _invalid_motion("a complete .npz file", str(error)) from error


def _read_members(data: bytes, kinds: Mapping[str, str]) -> Mapping[str, NDArray[np.generic]]:
    """Return arrays by name, each of one of the kinds of dtype given; other members are not decompressed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = {name: _find_member(archive, name) for name in kinds}
            if sum(info.file_size for info in infos.values()) > MAX_BYTES:
                raise TooLargeError(f"the decompressed motion may have at most {MAX_BYTES} bytes; it has more")
            return {name: _read_member(archive, info, name, kinds[name]) for name, info in infos.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _invalid_motion("a complete .npz file", str(error)) from error


def _find_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    try:
        return archive.getinfo(f"{name}.npy")
    except KeyError:
        raise _invalid_motion(f"an array {name!r}", ", ".join(archive.namelist())[:200] or "none") from None


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, kinds: str) -> NDArray[np.generic]:
    with archive.open(info) as member:
        array = read_array(member, info.file_size, name=name)
    if array.dtype.kind not in kinds:
        wanted = {"U": "text", "f": "floating point"}.get(kinds, "numbers")
        raise _invalid_motion(f"{name} as {wanted}", str(array.dtype))
    return array


def _invalid_motion(required: str, given: str) -> InvalidInputError:
    return InvalidInputError(f"motion file: {required} is required; got {given}", reason="INVALID_MOTION")
