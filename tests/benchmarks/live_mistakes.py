"""Mistakes planted in the motion of a real dancer, and the same dance several times in a row."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from eightcount_common.motion import FloatArray, MotionSequence, TimeArray

_TICKS = Fraction(1, 90_000)
_RAMP_SECONDS = 1.0
_LEFT_ARM = ("left_elbow", "left_wrist", "left_pinky", "left_index", "left_thumb")
_FREQUENT = 25


def repeat_video(source: Path, target: Path, *, times: int, period: float) -> None:
    """Write the frames of a video several times, one round every `period` seconds, as H.264 without sound."""
    with av.open(str(target), "w") as copy:
        stream = None
        for number in range(times):
            with av.open(str(source)) as original:
                video = original.streams.video[0]
                if stream is None:
                    options = {"preset": "veryfast", "crf": "20"}
                    stream = copy.add_stream("libx264", rate=video.average_rate or _FREQUENT, options=options)
                    stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
                    stream.codec_context.time_base = _TICKS
                for frame in original.decode(video):
                    seconds = number * period + float(frame.time or 0.0)
                    upright = frame.reformat(format="yuv420p")
                    upright.pts, upright.time_base = round(seconds / _TICKS), _TICKS
                    copy.mux(stream.encode(upright))
        assert stream is not None
        copy.mux(stream.encode(None))


def repeat_motion(motion: MotionSequence, *, times: int, period: float) -> MotionSequence:
    """Return the motion several times, one round every `period` seconds."""
    stamps = np.concatenate([motion.timestamps + number * period for number in range(times)])
    values = {name: np.concatenate([getattr(motion, name)] * times) for name in ("image", "world", "visibility")}
    return replace(motion, timestamps=stamps, **values)


def delay(motion: MotionSequence, *, start: float, end: float, seconds: float) -> MotionSequence:
    """Return the motion danced late from `start` to `end`; falling behind and catching up take a second each."""
    late = seconds * _ramp(motion.timestamps, start, end)
    shown = np.clip(motion.timestamps - late, motion.timestamps[0], None)
    return replace(motion, image=_at(motion.image, motion, shown), world=_at(motion.world, motion, shown))


def lower_left_arm(motion: MotionSequence, *, start: float, end: float, degrees: float) -> MotionSequence:
    """Return the motion with the left arm lower by up to `degrees` from `start` to `end`; it hangs at the lowest."""
    most = np.radians(degrees) * _ramp(motion.timestamps, start, end)
    shoulder, elbow = motion.skeleton.index("left_shoulder"), motion.skeleton.index("left_elbow")
    arm = motion.skeleton.indices(_LEFT_ARM)
    image, world = motion.image.copy(), motion.world.copy()
    for points in (image, world):
        upper = points[:, elbow, :2] - points[:, shoulder, :2]
        from_hanging = np.arctan2(upper[:, 0], upper[:, 1])  # y points down
        turn = np.clip(from_hanging, -most, most)
        cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
        x, y = (points[:, arm, axis] - points[:, [shoulder], axis] for axis in (0, 1))
        points[:, arm, 0] = points[:, [shoulder], 0] + cos * x - sin * y
        points[:, arm, 1] = points[:, [shoulder], 1] + sin * x + cos * y
    return replace(motion, image=image, world=world)


def _ramp(seconds: TimeArray, start: float, end: float) -> TimeArray:
    """[T] 1 from start to end, 0 a second before and after."""
    edges = [start - _RAMP_SECONDS, start, end, end + _RAMP_SECONDS]
    return np.interp(seconds, edges, [0.0, 1.0, 1.0, 0.0])


def _at(values: FloatArray, motion: MotionSequence, seconds: TimeArray) -> FloatArray:
    """[T, ...] values at other times, between those that are known."""
    flat = values.reshape(len(values), -1)
    columns = [np.interp(seconds, motion.timestamps, column) for column in flat.T]
    return np.stack(columns, axis=1).reshape(values.shape).astype(np.float32)
