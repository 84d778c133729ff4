"""The Export call: reads a dance from the object store and writes it there in another format."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from eightcount.common.v1 import common_pb2
from eightcount.generator.v1 import generator_pb2
from eightcount_common.importing.character.character import read_character
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore
from eightcount_generator.export.formats import Format, write_dance
from eightcount_generator.service import codec


def export_dance(
    store: ObjectStore, request: generator_pb2.ExportRequest, cancel: CancelToken
) -> Iterator[generator_pb2.ExportResponse]:
    """Write the file to a temporary folder, then put it into the store; the last message has its size.

    Raises:
        EightcountError: the dance, the music or the skeleton is missing or cannot be read, or a URI does not belong to
            the store.
    """
    target_format = codec.decode_format(request.format)
    target = store.key(request.target_uri)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eightcount-export-")))
        character = None
        if target_format.has_skeleton and request.skeleton_uri:
            character = read_character(stack.enter_context(store.open(store.key(request.skeleton_uri))))
        header, pieces = codec.read_dance(stack.enter_context(store.open(store.key(request.dance_uri))))
        has_sound = target_format is Format.MP4 and request.music_uri
        music = stack.enter_context(store.open(store.key(request.music_uri))) if has_sound else None
        output = folder / f"dance.{target_format}"
        frames_done = write_dance(
            target_format, pieces, output, frames=header.frames, music=music, character=character, check=cancel.check
        )
        for done in frames_done:
            progress = common_pb2.Progress(done=done, total=header.frames)
            yield generator_pb2.ExportResponse(progress=progress)
        stored = store.put_file(target, output, media_type=target_format.media_type)
    yield generator_pb2.ExportResponse(finished=generator_pb2.ExportFinished(size_bytes=stored.size_bytes))
