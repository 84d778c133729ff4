"""A take with planted mistakes, encoded as H.264 and AAC in MP4, which every browser plays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eightcount_gateway.demo.mistakes import Crop, PlantedMistakes
from eightcount_gateway.demo.room import Samples, add_echo, add_noise, limit_peak

_AUDIO_RATE_HERTZ = 44_100
_AUDIO_BLOCK_SAMPLES = 1024
_VIDEO_TIME_BASE = Fraction(1, 90_000)
_SEED = 8


def write_take(source: Path, target: Path, *, mistakes: PlantedMistakes) -> None:
    """Write `source` with the mistakes planted.

    A late dancer keeps every frame; only the times at which they are shown change, so the file has a
    variable frame rate. The music goes on untouched.
    """
    part = target.with_name(target.name + ".part")
    sound = _room(_decode_sound(source), mistakes)
    with av.open(str(source)) as original, av.open(str(part), "w", format="mp4") as copy:
        video = original.streams.video[0]
        crop = mistakes.crop
        encoded = copy.add_stream("libx264", rate=video.average_rate, options={"preset": "veryfast", "crf": "20"})
        encoded.width = crop.scaled_width if crop else video.width
        encoded.height = crop.scaled_height if crop else video.height
        encoded.pix_fmt = "yuv420p"
        encoded.codec_context.time_base = _VIDEO_TIME_BASE
        voice = copy.add_stream("aac", rate=_AUDIO_RATE_HERTZ, layout="mono")
        for frame in _shown_frames(original.decode(video), video, mistakes):
            copy.mux(encoded.encode(frame))
        copy.mux(encoded.encode(None))
        for block in _blocks(sound):
            copy.mux(voice.encode(block))
        copy.mux(voice.encode(None))
    part.replace(target)


def _shown_frames(frames: Iterator[VideoFrame], video: VideoStream, mistakes: PlantedMistakes) -> Iterator[VideoFrame]:
    """Frames at the times at which the take shows them; those before its start are left out."""
    cut = _cutter(video, mistakes.crop)
    for frame in frames:
        shown = float(mistakes.compute_shown_seconds(np.array([frame.time or 0.0]))[0]) - mistakes.start_seconds
        if shown < -1e-6:
            continue
        upright = cut(frame)
        upright.pts = round(shown / _VIDEO_TIME_BASE)
        upright.time_base = _VIDEO_TIME_BASE
        yield upright


def _cutter(video: VideoStream, crop: Crop | None) -> Callable[[VideoFrame], VideoFrame]:
    if crop is None:
        return lambda frame: frame.reformat(format="yuv420p")
    graph = av.filter.Graph()
    graph.link_nodes(
        graph.add_buffer(template=video),
        graph.add("crop", f"{crop.width}:{crop.height}:{crop.left}:{crop.top}"),
        graph.add("scale", f"{crop.scaled_width}:{crop.scaled_height}"),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    ).configure()

    def cut(frame: VideoFrame) -> VideoFrame:
        graph.vpush(frame)
        return graph.vpull()

    return cut


def _decode_sound(source: Path) -> Samples:
    """[N] mono samples from the file's time zero on."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=_AUDIO_RATE_HERTZ)
    with av.open(str(source)) as original:
        blocks = [block.to_ndarray()[0] for frame in original.decode(audio=0) for block in resampler.resample(frame)]
    return np.concatenate(blocks)


def _room(sound: Samples, mistakes: PlantedMistakes) -> Samples:
    generator = np.random.default_rng(_SEED)
    audible = sound[round(mistakes.start_seconds * _AUDIO_RATE_HERTZ) :]
    if mistakes.echo_seconds:
        audible = add_echo(
            audible, rate_hertz=_AUDIO_RATE_HERTZ, decay_seconds=mistakes.echo_seconds, generator=generator
        )
    if mistakes.noise_ratio_db is not None:
        audible = add_noise(audible, ratio_db=mistakes.noise_ratio_db, generator=generator)
    return limit_peak(audible)


def _blocks(sound: Samples) -> Iterator[AudioFrame]:
    for start in range(0, sound.size, _AUDIO_BLOCK_SAMPLES):
        block = AudioFrame.from_ndarray(sound[None, start : start + _AUDIO_BLOCK_SAMPLES], format="fltp", layout="mono")
        block.sample_rate = _AUDIO_RATE_HERTZ
        block.pts = start
        yield block
