"""Films of one dancer whose sound is apart from the picture by a known amount, written by PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from eightcount_gateway.demo.dancer import fetch_dancer
from tests.benchmarks.bench_compare import BUILD

Times = NDArray[np.float64]

_SOUND_HERTZ = 44_100
_BLOCK_SAMPLES = 1024
_TIME_BASE = Fraction(1, 90_000)
_RAMP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Film:
    """A piece of the dancer's film, and what was done to it.

    Attributes:
        start_seconds, seconds: the piece.
        sound_late_seconds: the sound comes later than its picture; negative is earlier.
        stamped: a late sound keeps all of its samples and begins later in the container.
        frame_rate: frames per second.
        speed: sound and picture play that much faster.
        paused_at, paused_seconds: the camera was paused there for so long; the music went on.
        mirrored: left and right are swapped in the picture.
        nearer: only the middle of the picture, which is enlarged.
        picture_from: the picture comes from that place of the film, the sound does not.
        loop_seconds: the picture repeats its first seconds.
        late_seconds, late_from: the dancer is late by that much from there on.
    """

    start_seconds: float
    seconds: float
    sound_late_seconds: float = 0.0
    stamped: bool = False
    frame_rate: float = 25.0
    speed: float = 1.0
    paused_at: float | None = None
    paused_seconds: float = 0.0
    mirrored: bool = False
    nearer: bool = False
    picture_from: float | None = None
    loop_seconds: float | None = None
    late_seconds: float = 0.0
    late_from: float = 0.0

    def filmed_at(self, seconds: Times) -> Times:
        """Return when in the dancer's film each time of this one was filmed."""
        paused = 0.0 if self.paused_at is None else self.paused_seconds * (seconds >= self.paused_at)
        return np.asarray(self.start_seconds + self.speed * seconds + paused)

    def shown_at(self, seconds: Times) -> Times:
        """Return when in the dancer's film the picture of each time was taken."""
        if self.loop_seconds is not None:
            return np.asarray(self.start_seconds + np.mod(seconds, self.loop_seconds))
        into = np.clip((seconds - self.late_from) / _RAMP_SECONDS + 1.0, 0.0, 1.0)
        filmed = self.filmed_at(seconds - self.late_seconds * into)
        return filmed if self.picture_from is None else filmed - self.start_seconds + self.picture_from


@dataclass(frozen=True, slots=True)
class _Material:
    frames: tuple[VideoFrame, ...]
    times: Times
    sound: NDArray[np.float32]


def write_film(film: Film, target: Path) -> Path:
    """Write a film as H.264 and AAC in MP4 and return its path."""
    material = _read_dancer()
    with av.open(str(target), "w", format="mp4") as out:
        video = out.add_stream("libx264", rate=round(film.frame_rate), options={"preset": "veryfast", "crf": "22"})
        video.width, video.height, video.pix_fmt = 518, 496, "yuv420p"
        video.codec_context.time_base = _TIME_BASE
        voice = out.add_stream("aac", rate=_SOUND_HERTZ, layout="mono")
        for frame in _frames(film, material):
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        for block in _blocks(film, material):
            out.mux(voice.encode(block))
        out.mux(voice.encode(None))
    return target


@cache
def _read_dancer() -> _Material:
    path = str(fetch_dancer(BUILD / "demo"))
    with av.open(path) as source:
        frames = tuple(frame.reformat(format="yuv420p") for frame in source.decode(video=0))
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=_SOUND_HERTZ)
    with av.open(path) as source:
        blocks = [block.to_ndarray()[0] for frame in source.decode(audio=0) for block in resampler.resample(frame)]
    times = np.array([frame.time for frame in frames], np.float64)
    return _Material(frames, times, np.concatenate(blocks).astype(np.float32))


def _frames(film: Film, material: _Material) -> Iterator[VideoFrame]:
    seconds = np.arange(round(film.seconds * film.frame_rate)) / film.frame_rate
    places = np.searchsorted(material.times, film.shown_at(seconds) + 1e-6, side="right") - 1
    for time, place in zip(seconds.tolist(), np.clip(places, 0, len(material.frames) - 1).tolist(), strict=True):
        frame = VideoFrame.from_ndarray(_change_picture(film, material.frames[place]), format="rgb24")
        shown = frame.reformat(518, 496, "yuv420p")
        shown.pts, shown.time_base = round(time / _TIME_BASE), _TIME_BASE
        yield shown


def _change_picture(film: Film, frame: VideoFrame) -> NDArray[np.uint8]:
    picture = frame.to_ndarray(format="rgb24")
    if film.nearer:
        picture = picture[20:, 60:458]
    return np.ascontiguousarray(picture[:, ::-1] if film.mirrored else picture)


def _blocks(film: Film, material: _Material) -> Iterator[AudioFrame]:
    late = film.sound_late_seconds
    begin = late if film.stamped else 0.0
    seconds = np.arange(begin, film.seconds, 1.0 / _SOUND_HERTZ)
    samples = np.arange(material.sound.size) / _SOUND_HERTZ
    sound = np.interp(film.filmed_at(seconds - late), samples, material.sound).astype(np.float32)
    for start in range(0, sound.size, _BLOCK_SAMPLES):
        block = AudioFrame.from_ndarray(sound[None, start : start + _BLOCK_SAMPLES], format="fltp", layout="mono")
        block.sample_rate = _SOUND_HERTZ
        block.pts = round(begin * _SOUND_HERTZ) + start
        yield block
