"""Recordings that the pretrained models are trained on: motion capture of CMU and of G1 Moves.

Folder layout: `cmu_dance/{salsa,indian,martial}/NN.bvh.gz` and `cmu_modern/05_NN.bvh.gz` (CMU Graphics Lab Motion
Capture Database, mocap.cs.cmu.edu), `g1_moves/body_positions_30fps.npz` (G1 Moves, CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.dataset import NOT_A_DANCE, OTHER_DANCE, Example, Source, UnusableDataError
from eightcount_classifier.features.body import BodyMotion, standardise_motion
from eightcount_common.importing import bvh_body
from eightcount_common.importing.bvh import read_bvh
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12

CMU_DANCE_HERTZ = 60.0
"""True frame rate of `cmu_dance`; the file headers say 120."""
_STYLE_OF_FOLDER = {"salsa": "salsa", "indian": "indian", "martial": NOT_A_DANCE}
_SALSA_COUPLES = 15
"""Number of couples: files n and n + 15 are the two partners of one take."""
_G1_HERTZ = 30.0
_G1_BODIES = (
    "pelvis",
    *(f"{side}_{part}" for side in ("left", "right")
      for part in ("hip_pitch", "hip_roll", "hip_yaw", "knee", "ankle_pitch", "ankle_roll")),
    "waist_yaw", "waist_roll", "torso",
    *(f"{side}_{part}" for side in ("left", "right")
      for part in ("shoulder_pitch", "shoulder_roll", "shoulder_yaw", "elbow", "wrist_roll", "wrist_pitch",
                   "wrist_yaw")),
)  # fmt: skip
"""Bodies of the robot in file order, named after the joint that moves them."""
_G1_BODY_OF = {
    "shoulder": "shoulder_roll", "elbow": "elbow", "wrist": "wrist_yaw", "hip": "hip_roll", "knee": "knee",
    "ankle": "ankle_roll",
}  # fmt: skip


def read_starter_examples(folder: Path) -> list[Example[BodyMotion]]:
    """Read every recording: styles of CMU by name, dances of G1 as other dances, martial arts of both as not a dance.

    Raises:
        UnusableDataError: NO_RECORDINGS; the folder does not hold the recordings.
    """
    examples = [*_read_cmu_dance(folder), *_read_cmu_modern(folder), *read_g1_examples(folder, dance=OTHER_DANCE)]
    if not examples:
        raise UnusableDataError(
            "the folder must contain the recordings that sources.py describes", reason="NO_RECORDINGS"
        )
    return examples


def read_g1_examples(folder: Path, *, dance: str) -> list[Example[BodyMotion]]:
    """Read the recordings of G1 Moves that are dance or karate; dances get the style `dance`."""
    path = folder / "g1_moves" / "body_positions_30fps.npz"
    if not path.is_file():
        return []
    with np.load(path, allow_pickle=False) as clips:
        return [
            Example(
                dance if name.startswith("dance/") else NOT_A_DANCE,
                Source(f"g1/{name}", take=name, performer=f"g1-{name.split('/')[1][0]}"),
                standardise_motion(_convert_g1_motion(clips[name])),
            )
            for name in sorted(clips.files)
            if name.startswith(("dance/", "karate/"))
        ]


def _read_cmu_dance(folder: Path) -> Iterator[Example[BodyMotion]]:
    for kind, style in _STYLE_OF_FOLDER.items():
        for path in sorted((folder / "cmu_dance" / kind).glob("*.bvh.gz")):
            number = int(path.name.split(".")[0])
            take = (number - 1) % _SALSA_COUPLES + 1 if kind == "salsa" else number
            performer = f"salsa-{1 + (number > _SALSA_COUPLES)}" if kind == "salsa" else kind
            source = Source(f"cmu/{kind}/{number:02}", take=f"{kind}-{take:02}", performer=f"cmu-{performer}")
            yield Example(style, source, _read_bvh_motion(path, CMU_DANCE_HERTZ))


def _read_cmu_modern(folder: Path) -> Iterator[Example[BodyMotion]]:
    for path in sorted((folder / "cmu_modern").glob("*.bvh.gz")):
        take = path.name.split(".")[0]
        yield Example(
            "modern", Source(f"cmu/modern/{take}", take=take, performer="cmu-05"), _read_bvh_motion(path, None)
        )


def _read_bvh_motion(path: Path, frame_rate: float | None) -> BodyMotion:
    motion = bvh_body.extract_body(read_bvh(path), frame_rate=frame_rate)
    return standardise_motion(motion.frames(1, len(motion)))  # the first frame is the skeleton's rest pose


def _convert_g1_motion(bodies: NDArray[np.floating]) -> MotionSequence:
    """Convert bodies [T, 30, 3] (x forward, y left, z up) to x right for a viewer in front, y down, z away."""
    parts = (keypoint.split("_") for keypoint in BODY_12.keypoints)
    order = [_G1_BODIES.index(f"{side}_{_G1_BODY_OF[part]}") for side, part in parts]
    joints = bodies[:, order]
    world = np.stack([joints[..., 1], -joints[..., 2], -joints[..., 0]], axis=-1).astype(np.float32)
    hips = BODY_12.indices(("left_hip", "right_hip"))
    world -= world[:, hips].mean(axis=1, keepdims=True)
    frames = len(world)
    return MotionSequence(
        BODY_12, np.arange(frames) / _G1_HERTZ, np.full((frames, len(BODY_12), 2), np.nan, np.float32), world,
        np.ones((frames, len(BODY_12)), np.float32), model="g1",
    )  # fmt: skip
