"""Finding and opening the recordings that were joined into a file. Needs the extra `media` (PyAV)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import BinaryIO, cast

import av
from av.container import InputContainer
from av.stream import Stream

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.container import open_media
from eightcount_common.media.parts import ONE_RECORDING, Part, PartFile, Parts, find_joined_files
from eightcount_common.media.program_stream import find_program_stream_parts
from eightcount_common.media.time_axis import OpenPart
from eightcount_common.media.transport_parts import find_transport_parts

_PARTS_OPEN = 2
_MEASURED_PARTS = 20

PartReader = Callable[[ExitStack, BinaryIO, Part], OpenPart]


class PartOpener:
    """Opens the parts of a file one after the other; the latest two stay open, so that a decoder can be drained.

    Attributes:
        unreadable: number of parts so far that cannot be opened.
    """

    def __init__(self, file: BinaryIO, parts: Sequence[Part], read: PartReader, *, first: int = 0) -> None:
        self.unreadable = 0
        self._file, self._parts, self._read, self._first = file, parts, read, first
        self._stacks: list[ExitStack] = []

    def __iter__(self) -> Iterator[OpenPart]:
        for number, part in enumerate(self._parts[self._first :], self._first):
            stack = ExitStack()
            try:
                opened = self._read(stack, cast("BinaryIO", PartFile(self._file, part)), part)
            except UnusableMediaError:
                stack.close()
                self.unreadable += 1
                continue
            self._stacks.append(stack)
            while len(self._stacks) > _PARTS_OPEN:
                self._stacks.pop(0).close()
            yield replace(opened, number=number)

    def close(self) -> None:
        """Close the parts that are open."""
        while self._stacks:
            self._stacks.pop().close()


def find_parts(file: BinaryIO, container: InputContainer, video: Stream | None) -> Parts:
    """Return the recordings that were joined into an open file; none in a file of one recording."""
    if container.format.name == "mpegts":
        return ONE_RECORDING if video is None else find_transport_parts(file, video.id)
    if container.format.name == "mpeg":
        return find_program_stream_parts(file)
    return Parts(find_joined_files(file, container.format.name))


def measure_parts(file: BinaryIO, joined: Parts) -> float | None:
    """Return the sum of the stated durations of parts in seconds; None when one of them states none."""
    total = 0.0
    for part in joined.parts[:_MEASURED_PARTS]:
        with suppress(UnusableMediaError), open_media(cast("BinaryIO", PartFile(file, part))) as container:
            if container.duration is None:
                return None
            total += container.duration / av.time_base
    return total if len(joined.parts) <= _MEASURED_PARTS else None
