"""Whole frames out of the two fields of interlaced ones. Needs the extra `media` (PyAV with FFmpeg's filters)."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from eightcount_common.media.combing import FieldOrder

_MARKED = "mode=send_frame:parity=auto:deint=interlaced"
"""One frame for each stored one, at its time; frames that are not flagged as interlaced pass unchanged."""


def deinterlace(frames: Iterator[VideoFrame], unmarked: FieldOrder | None = None) -> Iterator[VideoFrame]:
    """Yield the same number of frames, without combs; up to the first interlaced frame they are not touched.

    Args:
        frames: as they are stored.
        unmarked: order of the fields of a video whose frames are all interlaced although they are not marked.
    """
    weaver: _Weaver | None = None
    for frame in frames:
        if weaver is not None and not weaver.accepts(frame):
            yield from weaver.finish()
            weaver = None
        if weaver is None and (frame.interlaced_frame or unmarked):
            weaver = _Weaver(frame, unmarked)
        if weaver is None:
            yield frame
        else:
            yield from weaver.weave(frame)
    if weaver is not None:
        yield from weaver.finish()


class _Weaver:
    """FFmpeg's bwdif (Weston 3-field with motion adaptation) for frames of one size and format."""

    def __init__(self, first: VideoFrame, unmarked: FieldOrder | None) -> None:
        self._kind = _kind(first)
        self._graph = Graph()
        source = self._graph.add_buffer(
            width=first.width, height=first.height, format=first.format, time_base=first.time_base
        )
        how = f"mode=send_frame:parity={unmarked}:deint=all" if unmarked else _MARKED
        woven, sink = self._graph.add("bwdif", how), self._graph.add("buffersink")
        source.link_to(woven)
        woven.link_to(sink)
        self._graph.configure()

    def accepts(self, frame: VideoFrame) -> bool:
        """Whether the filter was made for this kind of frame."""
        return _kind(frame) == self._kind

    def weave(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        """Take one frame, and yield those that are ready: the filter also looks at the next one."""
        self._graph.push(frame)
        yield from self._pull()

    def finish(self) -> Iterator[VideoFrame]:
        """Yield what the filter still holds."""
        self._graph.push(None)
        yield from self._pull()

    def _pull(self) -> Iterator[VideoFrame]:
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            if isinstance(frame, VideoFrame):
                yield frame


def _kind(frame: VideoFrame) -> tuple[int, int, str]:
    return frame.width, frame.height, frame.format.name
