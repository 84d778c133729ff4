"""All frames of recordings that were joined into one file come on one time axis, with their sound, or are named."""

from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount_common.media.audio import open_audio
from eightcount_common.media.parts import Part, PartFile, find_joined_files
from eightcount_common.media.video import open_video
from tests.data.joined_recordings import JOINED_RECORDINGS
from tests.data.media import moving_square
from tests.data.odd_recordings import Material

COUNT = 30
CLICK_SECONDS = 0.75


def material() -> Material:
    """A film with a click."""
    clicks = np.zeros((1, round(COUNT / 25 * 44_100)), np.float32)
    first = round(CLICK_SECONDS * 44_100)
    clicks[0, first : first + 400] = 0.9
    return Material(moving_square(COUNT, size=(96, 64)), clicks)


def read(data: bytes, **options):
    with open_video(io.BytesIO(data)) as reader:
        return reader, [frame.timestamp for frame in reader.frames(**options)]


def clicks_of(data: bytes) -> np.ndarray:
    """Times of loud samples."""
    with open_audio(io.BytesIO(data), rate_hertz=8000) as audio:
        samples = np.concatenate(list(audio.blocks))
    return audio.start_seconds + np.flatnonzero(np.abs(samples) > 0.4) / 8000


@pytest.mark.parametrize("name", JOINED_RECORDINGS)
def test_joined_recordings_are_read_on_one_axis_with_their_sound(tmp_path, name):
    path, truth = JOINED_RECORDINGS[name](tmp_path, material())
    data = path.read_bytes()
    reader, times = read(data)
    if truth.times:
        assert len(times) == len(truth.times)
        assert abs(times[0]) < 0.1
        np.testing.assert_allclose(
            np.array(times) - times[0], np.array(truth.times) - truth.times[0], atol=truth.tolerance
        )
    assert (reader.damaged, reader.unordered) == (0, 0)
    assert (reader.unread.frames > 0, reader.unread.recordings) == (truth.left_out, truth.unread)
    begins = times[::COUNT] if len(times) > COUNT else times[:1]
    silent = {0} if "the first without sound" in name else {1} if "the second without sound" in name else set()
    loud = clicks_of(data)
    for number, begin in enumerate(begins):
        heard = loud[(loud >= begin) & (loud < begin + COUNT / 25 - 0.1)]
        assert number in silent or heard[0] - begin == pytest.approx(CLICK_SECONDS, abs=0.05)
    later = len(times) * 2 // 3
    assert read(data, after=times[later])[1] == times[later + 1 :]


def test_a_part_is_a_file_of_its_own():
    with PartFile(io.BytesIO(b"0123456789"), Part(3, 7, b"ab")) as file:
        assert file.read() == b"ab3456"
        assert file.seek(-3, io.SEEK_END) == 3
        assert (file.read(2), file.tell(), file.read(5), file.read()) == (b"45", 5, b"6", b"")
        assert (file.seek(1), file.read(2)) == (1, b"b3")


@pytest.mark.parametrize("format_name", ["mov,mp4,m4a,3gp,3g2,mj2", "flv", "matroska,webm", "avi", "ogg"])
def test_bytes_of_no_recording_have_no_parts(format_name):
    assert find_joined_files(io.BytesIO(bytes(100_000)), format_name) == ()
