"""Writes a dance as arrays for numpy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import to_axis_angle
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.whole_dance import collect_pieces


def write_npz(pieces: Iterable[Dance], file: BinaryIO) -> Iterator[int]:
    """Write a dance as .npz without pickles; yield the number of collected frames after each piece.

    Arrays, named as in SMPL where it has a name:
        poses: [T, 72] axis times angle in radians of 24 joints relative to their parents, the first to the world.
        trans: [T, 3] metres, position of the pelvis; y up, the floor at 0.
        joints: [T, 24, 3] metres, joint positions.
        frame_rate: frames per second.
        joint_names, parents, offsets: [24], [24] with -1 for the root, [24, 3] metres in the rest pose.

    Raises:
        InvalidInputError: EMPTY_DANCE; there is no frame.
    """
    dance = yield from collect_pieces(pieces)
    np.savez_compressed(
        file,
        poses=to_axis_angle(dance.rotations).reshape(len(dance), -1).astype(np.float32),
        trans=dance.root.astype(np.float32),
        joints=dance.joints(),
        frame_rate=np.float64(FRAME_RATE_HERTZ),
        joint_names=np.array(BODY.joints),
        parents=np.array(BODY.parents, np.int32),
        offsets=BODY.offsets.astype(np.float32),
    )
