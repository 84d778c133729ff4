"""Every frame of a recording comes at its time, or is named as left out."""

from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount_common.media.audio import open_audio
from eightcount_common.media.video import open_video
from tests.data.media import moving_square
from tests.data.odd_recordings import ODD_CLOCKS, ODD_TRACKS, Material, noise

COUNT = 50
MATERIAL = Material(moving_square(COUNT), noise(COUNT / 25))


def read(data: bytes, **options):
    with open_video(io.BytesIO(data)) as reader:
        frames = [(frame.timestamp, frame.to_rgb()) for frame in reader.frames(**options)]
        return reader, frames


@pytest.mark.parametrize("name", ODD_CLOCKS | ODD_TRACKS)
def test_frames_come_at_their_times_and_losses_are_named(tmp_path, name):
    path, truth = (ODD_CLOCKS | ODD_TRACKS)[name](tmp_path, MATERIAL)
    reader, frames = read(path.read_bytes())
    times = np.array([time for time, _ in frames])
    if truth.times:
        assert len(times) == len(truth.times)
        assert abs(times[0] - truth.times[0]) < 0.1
        np.testing.assert_allclose(times - times[0], np.array(truth.times) - truth.times[0], atol=truth.tolerance)
    else:
        assert 15 < len(times) < COUNT
    assert reader.unordered == truth.unordered
    assert truth.lost is None or reader.damaged == truth.lost
    if truth.truncated is not None:
        assert reader.ended_early == truth.truncated


@pytest.mark.parametrize("name", ODD_CLOCKS)
def test_reading_on_from_a_time_gives_the_same_frames_and_losses(tmp_path, name):
    path, _ = ODD_CLOCKS[name](tmp_path, MATERIAL)
    data = path.read_bytes()
    whole_reader, whole = read(data)
    counts = []
    with open_video(io.BytesIO(data)) as reader:
        counts = [(reader.damaged, reader.unordered) for _ in reader.frames()]
    for index in (0, len(whole) // 3, len(whole) - 3):
        reader, rest = read(data, after=whole[index][0])
        assert [time for time, _ in rest] == [time for time, _ in whole[index + 1 :]]
        for (_, frame), (_, expected) in zip(rest, whole[index + 1 :], strict=True):
            np.testing.assert_array_equal(frame, expected)
        before = counts[index]
        assert before[0] + reader.damaged == whole_reader.damaged
        assert before[1] + reader.unordered == whole_reader.unordered


@pytest.mark.parametrize("name", [name for name in ODD_CLOCKS if "ten hours" in name or "two transport" in name])
def test_sound_keeps_its_relation_to_the_frames(tmp_path, name):
    clicks = np.zeros((1, 2 * 44_100), np.float32)
    clicks[0, 44_100 : 44_100 + 400] = 0.9
    material = Material(MATERIAL.pictures, clicks)
    data = ODD_CLOCKS[name](tmp_path, material)[0].read_bytes()
    _, frames = read(data)
    with open_audio(io.BytesIO(data), rate_hertz=8000) as audio:
        samples = np.concatenate(list(audio.blocks))
    loud = audio.start_seconds + np.flatnonzero(np.abs(samples) > 0.4) / 8000
    assert loud[0] - frames[0][0] == pytest.approx(1.0, abs=0.04)
    if "two" in name:
        assert loud[-1] - frames[COUNT][0] == pytest.approx(1.0, abs=0.05)
