from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from eightcount_common.errors import CancelledError, InvalidInputError, UnusableMediaError
from eightcount_scoring.rendering import JointErrors, RenderOptions
from eightcount_scoring.rendering.layout import arrange_layout
from eightcount_scoring.rendering.schedule import plan_schedule
from eightcount_scoring.time_map import TimeMap, TimePiece
from tests.unit.scoring.rendering.clips import brightness, clip, errors, render, scene

THREE_SECONDS = np.arange(90) / 30


def decoded(path):
    with av.open(path) as container:
        return [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]


def corner(frame, box):
    """Brightness of the panel's corner, where no skeleton is."""
    return float(frame[box.y + 4 : box.y + 12, box.x + 4 : box.x + 12].mean())


def shown_seconds(value):
    return (value - brightness(0)) / (brightness(1) - brightness(0))


@pytest.mark.parametrize(("offset", "ratio"), [(0.0, 1.0), (0.8, 1.0), (-0.7, 1.0), (0.2, 0.5)])
def test_both_panels_show_the_moments_that_the_alignment_matches(tmp_path, offset, ratio):
    output = tmp_path / "out.mp4"
    progress = render(
        scene(THREE_SECONDS, THREE_SECONDS, TimeMap.from_line(offset, ratio)),
        clip(THREE_SECONDS),
        clip(THREE_SECONDS),
        output,
    )
    start, stop = max(0.0, offset), min(3.0, offset + ratio * 3.0)
    assert progress.duration_seconds == pytest.approx(stop - start, abs=0.05)
    boxes = arrange_layout((160, 120), (160, 120), 120).images
    frames = decoded(output)
    assert len(frames) == progress.frames_total == progress.frames_done
    first = np.ceil(start * 30 - 1e-6) / 30
    for index in range(0, len(frames), 7):
        seconds = first + index / 30
        assert shown_seconds(corner(frames[index], boxes[0])) == pytest.approx(seconds, abs=0.05)
        assert shown_seconds(corner(frames[index], boxes[1])) == pytest.approx((seconds - offset) / ratio, abs=0.06)


def test_variable_frame_rates_are_shown_by_their_timestamps(tmp_path):
    uneven = np.cumsum(np.random.default_rng(3).choice([0.02, 0.05, 0.09], 60)) - 0.02
    output = tmp_path / "out.mp4"
    uneven = np.round(uneven, 3)
    render(scene(THREE_SECONDS, uneven), clip(THREE_SECONDS), clip(uneven), output)
    box = arrange_layout((160, 120), (160, 120), 120).images[1]
    first = THREE_SECONDS[np.searchsorted(THREE_SECONDS, uneven[0])]  # the overlap begins on a frame of the reference
    for index, frame in enumerate(decoded(output)[::5]):
        nearest = uneven[np.abs(uneven - first - index * 5 / 30).argmin()]
        assert shown_seconds(corner(frame, box)) == pytest.approx(nearest, abs=0.05)


def test_sound_and_pictures_are_equally_long_and_play_in_browsers(tmp_path):
    output = tmp_path / "out.mp4"
    render(
        scene(THREE_SECONDS, THREE_SECONDS, TimeMap.from_line(0.5)),
        clip(THREE_SECONDS, tone_hertz=440),
        clip(THREE_SECONDS),
        output,
    )
    with av.open(output) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert audio.codec_context.name == "aac"
        assert video.average_rate == 30
        sound = np.concatenate([f.to_ndarray()[0] for f in container.decode(audio)])
        assert sound.size / audio.rate == pytest.approx(float(video.duration * video.time_base), abs=0.05)
    spectrum = np.abs(np.fft.rfft(sound[4410:48510]))
    assert spectrum.argmax() == pytest.approx(440, abs=1)
    data = output.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_a_silent_reference_gives_a_video_without_sound(tmp_path):
    output = tmp_path / "out.mp4"
    render(scene(THREE_SECONDS, THREE_SECONDS), clip(THREE_SECONDS), clip(THREE_SECONDS), output)
    with av.open(output) as container:
        assert not container.streams.audio


