"""Wishes as they are asked for over gRPC: key poses and the dance that is changed come out of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.wire import decode_motion, read_motion_messages
from eightcount_common.storage import ObjectStore
from eightcount_generator import codec
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.makers.base import KeyPose, Wishes
from eightcount_generator.music import Music
from eightcount_generator.sources.poses import pose_at

Part = TypeVar("Part")


def asks_of_poses(request: generator_pb2.GenerateRequest) -> bool:
    """Whether only a maker that takes key poses can carry out the request."""
    return len(request.key_poses) > 0 or request.HasField("edit")


class WishReader:
    """Reads what a request points at. Blocking; `check` is called in between, and what it raises ends the reading."""

    def __init__(self, store: ObjectStore, *, check: Callable[[], None]) -> None:
        self._store = store
        self._check = check

    def read(self, request: generator_pb2.GenerateRequest, music: Music) -> Wishes:
        """What is wished for a dance to the music.

        Raises:
            NotFoundError: a dance or a motion is not there.
            InvalidInputError: INVALID_WISHES; NO_PERSON_THERE, for a key pose; what is read is damaged or foreign.
        """
        edited = self._edited(request.edit.dance_uri, music) if request.HasField("edit") else None
        late = [key.seconds for key in request.key_poses if not 0 <= key.seconds < music.seconds]
        if late:
            raise InvalidInputError(
                f"key poses: wanted seconds within the {music.seconds:.2f} s of the dance, got {late[0]:g}",
                reason="INVALID_WISHES",
            )
        keys = [KeyPose(key.seconds, self._pose(key)) for key in request.key_poses]
        return codec.decode_wishes(request, key_poses=keys, edited=edited)

    def _edited(self, uri: str, music: Music) -> Dance:
        with self._store.open(self._store.key(uri)) as file:
            header, pieces = codec.read_dance(file)
            if header.frames != music.frames:
                raise InvalidInputError(
                    f"an edit: wanted a dance as long as the one that is asked for, {music.seconds:.2f} s, got one of "
                    f"{header.frames / FRAME_RATE_HERTZ:.2f} s",
                    reason="INVALID_WISHES",
                )
            return Dance.joined(list(self._checked(pieces)))

    def _pose(self, key: generator_pb2.KeyPose) -> Dance:
        match key.WhichOneof("source"):
            case "pose":
                return codec.decode_chunk(key.pose)
            case "of_dance":
                return self._of_dance(key.of_dance)
            case "of_motion":
                return self._of_motion(key.of_motion)
            case _:
                raise InvalidInputError(
                    f"the key pose at {key.seconds:g} s has neither a pose nor a moment to take it from",
                    reason="INVALID_WISHES",
                )

    def _of_dance(self, moment: generator_pb2.Moment) -> Dance:
        with self._store.open(self._store.key(moment.uri)) as file:
            header, pieces = codec.read_dance(file)
            seconds = header.frames / FRAME_RATE_HERTZ
            if not 0 <= moment.seconds <= seconds:
                raise InvalidInputError(
                    f"a key pose of a dance of {seconds:.2f} s: wanted a moment within it, got {moment.seconds:g} s",
                    reason="INVALID_WISHES",
                )
            frame = min(round(moment.seconds * FRAME_RATE_HERTZ), header.frames - 1)
            for piece in self._checked(pieces):
                if frame < len(piece):
                    return piece.frames(frame, frame + 1)
                frame -= len(piece)
        raise InvalidInputError("dance file: there are no frames", reason="INVALID_DANCE")

    def _of_motion(self, moment: generator_pb2.Moment) -> Dance:
        with self._store.open(self._store.key(moment.uri)) as file:
            header, chunks = read_motion_messages(file)
            motion = decode_motion(header, self._checked(chunks))
        return pose_at(motion, moment.seconds)

    def _checked(self, parts: Iterable[Part]) -> Iterator[Part]:
        for part in parts:
            self._check()
            yield part
