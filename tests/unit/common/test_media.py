from __future__ import annotations

import gc
import io
import weakref

import numpy as np
import pytest

from eightcount_common.errors import TooLargeError, UnusableMediaError
from eightcount_common.media.video import open_video, probe
from tests.data.media import moving_square, write_audio, write_video

HOSTILE = {
    "m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "ffconcat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "dash": b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period/></MPD>\n',
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "imf": b'<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"/>',
}


def reason_of(data: bytes) -> str:
    with pytest.raises(UnusableMediaError) as caught:
        probe(io.BytesIO(data))
    return caught.value.reason


def test_probe_says_what_the_container_states(tmp_path):
    path = write_video(tmp_path / "Tänzerin 1 – Probe.mp4", moving_square(50))
    with path.open("rb") as file:
        info = probe(file)
    assert info.container == "mov,mp4,m4a,3gp,3g2,mj2"
    assert (info.video_codec, info.audio_codec) == ("h264", None)
    assert (info.width, info.height, info.rotation_degrees) == (160, 120, 0)
    assert info.nominal_frame_rate == pytest.approx(25)
    assert info.duration_seconds == pytest.approx(2.0, abs=0.05)
    assert info.frame_count == 50


def test_an_empty_file_is_named_so():
    assert reason_of(b"") == "EMPTY_FILE"


def test_text_and_noise_are_no_video():
    assert reason_of(b"hello " * 5000) == "NOT_A_VIDEO"
    assert reason_of(np.random.default_rng(0).bytes(50_000)) == "NOT_A_VIDEO"


@pytest.mark.parametrize("kind", HOSTILE)
def test_files_that_point_at_other_files_are_refused(kind):
    assert reason_of(HOSTILE[kind]) == "NOT_A_VIDEO"


def test_sound_alone_is_no_video(tmp_path):
    assert reason_of(write_audio(tmp_path / "song.wav").read_bytes()) == "NO_VIDEO_STREAM"


def test_a_file_cut_before_its_index_is_truncated(tmp_path):
    data = write_video(tmp_path / "clip.mp4", moving_square(50)).read_bytes()
    assert reason_of(data[: len(data) // 2]) == "TRUNCATED_FILE"


def test_a_file_cut_before_its_first_picture_is_truncated(tmp_path):
    data = write_video(tmp_path / "clip.mp4", moving_square(50), index_first=True).read_bytes()
    webm = write_video(
        tmp_path / "clip.webm", moving_square(20), codec="libvpx-vp9", options={"crf": "40"}
    ).read_bytes()
    assert reason_of(webm[:450]) == "TRUNCATED_FILE"
    assert reason_of(data[:40]) == "TRUNCATED_FILE"


def test_a_picture_over_the_size_limit_is_refused(tmp_path):
    wide = [np.zeros((16, 8208, 3), np.uint8)]
    path = write_video(tmp_path / "wide.mkv", wide, codec="mjpeg")
    with path.open("rb") as file, pytest.raises(TooLargeError, match="8192") as caught:
        probe(file)
    assert caught.value.reason == "FRAME_TOO_LARGE"


def read_all(data: bytes, **options):
    with open_video(io.BytesIO(data)) as reader:
        frames = [(frame.timestamp, frame.to_rgb()) for frame in reader.frames(**options)]
        return reader, frames


def test_times_of_a_variable_frame_rate_come_through(tmp_path):
    times = np.cumsum([0.0, 0.04, 0.1, 0.02, 0.3, 0.04, 0.05, 0.08, 0.2, 0.03])
    path = write_video(tmp_path / "phone.mp4", moving_square(10), times=lambda index: float(times[index]))
    _, frames = read_all(path.read_bytes())
    np.testing.assert_allclose([timestamp for timestamp, _ in frames], times, atol=1e-4)


@pytest.mark.parametrize(("rotation", "turns"), [(90, 1), (180, 2), (270, 3)])
def test_the_rotation_flag_makes_pictures_upright(tmp_path, rotation, turns):
    upright = moving_square(3)
    stored = [np.rot90(frame, turns) for frame in upright]  # counter-clockwise; the flag turns it back
    path = write_video(tmp_path / "portrait.mp4", stored, rotation_degrees=rotation)
    reader, frames = read_all(path.read_bytes())
    assert reader.info.rotation_degrees == rotation
    assert (reader.info.width, reader.info.height) == (160, 120)
    assert np.abs(frames[0][1].astype(int) - upright[0]).mean() < 5


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi", "ts"])
def test_reading_on_from_a_time_gives_the_same_pictures(tmp_path, suffix):
    codec = "mpeg4" if suffix == "avi" else "libx264"
    data = write_video(tmp_path / f"clip.{suffix}", moving_square(60), codec=codec).read_bytes()
    _, whole = read_all(data)
    for index in (0, 9, 10, 37, 58):
        _, rest = read_all(data, after=whole[index][0])
        assert [timestamp for timestamp, _ in rest] == [timestamp for timestamp, _ in whole[index + 1 :]]
        for (_, frame), (_, expected) in zip(rest, whole[index + 1 :], strict=True):
            np.testing.assert_array_equal(frame, expected)


def test_a_file_cut_in_its_pictures_gives_those_before_the_cut_and_says_so(tmp_path):
    data = write_video(tmp_path / "clip.mp4", moving_square(100), index_first=True).read_bytes()
    whole, frames = read_all(data)
    assert (len(frames), whole.ended_early) == (100, False)
    reader, frames = read_all(data[: len(data) * 2 // 3])
    assert 20 < len(frames) < 80
    assert reader.ended_early


def test_damage_in_the_middle_does_not_end_the_video(tmp_path):
    data = bytearray(write_video(tmp_path / "clip.mp4", moving_square(60)).read_bytes())
    start = data.index(b"mdat") + 2000
    data[start : start + 1500] = bytes(1500)
    reader, frames = read_all(bytes(data))
    assert 20 <= len(frames) <= 60
    assert frames[-1][0] > 2.2
    assert not reader.ended_early


def test_a_video_that_is_left_early_keeps_no_decoder(tmp_path):
    """The threads of a decoder live as long as it does; they must not wait for the garbage collector."""
    path = write_video(tmp_path / "clip.mp4", [np.full((48, 64, 3), index, np.uint8) for index in range(20)])
    gc.collect()
    gc.disable()
    try:
        with path.open("rb") as file, open_video(file) as reader:
            next(reader.frames())
            decoder = weakref.ref(reader._reading)
        del reader
        assert decoder() is None
    finally:
        gc.enable()