def red_spots(frame, box):
    """Return [N, 2] x and y fractions of the pixels within a panel whose Cr is high."""
    rows = frame.shape[0] * 2 // 3
    cr = frame[rows + rows // 4 :].reshape(rows // 2, -1)[box.y // 2 : (box.y + box.height) // 2]
    y, x = np.nonzero(cr[:, box.x // 2 : (box.x + box.width) // 2] > 200)
    return np.stack([x * 2 / box.width, y * 2 / box.height], axis=-1)


@pytest.mark.parametrize("mirrored", [False, True])
def test_exactly_the_joints_over_their_limit_are_red(tmp_path, mirrored):
    output = tmp_path / "out.mp4"
    shown = scene(
        THREE_SECONDS[:20], THREE_SECONDS[:20], errors=errors(THREE_SECONDS[:20], left_elbow=1.2, right_knee=1.0),
        mirrored=mirrored,
    )  # fmt: skip
    clips = [clip(THREE_SECONDS[:20], size=(320, 240)) for _ in range(2)]
    render(shown, *clips, output, skeletons_only=True)
    boxes = arrange_layout((320, 240), (320, 240), 120).images
    frame = decoded(output)[10]
    skeleton = shown.take.skeleton
    joint = shown.take.points[0, skeleton.index("right_elbow" if mirrored else "left_elbow")]
    wanted = [1 - joint[0], joint[1]] if mirrored else joint
    spots = red_spots(frame, boxes[1])
    assert spots.size
    assert np.abs(spots - wanted).max() < 0.06
    assert not red_spots(frame, boxes[0]).size


def test_unknown_errors_are_not_red(tmp_path):
    unknown = errors(THREE_SECONDS, left_elbow=float("nan"))
    assert unknown.over_limit(1.0) == ()
    assert errors(THREE_SECONDS, torso=1.01).over_limit(1.0) == ("torso",)
    with pytest.raises(InvalidInputError, match="no joints named"):
        JointErrors(("tail",), THREE_SECONDS, np.zeros((90, 1), np.float32))


@pytest.mark.parametrize("size", [(161, 121), (90, 160), (400, 60)])
def test_any_size_keeps_its_aspect(tmp_path, size):
    output = tmp_path / "out.mp4"
    shown = scene(THREE_SECONDS, THREE_SECONDS, take_size=size)
    render(shown, clip(THREE_SECONDS), clip(THREE_SECONDS, size=size), output)
    layout = arrange_layout((160, 120), size, 120)
    box = layout.images[1]
    assert box.width / box.height == pytest.approx(size[0] / size[1], rel=0.05)
    frame = decoded(output)[60]
    assert (frame.shape[1], frame.shape[0] * 2 // 3) == (layout.width, layout.height)
    assert shown_seconds(corner(frame, box)) == pytest.approx(2.0, abs=0.06)


def test_a_turned_recording_stands_upright(tmp_path):
    output = tmp_path / "out.mp4"
    shown = scene(THREE_SECONDS, THREE_SECONDS, take_size=(120, 160))
    render(shown, clip(THREE_SECONDS), clip(THREE_SECONDS, turned=True), output)
    frame = decoded(output)[0]
    layout = arrange_layout((160, 120), (120, 160), 120)
    assert frame.shape[1] == layout.width
    assert shown_seconds(corner(frame, layout.images[1])) == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(("panel_height", "used"), [(120, True), (240, False)])
def test_a_preview_is_shown_where_it_is_as_large_as_its_panel(tmp_path, panel_height, used):
    output = tmp_path / "out.mp4"
    brighter = clip(THREE_SECONDS, seconds_brighter=0.3)
    shown = scene(THREE_SECONDS, THREE_SECONDS)
    render(
        shown, clip(THREE_SECONDS), clip(THREE_SECONDS), output, previews=(None, brighter), panel_height=panel_height
    )
    boxes = arrange_layout((160, 120), (160, 120), panel_height).images
    frame = decoded(output)[30]
    assert shown_seconds(corner(frame, boxes[0])) == pytest.approx(1.0, abs=0.06)
    assert shown_seconds(corner(frame, boxes[1])) == pytest.approx(1.3 if used else 1.0, abs=0.06)


def test_sound_keeps_its_channels(tmp_path):
    output = tmp_path / "out.mp4"
    render(scene(THREE_SECONDS, THREE_SECONDS), clip(THREE_SECONDS, tone_hertz=440), clip(THREE_SECONDS), output)
    with av.open(output) as container:
        assert container.streams.audio[0].channels == 1


def test_a_stretch_without_a_match_is_dimmed(tmp_path):
    pieces = TimeMap((TimePiece(-np.inf, 1.0, 0.0, 1.0), TimePiece(1.0, np.inf, 1.0, 1.0)))
    output = tmp_path / "out.mp4"
    render(scene(THREE_SECONDS, THREE_SECONDS, pieces), clip(THREE_SECONDS), clip(THREE_SECONDS), output)
    box = arrange_layout((160, 120), (160, 120), 120).images[1]
    frames = decoded(output)
    assert corner(frames[45], box) < 0.6 * brightness(1.0)
    assert shown_seconds(corner(frames[75], box)) == pytest.approx(1.5, abs=0.06)


def test_a_part_that_the_take_shows_earlier_is_dimmed_and_not_frozen():
    seconds = np.arange(0.0, 6.0, 0.04)
    cut_back = TimeMap((TimePiece(0.0, 2.0, 3.0, 1.0), TimePiece(2.0, 5.0, -2.0, 1.0)))
    schedule = plan_schedule(seconds, seconds, cut_back, Fraction(25))
    of_later_dance = schedule.take_seconds[schedule.reference_seconds > 3.1]
    assert np.isnan(of_later_dance).all()
    assert np.isfinite(schedule.take_seconds[schedule.reference_seconds < 2.9]).all()


def test_no_shared_time_is_refused(tmp_path):
    with pytest.raises(UnusableMediaError) as caught:
        render(
            scene(THREE_SECONDS, THREE_SECONDS, TimeMap.from_line(9.0)), clip(THREE_SECONDS), clip(THREE_SECONDS),
            tmp_path / "out.mp4",
        )  # fmt: skip
    assert caught.value.reason == "NO_OVERLAP"


def test_cancelling_stops_at_the_next_picture(tmp_path):
    calls = 0

    def check():
        nonlocal calls
        calls += 1
        if calls == 10:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        clips = clip(THREE_SECONDS), clip(THREE_SECONDS)
        render(scene(THREE_SECONDS, THREE_SECONDS), *clips, tmp_path / "o.mp4", check=check)
    assert calls == 10


@pytest.mark.parametrize("height", [0, 4, 5000])
def test_a_panel_height_out_of_range_is_refused_and_names_its_field(height):
    with pytest.raises(InvalidInputError) as caught:
        RenderOptions(panel_height=height)
    assert caught.value.reason == "INVALID_PANEL_HEIGHT"
    assert [violation.field for violation in caught.value.field_violations] == ["panel_height"]
