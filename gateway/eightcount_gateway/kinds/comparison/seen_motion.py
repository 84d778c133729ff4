"""A motion from a file as a comparison needs it: seen by a camera that stands where the dancer faces on average.

The score is of BlazePose's keypoints in an image. A motion from a file has neither the image nor all keypoints: the
missing ones are put near their neighbours and count as not visible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from eightcount.motion.v1 import motion_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.motion import FloatArray, MotionSequence
from eightcount_common.rpc.wire import decode_chunk, encode_chunk
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_gateway.library.motions.library import MotionLibrary
from eightcount_gateway.library.motions.refs import MotionRef

Messages = Iterator[motion_pb2.MotionHeader | motion_pb2.MotionChunk]

IMAGE_SIZE = (960, 1280)
PIXELS_PER_METRE = 480.0
"""The dancer fills three quarters of the image and stays in its middle: motions from files are hip-centred."""
_STEADY = 0.3
"""Mean resultant length of the dancer's direction below which there is no direction to stand in."""
_HEAD_METRES = 0.25
NO_SOUND = "A motion file has no sound: the two were aligned by the movement; the timing is relative."
_NEAR = {"heel": "ankle", "foot_index": "ankle", "pinky": "wrist", "index": "wrist", "thumb": "wrist"}
_TORSO = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")


@contextmanager
def open_seen_motion(library: MotionLibrary, ref: MotionRef) -> Iterator[Messages]:
    """Open the header and the chunks of a motion from a file, as a camera in front of the dancer sees it.

    A motion whose image is known is passed on with the size that its keypoints fill.
    """
    with library.open(ref) as messages:
        turn, size = _survey(messages)
    with library.open(ref) as messages:
        yield _show(messages, turn, size)


def _survey(messages: Messages) -> tuple[float, tuple[int, int]]:
    """Return the mean direction of the dancer in radians, and the size of the image; (0, 0) where there is none."""
    header: motion_pb2.MotionHeader | None = None
    across, largest = 0j, np.zeros(2)
    frames = 0
    for message in messages:
        if isinstance(message, motion_pb2.MotionHeader):
            header = message
            continue
        if header is None:
            break
        part = decode_chunk(header, message)
        left, right = (part.world[:, part.skeleton.indices(_TORSO[side::2])].sum(axis=1) for side in (0, 1))
        difference = (left - right).astype(np.float64)
        known = np.isfinite(difference).all(axis=1)
        across += complex(np.exp(1j * np.arctan2(difference[known, 2], difference[known, 0])).sum())
        frames += int(known.sum())
        if np.isfinite(part.image).any():
            largest = np.maximum(largest, np.nanmax(part.image.reshape(-1, 2), axis=0))
    steady = frames and abs(across) / frames > _STEADY
    blazepose = header is not None and header.skeleton.name == BLAZEPOSE_33.name
    size = tuple(int(2 * np.ceil(value * 1.05 / 2)) for value in largest)
    return (float(np.angle(across)) if steady else 0.0), ((size[0], size[1]) if blazepose and min(size) > 0 else (0, 0))


def _show(messages: Messages, turn: float, size: tuple[int, int]) -> Messages:
    header = next(messages)
    assert isinstance(header, motion_pb2.MotionHeader)  # noqa: S101 - the library writes the header first
    shown = motion_pb2.MotionHeader()
    shown.CopyFrom(header)
    shown.image_width, shown.image_height = size if min(size) else IMAGE_SIZE
    shown.skeleton.CopyFrom(motion_pb2.Skeleton(name=BLAZEPOSE_33.name, keypoints=BLAZEPOSE_33.keypoints))
    yield shown
    for message in messages:
        if isinstance(message, motion_pb2.MotionChunk):
            if min(size):
                yield message
                continue
            part = see_motion(decode_chunk(header, message), turn)
            yield encode_chunk(part, first_frame=message.first_frame)


def see_motion(part: MotionSequence, turn: float) -> MotionSequence:
    """Return a piece of a motion over BlazePose's keypoints, turned by an angle in radians to face the camera."""
    cosine, sine = np.cos(turn), np.sin(turn)
    world = part.world @ np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]], np.float32)
    placed = _place_keypoints(part, world)
    visibility = np.zeros(placed.shape[:2], np.float32)
    for keypoint in set(part.skeleton.keypoints) & set(BLAZEPOSE_33.keypoints):
        visibility[:, BLAZEPOSE_33.index(keypoint)] = part.visibility[:, part.skeleton.index(keypoint)]
    image = placed[..., :2] * np.float32(PIXELS_PER_METRE) + np.array(IMAGE_SIZE, np.float32) / 2
    return MotionSequence(
        BLAZEPOSE_33, part.timestamps, image.astype(np.float32), placed, visibility, part.model, IMAGE_SIZE,
        part.track_id,
    )  # fmt: skip


def _place_keypoints(part: MotionSequence, world: NDArray[np.float32]) -> FloatArray:
    """Return [T, 33, 3] with the keypoints that the motion lacks at the wrist, at the ankle or above the shoulders."""
    at = {keypoint: world[:, part.skeleton.index(keypoint)] for keypoint in part.skeleton.keypoints}
    chest = (at["left_shoulder"] + at["right_shoulder"]) / 2
    trunk = chest - (at["left_hip"] + at["right_hip"]) / 2
    length = np.maximum(np.linalg.norm(trunk, axis=1, keepdims=True), 1e-6)
    head = chest + trunk / length * np.float32(_HEAD_METRES)
    columns = []
    for keypoint in BLAZEPOSE_33.keypoints:
        side, _, name = keypoint.partition("_")
        near = at[f"{side}_{_NEAR[name]}"] if name in _NEAR else head
        columns.append(at.get(keypoint, near))
    return np.asarray(np.stack(columns, axis=1), np.float32)


def explain_motion_files(report: scoring_pb2.Report, roles: Collection[str]) -> None:
    """Correct warnings that assume a video where a role is a motion from a file: it has no sound, and often no toes."""
    for warning in report.warnings:
        if warning.reason == "NO_SHARED_MUSIC" and roles:
            warning.message = NO_SOUND
        for role in roles:
            if warning.reason == "FEET_NOT_VISIBLE" and f"the {role}" in warning.message:
                warning.message = f"The motion file of the {role} has no toes, so the feet hardly count."
