"""An export as it is asked for over gRPC: a dance out of the store, a file for animators into it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from eightcount.generator.v1 import generator_pb2
from eightcount_common.importing.character.character import read_character
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore
from eightcount_generator.export.formats import Format, write_dance
from eightcount_generator.service import codec


def export_dance(
    store: ObjectStore, request: generator_pb2.ExportRequest, cancel: CancelToken
) -> Iterator[generator_pb2.ExportResponse]:
    """Writes the file beside the store and puts it in when it is whole; the last message is how large it is.

    Raises:
        EightcountError: the dance, the music or the skeleton is not there or cannot be read, or a URI is not of the
            store.
    """
    wanted = codec.decode_format(request.format)
    target = store.key(request.target_uri)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eightcount-export-")))
        character = None
        if wanted.has_skeleton and request.skeleton_uri:
            character = read_character(stack.enter_context(store.open(store.key(request.skeleton_uri))))
        header, pieces = codec.read_dance(stack.enter_context(store.open(store.key(request.dance_uri))))
        has_sound = wanted is Format.MP4 and request.music_uri
        music = stack.enter_context(store.open(store.key(request.music_uri))) if has_sound else None
        output = folder / f"dance.{wanted}"
        writing = write_dance(
            wanted, pieces, output, frames=header.frames, music=music, character=character, check=cancel.check
        )
        for done in writing:
            progress = generator_pb2.ExportProgress(frames_done=done, frames_total=header.frames)
            yield generator_pb2.ExportResponse(progress=progress)
        stored = store.put_file(target, output, media_type=wanted.media_type)
    yield generator_pb2.ExportResponse(finished=generator_pb2.ExportFinished(size_bytes=stored.size_bytes))
