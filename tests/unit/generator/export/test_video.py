from __future__ import annotations

import io
import tracemalloc
from fractions import Fraction

import av
import numpy as np
import pytest

from eightcount_common.errors import CancelledError, InvalidInputError, UnusableMediaError
from eightcount_common.media.audio import open_audio
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.skeleton import STANDING_HEIGHT
from eightcount_generator.export.video.camera import Camera, follow_dancer
from eightcount_generator.export.video.mp4 import write_video
from eightcount_generator.export.video.scene import limb_ends
from tests.unit.generator.export_dances import dance, pieces, standing

SMALL = 320, 180
CLICKS = (0.5, 1.25, 2.75)


def music(kind: str, codec: str, *, rate: int = 44_100, seconds: float = 3.5) -> io.BytesIO:
    """Silence with clicks of 5 ms."""
    samples = np.zeros(round(seconds * rate), np.float32)
    for click in CLICKS:
        start = round(click * rate)
        samples[start : start + rate // 200] = 0.9 * np.sin(np.arange(rate // 200) * 0.9)
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        resampler = av.AudioResampler(stream.format, "mono", rate, frame_size=stream.frame_size or 1024)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    file.seek(0)
    return file


def clicks(file) -> list[float]:
    """Seconds at which sound begins."""
    with open_audio(file, rate_hertz=44_100) as audio:
        samples = np.concatenate(list(audio.blocks))
        start = audio.start_seconds
    loud = np.flatnonzero(np.abs(samples) > 0.35) / 44_100 + start
    return loud[np.r_[True, np.diff(loud) > 0.1]].tolist()


def write(path, whole: Dance, **options) -> list[int]:
    return list(write_video(pieces(whole), path, frames=len(whole), **({"size": SMALL} | options)))


def images(path) -> list[np.ndarray]:
    with av.open(path) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def test_a_video_has_every_frame_at_its_time(tmp_path):
    whole = dance(2.0)
    assert write(tmp_path / "dance.mp4", whole) == [15, 30, 45, 60, 60]
    with av.open(tmp_path / "dance.mp4") as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert not container.streams.audio
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx(np.arange(60) / 30, abs=1e-4)


@pytest.mark.parametrize(("kind", "codec"), [("wav", "pcm_s16le"), ("mp3", "libmp3lame"), ("mp4", "aac")])
def test_the_music_begins_with_the_dance(tmp_path, kind, codec):
    """Music and video have the same clock, whatever padding the audio encoder added."""
    song = music(kind, codec)
    heard = clicks(song)
    assert heard == pytest.approx(CLICKS, abs=0.006)
    write(tmp_path / "dance.mp4", dance(3.0), music=song)
    with (tmp_path / "dance.mp4").open("rb") as file:
        assert clicks(file) == pytest.approx(heard, abs=0.006)
    with av.open(tmp_path / "dance.mp4") as container:
        sound = container.streams.audio[0]
        assert sound.codec_context.name == "aac"
        assert float(sound.duration * sound.time_base) == pytest.approx(3.0, abs=0.03)


def test_a_silent_video_as_music_makes_a_silent_film(tmp_path):
    write(tmp_path / "silent.mp4", dance(0.5))
    with (tmp_path / "silent.mp4").open("rb") as file:
        write(tmp_path / "again.mp4", dance(0.5), music=file)
    with av.open(tmp_path / "again.mp4") as container:
        assert not container.streams.audio


def test_text_as_music_is_refused(tmp_path):
    with pytest.raises(UnusableMediaError):
        write(tmp_path / "dance.mp4", dance(0.5), music=io.BytesIO(b"no music at all, only words" * 9))


def test_the_left_side_is_on_the_right_of_the_picture_in_its_own_colour(tmp_path):
    write(tmp_path / "dance.mp4", standing(2), size=(640, 360))
    red, _, blue = np.moveaxis(images(tmp_path / "dance.mp4")[0], -1, 0)
    bluish, reddish = np.argwhere(blue - red > 50), np.argwhere(red - blue > 50)
    assert bluish[:, 1].min() > 310 > 300 > reddish[:, 1].min()
    assert bluish[:, 1].mean() > 320 > reddish[:, 1].mean()
    assert len(bluish) == pytest.approx(len(reddish), rel=0.15)


def test_the_shadow_is_darkest_where_the_feet_touch(tmp_path):
    up = Dance(standing(2).root + np.float32([0, 0.6, 0]), standing(2).rotations)
    write(tmp_path / "stands.mp4", standing(2), size=(640, 360))
    write(tmp_path / "flies.mp4", up, size=(640, 360))
    camera = Camera(640, 360)
    (column, row), _ = camera.view(np.array([0.04, 0.0, 0.20]), np.zeros(2))  # before the toes
    spot = slice(round(row) - 1, round(row) + 2), slice(round(column) - 2, round(column) + 3)
    stands, flies = (images(tmp_path / f"{name}.mp4")[0][spot].mean() for name in ("stands", "flies"))
    assert stands < flies - 5


def test_limbs_in_front_hide_those_behind(tmp_path):
    """The hand before the chest is seen, the hand behind the back is not."""
    whole = standing(1)
    rotations = whole.rotations.copy()
    write(tmp_path / "spread.mp4", whole, size=(640, 360))
    spread = images(tmp_path / "spread.mp4")[0]
    rotations[:, 0] = np.diag([-1, 1, -1])
    write(tmp_path / "back.mp4", Dance(whole.root, rotations.astype(np.float32)), size=(640, 360))
    turned = images(tmp_path / "back.mp4")[0]
    nose = Camera(640, 360).view(np.array([0, STANDING_HEIGHT + 0.58, 0.12]), np.zeros(2))[0].round().astype(int)
    around = slice(nose[1] - 8, nose[1] + 9), slice(nose[0] - 8, nose[0] + 9)
    assert spread[around].std() > turned[around].std()


def test_a_dancer_who_runs_stays_in_the_picture():
    frames = np.arange(900)
    root = standing(900).root.copy()
    root[:, 0] = 6 * np.sin(frames / 120)  # up to 1.5 m/s
    root[:, 2] = np.where(frames > 300, np.minimum((frames - 300) / 25, 4), 0)
    runs = Dance(root, standing(900).rotations)
    for camera in (Camera(1280, 720), Camera(720, 1280)):
        for piece, middles in follow_dancer(pieces(runs)):
            seen, away = camera.view(limb_ends(piece), middles[:, None, None].repeat(2, axis=2))
            assert (away > 1).all()
            assert (seen > 0).all()
            assert (seen < [camera.width, camera.height]).all()


def test_the_camera_stands_still_while_the_dancer_stays_near():
    whole = dance(12.0, metres=0.45)
    middles = np.concatenate([middle for _, middle in follow_dancer(pieces(whole))])
    assert len(middles) == len(whole)
    assert np.ptp(middles, axis=0).max() < 1e-6


def test_the_camera_eases():
    root = standing(600).root.copy()
    root[200:, 0] += np.clip(np.arange(400) / 40, 0, 3)
    middles = np.concatenate([m for _, m in follow_dancer(pieces(Dance(root, standing(600).rotations)))])
    assert np.ptp(middles[:, 0]) > 2
    assert np.abs(np.diff(middles[:, 0], 2)).max() * 900 < 2.0  # m/s^2: the dancer's start is a jerk


@pytest.mark.parametrize("frames", [1, 30, 89, 91, 300])
def test_pieces_come_out_as_they_went_in(frames):
    whole = dance(frames / 30)
    came = list(follow_dancer(pieces(whole, frames=40)))
    assert np.array_equal(np.concatenate([piece.root for piece, _ in came]), whole.root)
    assert all(len(piece) == len(middle) for piece, middle in came)


def test_few_frames_are_held_back():
    given = 0

    def counted():
        nonlocal given
        for piece in pieces(standing(900), frames=10):
            given += len(piece)
            yield piece

    taken = 0
    for piece, _ in follow_dancer(counted()):
        taken += len(piece)
        assert given - taken < 120


def test_the_work_ends_when_the_caller_says_so(tmp_path):
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 20:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        write(tmp_path / "dance.mp4", dance(4.0), check=check)
    assert calls == 20


def test_memory_does_not_grow_with_the_length(tmp_path):
    def peak(seconds: float) -> int:
        def endless():
            for _ in range(round(seconds)):
                yield standing(30)

        tracemalloc.start()
        list(write_video(endless(), tmp_path / "dance.mp4", frames=round(seconds) * 30, size=(64, 64)))
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(20) < peak(5) + 500_000


def test_fewer_frames_than_promised_are_an_error(tmp_path):
    with pytest.raises(InvalidInputError) as caught:
        list(write_video(pieces(dance(1.0)), tmp_path / "dance.mp4", frames=31, size=SMALL))
    assert caught.value.reason == "FRAME_COUNT"
    with pytest.raises(InvalidInputError):
        list(write_video(iter(()), tmp_path / "dance.mp4", frames=0, size=SMALL))


def test_odd_sides_are_refused(tmp_path):
    with pytest.raises(InvalidInputError) as caught:
        write(tmp_path / "dance.mp4", dance(0.5), size=(321, 180))
    assert caught.value.reason == "INVALID_SIZE"
