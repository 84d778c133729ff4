"""Motions of the object store as recordings to learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from eightcount.generator.v1 import generator_pb2
from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.storage import ObjectStore
from eightcount_common.wire import decode_motion, read_motion_messages
from eightcount_generator.sources.library import Recording
from eightcount_generator.sources.poses import dances_of
from eightcount_generator.sources.repair import SHORTEST_PIECE_SECONDS


def read_recordings(
    store: ObjectStore, item: generator_pb2.TrainItem, *, name: str, check: Callable[[], None]
) -> list[Recording]:
    """The uncut stretches of a motion in which the dancer is seen, named `name`, or "name#1", "name#2", ...

    Raises:
        NotFoundError: there is no such motion.
        InvalidInputError: it is damaged, of a skeleton that lacks a joint, or TOO_SHORT.
    """
    with store.open(store.key(item.motion_uri)) as file:
        header, chunks = read_motion_messages(file)
        motion = decode_motion(header, _checked(chunks, check))
    dances = [stretch.dance for stretch in dances_of(motion)]
    check()
    if not dances:
        raise InvalidInputError(
            f"the dancer must be seen for {SHORTEST_PIECE_SECONDS:.0f} s on end", reason="TOO_SHORT"
        )
    names = [name] if len(dances) == 1 else [f"{name}#{number}" for number in range(1, len(dances) + 1)]
    take = item.take or name
    return [Recording(one, item.style, item.performer, take, dance) for one, dance in zip(names, dances, strict=True)]


def _checked(chunks: Iterator[motion_pb2.MotionChunk], check: Callable[[], None]) -> Iterator[motion_pb2.MotionChunk]:
    for chunk in chunks:
        check()
        yield chunk
