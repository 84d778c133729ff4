"""Reads the options of a Generate request; key poses and the dance to edit come from the object store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.wire import decode_motion, read_motion_messages
from eightcount_common.storage import ObjectStore
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.models.base import GenerationOptions, KeyPose
from eightcount_generator.music import Music
from eightcount_generator.service import codec
from eightcount_generator.sources.poses import pose_at

Part = TypeVar("Part")


def uses_constraints(request: generator_pb2.GenerateRequest) -> bool:
    """Return whether the request has key poses or an edit, which only some models support."""
    return len(request.key_poses) > 0 or request.HasField("edit")


class OptionsReader:
    """Reads the objects that a request refers to. Blocking.

    Args:
        store: where the objects lie.
        check: called between parts of an object; may raise to stop the reading.
    """

    def __init__(self, store: ObjectStore, *, check: Callable[[], None]) -> None:
        self._store = store
        self._check = check

    def read(self, request: generator_pb2.GenerateRequest, music: Music) -> GenerationOptions:
        """Return the options for a dance to this music.

        Raises:
            NotFoundError: a dance or a motion does not exist.
            InvalidInputError: INVALID_OPTIONS; NO_PERSON_THERE, nobody is visible in the frame of a key pose; an object
                is damaged or has another skeleton.
        """
        edited = self._read_edited_dance(request.edit.dance_uri, music) if request.HasField("edit") else None
        outside = [key.seconds for key in request.key_poses if not 0 <= key.seconds < music.seconds]
        if outside:
            raise InvalidInputError(
                f"key poses must lie within the {music.seconds:.2f} s of the dance; got one at {outside[0]:g} s",
                reason="INVALID_OPTIONS",
            )
        keys = [KeyPose(key.seconds, self._read_pose(key)) for key in request.key_poses]
        return codec.decode_options(request, key_poses=keys, edited=edited)

    def _read_edited_dance(self, uri: str, music: Music) -> Dance:
        with self._store.open(self._store.key(uri)) as file:
            header, pieces = codec.read_dance(file)
            if header.frames != music.frames:
                raise InvalidInputError(
                    f"the edited dance must be as long as the requested one, {music.seconds:.2f} s; it lasts "
                    f"{header.frames / FRAME_RATE_HERTZ:.2f} s",
                    reason="INVALID_OPTIONS",
                )
            return Dance.concatenate(list(self._check_between(pieces)))

    def _read_pose(self, key: generator_pb2.KeyPose) -> Dance:
        match key.WhichOneof("source"):
            case "pose":
                return codec.decode_chunk(key.pose)
            case "dance_frame":
                return self._pose_of_dance(key.dance_frame)
            case "motion_frame":
                return self._pose_of_motion(key.motion_frame)
            case _:
                raise InvalidInputError(
                    f"the key pose at {key.seconds:g} s needs a source: a pose, or a frame of a dance or a motion",
                    reason="INVALID_OPTIONS",
                )

    def _pose_of_dance(self, reference: generator_pb2.FrameRef) -> Dance:
        with self._store.open(self._store.key(reference.uri)) as file:
            header, pieces = codec.read_dance(file)
            seconds = header.frames / FRAME_RATE_HERTZ
            if not 0 <= reference.seconds <= seconds:
                raise InvalidInputError(
                    f"the frame of a key pose must lie within the {seconds:.2f} s of its dance; got "
                    f"{reference.seconds:g} s",
                    reason="INVALID_OPTIONS",
                )
            frame = min(round(reference.seconds * FRAME_RATE_HERTZ), header.frames - 1)
            for piece in self._check_between(pieces):
                if frame < len(piece):
                    return piece.frames(frame, frame + 1)
                frame -= len(piece)
        raise InvalidInputError("the dance file contains no frames", reason="INVALID_DANCE")

    def _pose_of_motion(self, reference: generator_pb2.FrameRef) -> Dance:
        with self._store.open(self._store.key(reference.uri)) as file:
            header, chunks = read_motion_messages(file)
            motion = decode_motion(header, self._check_between(chunks))
        return pose_at(motion, reference.seconds)

    def _check_between(self, parts: Iterable[Part]) -> Iterator[Part]:
        for part in parts:
            self._check()
            yield part
