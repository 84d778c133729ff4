"""Writing of MP4 videos: H.264 and AAC, for any browser, playable while loading. Needs the extra `media` (PyAV)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eightcount_common.media.soundtrack import Soundtrack

_H264 = {"preset": "ultrafast", "crf": "27", "colorspace": "bt709"}
"""Ultrafast costs half of superfast and a third more bytes; a crf below 27 makes no visible difference on a phone."""
_KEY_FRAME_SECONDS = 2
"""A seek in a player is off by at most this much."""
_ENCODER_THREADS = 2
_AUDIO_BITS_PER_CHANNEL = 64_000
_BT709, _LIMITED_RANGE = 1, 1


class VideoWriter:
    """Writes frames in order with the audio in step; see `create_video`."""

    def __init__(self, container: OutputContainer, video: VideoStream, soundtrack: Soundtrack | None) -> None:
        self._container = container
        self._video = video
        self._sound = SoundtrackWriter(container, soundtrack) if soundtrack is not None else None

    def add(self, frame: VideoFrame) -> None:
        """Append a frame with its pts set, and the audio up to it. The caller may reuse the frame."""
        # The encoder has copied the samples when `encode` returns.
        self._container.mux(self._video.encode(frame))
        if self._sound is not None and frame.time is not None:
            self._sound.advance(frame.time)

    def finish(self) -> None:
        """Write the remaining content of the encoders."""
        if self._sound is not None:
            self._sound.finish()
        self._container.mux(self._video.encode(None))


class SoundtrackWriter:
    """Encodes a soundtrack as AAC, block by block. It adds its stream to the container, so it must be made before the
    first packet is written.
    """

    def __init__(self, container: OutputContainer, soundtrack: Soundtrack) -> None:
        self._container = container
        self._soundtrack = soundtrack
        self._stream: AudioStream = container.add_stream(
            "aac", rate=soundtrack.rate_hertz, layout=soundtrack.layout, options={"aac_coder": "fast"}
        )
        self._stream.bit_rate = _AUDIO_BITS_PER_CHANNEL * self._stream.channels
        self._samples = 0

    def advance(self, seconds: float) -> None:
        """Encode up to a time of the output."""
        rate = self._soundtrack.rate_hertz
        while self._samples < seconds * rate and (block := next(self._soundtrack.blocks, None)) is not None:
            frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=self._soundtrack.layout)
            frame.sample_rate = rate
            frame.pts, frame.time_base = self._samples, Fraction(1, rate)
            self._samples += block.shape[1]
            self._container.mux(self._stream.encode(frame))

    def finish(self, *, at_seconds: float = math.inf) -> None:
        """Encode the rest, or what there is up to a time, and what the encoder holds."""
        self.advance(at_seconds)
        self._container.mux(self._stream.encode(None))


@contextmanager
def create_video(
    path: Path, *, size: tuple[int, int], frame_rate: Fraction, soundtrack: Soundtrack | None
) -> Iterator[VideoWriter]:
    """Open an MP4 file for writing; it is complete after `VideoWriter.finish`.

    Args:
        path: of the file.
        size: width and height in pixels, even.
        frame_rate: frames per second, constant.
        soundtrack: audio; None for a file without an audio stream.
    """
    with av.open(path, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video: VideoStream = container.add_stream("libx264", rate=frame_rate, options=dict(_H264))
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        context = video.codec_context
        context.thread_count = _ENCODER_THREADS
        context.thread_type = "FRAME"
        context.gop_size = round(_KEY_FRAME_SECONDS * frame_rate)
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _LIMITED_RANGE
        yield VideoWriter(container, video, soundtrack)
