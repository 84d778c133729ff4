"""Recordings as devices write them: several tracks, any clock, any container; written by PyAV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition

from tests.data.media import Pictures

RATE_HERTZ = 44_100
FRAME_RATE = 25


@dataclass(frozen=True)
class Film:
    """A video track: RGB images at their times.

    Attributes:
        pictures: the images.
        times: seconds; 25 frames a second when empty.
        codec, pixel_format, options: of the encoder; a key frame every ten frames unless the options say otherwise.
        disposition: flags of the track.
        number: of the track; the container's own when it is 0.
    """

    pictures: Pictures
    times: Sequence[float] = ()
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    options: dict[str, str] = field(default_factory=dict)
    disposition: Disposition | None = None
    number: int = 0

    def time(self, index: int) -> float:
        """Return the time of a frame in seconds."""
        return self.times[index] if self.times else index / FRAME_RATE


@dataclass(frozen=True)
class Sound:
    """A sound track: samples [C, N] at 44.1 kHz that begin at a time."""

    samples: np.ndarray
    delay: float = 0.0
    codec: str = "aac"
    layout: str = ""
    disposition: Disposition | None = None
    title: str = ""
    number: int = 0


def write_recording(
    path: Path, tracks: Sequence[Film | Sound], *, container: str | None = None, options: dict[str, str] | None = None
) -> Path:
    """Write the tracks in this order."""
    with av.open(str(path), "w", format=container, options=options or {}) as output:
        writers = [_add_film(output, t) if isinstance(t, Film) else _add_sound(output, t) for t in tracks]
        packets = [packet for track, stream in zip(tracks, writers, strict=True) for packet in _encode(track, stream)]
        for packet in sorted(packets, key=lambda packet: float(packet.dts * packet.time_base)):
            output.mux(packet)
    return path


def _add_film(output: Any, film: Film) -> Any:
    stream = output.add_stream(film.codec, rate=FRAME_RATE, options={"g": "10", "crf": "18", **film.options})
    stream.height, stream.width = film.pictures[0].shape[:2]
    stream.pix_fmt = film.pixel_format
    fine = film.codec in ("libx264", "libvpx", "libvpx-vp9", "mjpeg", "ffv1")
    stream.codec_context.time_base = Fraction(1, 12_800 if fine else FRAME_RATE)
    if film.disposition is not None:
        stream.disposition = film.disposition
    if film.number:
        stream.id = film.number
    return stream


def _add_sound(output: Any, sound: Sound) -> Any:
    layout = sound.layout or {1: "mono", 2: "stereo", 6: "5.1"}[len(sound.samples)]
    stream = output.add_stream(sound.codec, rate=48_000 if "opus" in sound.codec else RATE_HERTZ, layout=layout)
    if sound.disposition is not None:
        stream.disposition = sound.disposition
    if sound.number:
        stream.id = sound.number
    if sound.title:
        stream.metadata["title"] = sound.title
    return stream


def _encode(track: Film | Sound, stream: Any) -> Iterable[Any]:
    frames = _film_frames(track, stream) if isinstance(track, Film) else _sound_frames(track, stream)
    for frame in frames:
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _film_frames(film: Film, stream: Any) -> Iterable[av.VideoFrame]:
    base = stream.codec_context.time_base
    for index, picture in enumerate(film.pictures):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame = frame.reformat(format=film.pixel_format) if film.pixel_format != "rgb24" else frame
        frame.pts, frame.time_base = round(film.time(index) / base), base
        yield frame


def _sound_frames(sound: Sound, stream: Any) -> Iterable[av.AudioFrame]:
    samples = np.ascontiguousarray(sound.samples, dtype=np.float32)
    layout = stream.layout.name
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = RATE_HERTZ, 0, Fraction(1, RATE_HERTZ)
    context = stream.codec_context
    resampler = av.AudioResampler(context.format, layout, context.sample_rate, context.frame_size or 1024)
    for piece in (*resampler.resample(frame), *resampler.resample(None)):
        piece.pts = (piece.pts or 0) + round(sound.delay * context.sample_rate)
        yield piece


def drop_packets(source: Path, target: Path, *, first: int, container: str | None = None) -> int:
    """Copy a file without the first packets of its video; return how many frames are left."""
    left = 0
    with av.open(str(source)) as given, av.open(str(target), "w", format=container) as output:
        streams = {stream.index: output.add_stream_from_template(stream) for stream in given.streams}
        seen = 0
        for packet in given.demux():
            if not packet.size or packet.dts is None:
                continue
            if packet.stream.type == "video":
                seen += 1
                if seen <= first:
                    continue
                left += 1
            packet.stream = streams[packet.stream.index]
            output.mux(packet)
    return left
