"""Synthetic recordings whose frames encode their time as brightness, with dancers that stand still."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.rendering import JointErrors, PoseTrack, RenderOptions, Scene, VideoFiles, render_side_by_side
from eightcount_scoring.time_map import TimeMap

TICKS = Fraction(1, 1000)
DARKEST, BRIGHTER_PER_SECOND = 20, 70
"""Brightness of the frame at time 0, and the increase per second."""


def brightness(seconds: float) -> float:
    return DARKEST + BRIGHTER_PER_SECOND * seconds


def clip(
    timestamps: np.ndarray,
    *,
    size=(160, 120),
    tone_hertz: float | None = None,
    turned: bool = False,
    seconds_brighter: float = 0.0,
) -> io.BytesIO:
    """Encode an MP4 of plain grey frames whose brightness encodes their time, optionally with a tone."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=30, options={"crf": "8", "preset": "ultrafast"})
        video.width, video.height = size
        video.pix_fmt = "yuv420p" if size[0] % 2 == size[1] % 2 == 0 else "yuv444p"
        video.codec_context.time_base = video.time_base = TICKS
        audio = container.add_stream("aac", rate=44100, layout="mono") if tone_hertz else None
        for seconds in timestamps:
            frame = av.VideoFrame(*size, video.pix_fmt)
            for plane, value in zip(
                frame.planes, (round(brightness(seconds + seconds_brighter)), 128, 128), strict=True
            ):
                plane.update(bytes([value]) * plane.buffer_size)
            frame.pts, frame.time_base = round(seconds * 1000), TICKS
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            samples = np.sin(np.arange(round(44100 * timestamps[-1])) / 44100 * 2 * np.pi * tone_hertz)
            sound = av.AudioFrame.from_ndarray(samples.astype(np.float32)[None], format="fltp", layout="mono")
            sound.sample_rate, sound.pts, sound.time_base = 44100, 0, Fraction(1, 44100)
            container.mux(audio.encode(sound))
            container.mux(audio.encode(None))
    file.seek(0)
    return _turn(file, size) if turned else file


def _turn(file: io.BytesIO, size: tuple[int, int]) -> io.BytesIO:
    """Writes a quarter turn into the track header's matrix (ISO/IEC 14496-12, 8.3.2)."""
    data = bytearray(file.getvalue())
    header = data.index(b"tkhd")
    matrix = header + 4 + 40
    one = 0x00010000
    values = (0, one, 0, -one, 0, 0, size[1] * one, 0, 0x40000000)
    data[matrix : matrix + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in values)
    return io.BytesIO(bytes(data))


def track(timestamps: np.ndarray, *, size=(160, 120)) -> PoseTrack:
    """Every keypoint at its own place in the middle of the image."""
    places = 0.3 + 0.4 * np.stack([np.arange(33) % 6 / 5, np.arange(33) // 6 / 5], axis=-1)
    image = np.broadcast_to(places * size, (timestamps.size, 33, 2)).astype(np.float32)
    world = np.zeros((timestamps.size, 33, 3), np.float32)
    visibility = np.ones((timestamps.size, 33), np.float32)
    return PoseTrack.from_pieces([MotionSequence(BLAZEPOSE_33, timestamps, image, world, visibility, "test", size)])


def errors(seconds: np.ndarray, **multiples: float) -> JointErrors:
    values = np.full((seconds.size, len(JOINT_NAMES)), 0.5, np.float32)
    for joint, multiple in multiples.items():
        values[:, JOINT_NAMES.index(joint)] = multiple
    return JointErrors(JOINT_NAMES, seconds, values)


def scene(
    reference: np.ndarray, take: np.ndarray, time_map: TimeMap | None = None, *, take_size=(160, 120), **options
) -> Scene:
    return Scene(
        track(reference),
        track(take, size=take_size),
        time_map or TimeMap.from_line(0.0),
        options.pop("errors", errors(reference)),
        **options,
    )


def render(
    shown: Scene,
    reference: io.BytesIO,
    take: io.BytesIO,
    output: Path,
    *,
    check=lambda: None,
    previews=(None, None),
    **options,
):
    """Renders to the end and returns the last progress."""
    recordings = VideoFiles(reference, take, io.BytesIO(reference.getvalue()), previews)
    options = RenderOptions(**{"panel_height": 120, **options})
    return list(render_side_by_side(shown, recordings, output, options=options, check=check))[-1]
