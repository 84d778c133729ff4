"""Motions of the object store, and what is heard in the same files, as recordings to learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from google.protobuf.message import DecodeError

from eightcount.generator.v1 import generator_pb2
from eightcount.motion.v1 import motion_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.wire import decode_motion, read_motion_messages
from eightcount_common.storage import ObjectStore
from eightcount_generator import codec
from eightcount_generator.music import Music
from eightcount_generator.sources.library import Recording, pieces_of
from eightcount_generator.sources.poses import dances_of
from eightcount_generator.sources.repair import SHORTEST_PIECE_SECONDS


def read_recordings(
    store: ObjectStore, item: generator_pb2.TrainItem, *, name: str, check: Callable[[], None]
) -> list[Recording]:
    """The uncut stretches of a motion in which the dancer is seen, named `name`, or "name#1", "name#2", ...

    Raises:
        NotFoundError: there is no such motion or music.
        InvalidInputError: they are damaged, of a skeleton that lacks a joint, or TOO_SHORT.
    """
    with store.open(store.key(item.motion_uri)) as file:
        header, chunks = read_motion_messages(file)
        motion = decode_motion(header, _checked(chunks, check))
    stretches = dances_of(motion)
    check()
    if not stretches:
        raise InvalidInputError(
            f"the dancer must be seen for {SHORTEST_PIECE_SECONDS:.0f} s on end", reason="TOO_SHORT"
        )
    seconds = stretches[-1].start_seconds + stretches[-1].dance.seconds
    music = _music(store, item.music_uri, seconds) if item.music_uri else None
    whole = Recording(name, item.style, item.performer, item.take or name, stretches[0].dance, music)
    return pieces_of(whole, stretches)


def _music(store: ObjectStore, uri: str, seconds: float) -> Music | None:
    """What is heard in so many seconds; None without a beat."""
    try:
        heard = sync_pb2.Music.FromString(b"".join(store.read(store.key(uri))))
    except DecodeError as error:
        raise InvalidInputError("what was heard in the recording cannot be read", reason="INVALID_MUSIC") from error
    if not heard.has_beat or len(heard.beats_seconds) < 2:
        return None
    return codec.decode_music(heard, duration_seconds=seconds, longest_seconds=seconds)


def _checked(chunks: Iterator[motion_pb2.MotionChunk], check: Callable[[], None]) -> Iterator[motion_pb2.MotionChunk]:
    for chunk in chunks:
        check()
        yield chunk
