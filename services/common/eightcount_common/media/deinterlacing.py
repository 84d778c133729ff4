"""Whole pictures out of the two fields of interlaced ones. Needs the extra `media` (PyAV with FFmpeg's filters)."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.filter import Graph
from av.video.frame import VideoFrame

_FILTER = "mode=send_frame:parity=auto:deint=interlaced"
"""One picture for each stored one, at its time; pictures that are not flagged as interlaced pass unchanged."""


def deinterlace(pictures: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """Yield the same number of pictures, without combs; up to the first interlaced picture they are not touched."""
    weaver: _Weaver | None = None
    for picture in pictures:
        if weaver is not None and not weaver.accepts(picture):
            yield from weaver.finish()
            weaver = None
        if weaver is None and picture.interlaced_frame:
            weaver = _Weaver(picture)
        if weaver is None:
            yield picture
        else:
            yield from weaver.weave(picture)
    if weaver is not None:
        yield from weaver.finish()


class _Weaver:
    """FFmpeg's bwdif (Weston 3-field with motion adaptation) for pictures of one size and format."""

    def __init__(self, first: VideoFrame) -> None:
        self._kind = _kind(first)
        self._graph = Graph()
        source = self._graph.add_buffer(
            width=first.width, height=first.height, format=first.format, time_base=first.time_base
        )
        woven, sink = self._graph.add("bwdif", _FILTER), self._graph.add("buffersink")
        source.link_to(woven)
        woven.link_to(sink)
        self._graph.configure()

    def accepts(self, picture: VideoFrame) -> bool:
        """Whether the filter was made for this kind of picture."""
        return _kind(picture) == self._kind

    def weave(self, picture: VideoFrame) -> Iterator[VideoFrame]:
        """Take one picture, and yield those that are ready: the filter also looks at the next one."""
        self._graph.push(picture)
        yield from self._pull()

    def finish(self) -> Iterator[VideoFrame]:
        """Yield what the filter still holds."""
        self._graph.push(None)
        yield from self._pull()

    def _pull(self) -> Iterator[VideoFrame]:
        while True:
            try:
                picture = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            if isinstance(picture, VideoFrame):
                yield picture


def _kind(picture: VideoFrame) -> tuple[int, int, str]:
    return picture.width, picture.height, picture.format.name
