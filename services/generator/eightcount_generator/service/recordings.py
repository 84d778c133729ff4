"""Reads training recordings from the object store: motions, and the analysed music of the same files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from google.protobuf.message import DecodeError

from eightcount.models.v1 import models_pb2
from eightcount.motion.v1 import motion_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.wire import decode_motion, read_motion_messages
from eightcount_common.storage import ObjectStore
from eightcount_generator.music import Music
from eightcount_generator.service import codec
from eightcount_generator.sources.poses import motion_to_dances
from eightcount_generator.sources.recording import Recording, split_recording
from eightcount_generator.sources.repair import SHORTEST_PIECE_SECONDS


def load_recordings(
    store: ObjectStore, item: models_pb2.TrainingItem, *, name: str, check: Callable[[], None]
) -> list[Recording]:
    """Read a motion and return the stretches in which the dancer is visible.

    Args:
        store: where the motion lies.
        item: the training item.
        name: name of the recording; several stretches are named "name#1", "name#2", ...
        check: called between chunks; may raise to stop the reading.

    Raises:
        NotFoundError: there is no such motion or music.
        InvalidInputError: they are damaged, the skeleton lacks a joint, or TOO_SHORT.
    """
    with store.open(store.key(item.motion_uri)) as file:
        header, chunks = read_motion_messages(file)
        motion = decode_motion(header, _check_between(chunks, check))
    stretches = motion_to_dances(motion)
    check()
    if not stretches:
        raise InvalidInputError(
            f"the dancer must be visible for at least {SHORTEST_PIECE_SECONDS:.0f} s without interruption",
            reason="TOO_SHORT",
        )
    seconds = stretches[-1].start_seconds + stretches[-1].dance.seconds
    music = _load_music(store, item.music_uri, seconds) if item.music_uri else None
    whole = Recording(name, item.style, item.performer, item.take or name, stretches[0].dance, music)
    return split_recording(whole, stretches)


def _load_music(store: ObjectStore, uri: str, seconds: float) -> Music | None:
    """Read the music analysis of a recording of that length; None when it has no beat."""
    try:
        analysis = sync_pb2.Music.FromString(b"".join(store.read(store.key(uri))))
    except DecodeError as error:
        raise InvalidInputError("the music analysis of the recording is damaged", reason="INVALID_MUSIC") from error
    if not analysis.has_beat or len(analysis.beats_seconds) < 2:
        return None
    return codec.decode_music(analysis, duration_seconds=seconds, longest_seconds=seconds)


def _check_between(
    chunks: Iterator[motion_pb2.MotionChunk], check: Callable[[], None]
) -> Iterator[motion_pb2.MotionChunk]:
    for chunk in chunks:
        check()
        yield chunk
