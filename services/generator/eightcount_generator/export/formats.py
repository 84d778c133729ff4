"""Writes a dance in any of the export formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from eightcount_common.importing.character.character import Character
from eightcount_generator.body.dance import Dance


class Format(StrEnum):
    """Export formats by the extension of their files."""

    NPZ = "npz"
    BVH = "bvh"
    GLB = "glb"
    MP4 = "mp4"

    @property
    def media_type(self) -> str:
        """The media type for HTTP."""
        return _MEDIA_TYPES[self]

    @property
    def has_skeleton(self) -> bool:
        """Whether its files contain a skeleton that may be another one than ours."""
        return self in (Format.BVH, Format.GLB)


_MEDIA_TYPES = {
    Format.NPZ: "application/zip",
    Format.BVH: "text/plain",
    Format.GLB: "model/gltf-binary",
    Format.MP4: "video/mp4",
}


def write_dance(
    format: Format,  # noqa: A002 - the word for it
    pieces: Iterable[Dance],
    output: Path,
    *,
    frames: int,
    music: BinaryIO | None = None,
    character: Character | None = None,
    check: Callable[[], None] = lambda: None,
) -> Iterator[int]:
    """Write a dance; yield the number of written frames from time to time.

    Args:
        format: the format.
        pieces: the dance.
        output: the file; incomplete until the iterator is exhausted.
        frames: number of frames of the dance.
        music: music for formats with sound; see `write_video`.
        character: character to retarget to, for formats with a skeleton (`has_skeleton`); our body when not given.
        check: called from time to time; may raise to stop the work.

    Raises:
        InvalidInputError: EMPTY_DANCE, FRAME_COUNT.
        UnusableMediaError: the music cannot be read.
    """
    if format is Format.MP4:
        from eightcount_generator.export.video.mp4 import write_video  # codecs and compiled code, for videos only

        yield from write_video(pieces, output, frames=frames, music=music, check=check)
        return
    with output.open("wb") as file:
        for done in _write_file(format, pieces, file, character):
            check()
            yield done


def _write_file(
    format: Format,  # noqa: A002 - the word for it
    pieces: Iterable[Dance],
    file: BinaryIO,
    character: Character | None,
) -> Iterator[int]:
    if character is not None and format.has_skeleton:
        from eightcount_generator.export.retarget.bvh import write_character_bvh
        from eightcount_generator.export.retarget.glb import write_character_glb

        return (write_character_bvh if format is Format.BVH else write_character_glb)(pieces, character, file)
    from eightcount_generator.export.bvh import write_bvh
    from eightcount_generator.export.glb import write_glb
    from eightcount_generator.export.npz import write_npz

    match format:
        case Format.NPZ:
            return write_npz(pieces, file)
        case Format.BVH:
            return write_bvh(pieces, file)
        case _:
            return write_glb(pieces, file)
