"""What is meant to be seen, wherever frames are read: as RGB, in the networks' inputs, in panels and in the preview."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from eightcount_common.media.presentation import Crop, Orientation, Presentation, Size
from eightcount_common.media.scaling import scale_frame
from eightcount_common.media.video import Frame, open_video
from eightcount_pose.decoding.crops import cut_frame, cut_region
from eightcount_pose.decoding.planes import view_planes
from eightcount_pose.output.preview import write_preview
from eightcount_pose.regions import Region
from tests.data.presentations import (
    MARKERS,
    SIZE,
    Encoding,
    add_clean_aperture,
    add_matroska_values,
    build_view,
    draw_markers,
    find_markers,
    store,
    write_stored,
)

IMAGES = 6
MPEG2 = {"qscale": "3"}
PLAIN = Encoding(options={"crf": "12"})


def check_places(found, expected, *, within=1.6):
    for name, place in expected.items():
        np.testing.assert_allclose(found[name], place, atol=within, err_msg=name)


def places_in(size, names):
    """Where the markers are when SIZE is shown in an image of `size`."""
    return {name: (MARKERS[name][0] * size[0] / SIZE.width, MARKERS[name][1] * size[1] / SIZE.height) for name in names}


def planes_to_rgb(planes):
    y, cb, cr = (plane.astype(float) for plane in planes)
    cb, cr = (np.kron(plane, np.ones((2, 2))) - 128 for plane in (cb, cr))
    luma = (y - 16) * 255 / 219
    rgb = [luma + 1.793 * cr, luma - 0.213 * cb - 0.533 * cr, luma + 2.112 * cb]
    return np.clip(np.stack(rgb, axis=-1), 0, 255).astype(np.uint8)


def check_everywhere(path, *, size=SIZE, names=tuple(MARKERS), index=2, within=1.6):
    """The markers are at their places, in the file's own size, in everything that is made of its frames."""
    with path.open("rb") as file, open_video(file) as reader:
        assert abs(reader.info.width - size[0]) <= 1
        assert abs(reader.info.height - size[1]) <= 1
        frames = list(reader.frames())
        frame = frames[index]
        expected = places_in(size, names)
        check_places(find_markers(frame.to_rgb(), names), expected, within=within)
        check_scaled(frame, size, names)
        check_inputs(frame, expected, within=within)
        copy = path.with_name("copy.mp4")
        with write_preview(copy, reader.info) as preview:
            for each in frames:
                preview.add(each)
        assert preview.complete
    with copy.open("rb") as file, open_video(file) as reader:
        shown = list(reader.frames())[index].to_rgb()
    check_places(find_markers(shown, names), places_in(shown.shape[1::-1], names), within=2.5)


def check_scaled(frame: Frame, size, names):
    half = (size[0] // 4 * 2, size[1] // 4 * 2)
    expected = places_in(half, names)
    check_places(find_markers(planes_to_rgb(scale_frame(frame, half)), names), expected)
    flipped = find_markers(planes_to_rgb(scale_frame(frame, half, flipped=True)), names)
    check_places(flipped, {name: (half[0] - 1 - x, y) for name, (x, y) in expected.items()})


def check_inputs(frame: Frame, expected, *, within):
    planes = view_planes(frame)
    image, to_frame = cut_frame(planes)
    seen = find_markers(np.rint((image[0] + 1) * 127.5).astype(np.uint8), expected)
    places = {name: to_frame[:, :2] @ place + to_frame[:, 2] for name, place in seen.items()}
    check_places(places, expected, within=within + 0.6)
    region = Region(planes.size[0] / 2, planes.size[1] / 2, max(planes.size) * 1.1, 0.3)
    to_frame = region.map_to_frame(256)
    crop = np.rint(cut_region(planes, region)[0] * 255).astype(np.uint8)
    seen = find_markers(crop, [name for name in expected if name != "white"])
    places = {name: to_frame[:, :2] @ place + to_frame[:, 2] for name, place in seen.items()}
    check_places(places, {name: expected[name] for name in seen}, within=within + 0.6)


def write_seen(path, view, encoding=PLAIN, *, image=None, **options):
    seen = draw_markers() if image is None else image
    return write_stored(path, [store(seen, view)] * IMAGES, view, encoding, **options)


# --- pixel aspect ---

ASPECTS = [Fraction(16, 9), Fraction(4, 3), Fraction(8, 9), Fraction(16, 15), Fraction(1, 2), Fraction(2)]
CARRIERS = [
    PLAIN,
    Encoding("mkv"),
    Encoding("ts"),
    Encoding("flv"),
    Encoding("mp4", "libx265", options={"x265-params": "log-level=none"}),
    Encoding("mp4", "mpeg4", options=MPEG2),
    Encoding("avi", "mpeg4", options=MPEG2),
    Encoding("mov", "prores_ks", "yuv422p10le"),
]


@pytest.mark.parametrize("aspect", ASPECTS, ids=str)
def test_pixels_of_any_aspect_become_squares(tmp_path, aspect):
    check_everywhere(write_seen(tmp_path / "clip.mp4", build_view(aspect=aspect)))


@pytest.mark.parametrize("encoding", CARRIERS, ids=str)
def test_every_container_and_codec_tells_the_aspect_of_its_pixels(tmp_path, encoding):
    check_everywhere(write_seen(tmp_path / f"clip.{encoding.suffix}", build_view(aspect=Fraction(4, 3)), encoding))


@pytest.mark.parametrize("suffix", ["ts", "mpg"])
@pytest.mark.parametrize(("stored", "shown"), [((352, 288), (16, 9)), ((720, 576), (16, 9)), ((720, 480), (4, 3))])
def test_mpeg_2_tells_the_aspect_of_the_whole_image(tmp_path, suffix, stored, shown):
    aspect = Fraction(*shown) * Fraction(stored[1], stored[0])
    size = build_size(stored, aspect)
    view = build_view(aspect=aspect, size=size)
    encoding = Encoding(suffix, "mpeg2video", options=MPEG2)
    path = write_seen(tmp_path / f"clip.{suffix}", view, encoding, image=draw_markers(size))
    check_everywhere(path, size=size, within=3)


def build_size(stored, aspect):
    width, height = stored
    return Size(round(width * aspect), height) if aspect >= 1 else Size(width, round(height / aspect))


@pytest.mark.parametrize("codec", ["libx264", "libvpx-vp9", "libvpx"])
@pytest.mark.parametrize("unit", [0, 1, 2, 3])
def test_matroska_states_the_aspect_in_any_unit(tmp_path, unit, codec):
    view = build_view(aspect=Fraction(4, 3))
    square = Encoding("mkv", codec, options={"crf": "12", "b": "2M"})
    plain = build_view(size=view.stored)
    path = write_stored(tmp_path / "clip.mkv", [store(draw_markers(), view)] * IMAGES, plain, square, live=True)
    values = {0x54B0: 2, 0x54BA: 1, 0x54B2: unit} if unit else {0x54B0: 640, 0x54BA: 320, 0x54B2: 0}
    path.write_bytes(add_matroska_values(path.read_bytes(), values, drop=(0x54B0, 0x54BA, 0x54B2)))
    check_everywhere(path)


@pytest.mark.parametrize("aspect", [Fraction(1000, 999), Fraction(255, 1), Fraction(1, 255)], ids=str)
def test_an_aspect_that_is_a_rounding_or_damage_counts_as_square(tmp_path, aspect):
    view = build_view()
    odd = build_view(
        aspect=aspect, size=(SIZE.width * aspect, SIZE.height) if aspect >= 1 else (SIZE.width, SIZE.height / aspect)
    )
    assert odd.stored == view.stored
    check_everywhere(write_stored(tmp_path / "clip.ts", [draw_markers()] * IMAGES, odd, Encoding("ts")))


# --- rotation and mirror ---

ORIENTATIONS = [(rotation, mirrored) for rotation in (0, 90, 180, 270) for mirrored in (False, True)]


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize(("rotation", "mirrored"), ORIENTATIONS)
def test_every_display_matrix_is_applied(tmp_path, suffix, rotation, mirrored):
    view = build_view(rotation=rotation, mirrored=mirrored)
    path = write_seen(tmp_path / f"clip.{suffix}", view, Encoding(suffix, options={"crf": "12"}))
    with path.open("rb") as file, open_video(file) as reader:
        assert reader.info.view.orientation == Orientation(rotation, mirrored)
        assert reader.info.rotation_degrees == rotation
    check_everywhere(path)


@pytest.mark.parametrize("aspect", [Fraction(4, 3), Fraction(3, 4)], ids=str)
@pytest.mark.parametrize(("rotation", "mirrored"), ORIENTATIONS)
def test_pixels_are_squared_before_they_are_turned(tmp_path, rotation, mirrored, aspect):
    check_everywhere(write_seen(tmp_path / "clip.mp4", build_view(rotation=rotation, mirrored=mirrored, aspect=aspect)))


SEI = {
    (90, False): "rotate=-90:display_orientation=insert",
    (180, False): "rotate=180:display_orientation=insert",
    (0, True): "flip=horizontal:display_orientation=insert",
    (180, True): "flip=vertical:display_orientation=insert",
}


@pytest.mark.parametrize(("rotation", "mirrored"), SEI)
def test_h264_tells_its_orientation_without_a_container(tmp_path, rotation, mirrored):
    encoding = Encoding("ts", options={"crf": "12"}, bitstream=f"h264_metadata={SEI[rotation, mirrored]}", matrix=False)
    check_everywhere(write_seen(tmp_path / "clip.ts", build_view(rotation=rotation, mirrored=mirrored), encoding))


@pytest.mark.parametrize(("degrees", "nearest"), [(3, 0), (-8, 0), (80, 90), (100, 90), (185, 180), (262, 270)])
def test_an_angle_between_is_rounded_to_the_nearest_right_angle_and_kept(tmp_path, degrees, nearest):
    from tests.data import presentations

    view = build_view(rotation=nearest)
    with pytest.MonkeyPatch.context() as patch:
        tilted = presentations.build_matrix(Orientation(), degrees=degrees)
        patch.setattr(presentations, "build_matrix", lambda _: tilted)
        turned = build_view(rotation=90, size=view.stored[::-1])  # not upright, so that a matrix is written
        path = write_stored(tmp_path / "clip.mp4", [store(draw_markers(), view)] * IMAGES, turned, PLAIN)
    with path.open("rb") as file, open_video(file) as reader:
        orientation = reader.info.view.orientation
    assert orientation.rotation_degrees == nearest
    assert orientation.tilt_degrees == pytest.approx(degrees - nearest, abs=0.1)
    assert orientation.is_tilted
    check_everywhere(path)


# --- cropping ---

CROPS = [Crop(16, 0, 16, 0), Crop(0, 8, 0, 0), Crop(10, 6, 2, 4), Crop(7, 5, 3, 9), Crop(40, 20, 0, 0)]


@pytest.mark.parametrize("crop", CROPS, ids=str)
def test_a_clean_aperture_is_all_that_is_seen(tmp_path, crop):
    view = build_view(crop=crop)
    path = write_seen(tmp_path / "clip.mp4", view)
    path.write_bytes(add_clean_aperture(path.read_bytes(), crop, view.stored))
    check_everywhere(path)


@pytest.mark.parametrize(
    ("rotation", "mirrored", "expected"),
    [
        (0, False, (0.1, 0.2, 0.6, 0.75)),
        (90, False, (0.05, 0.1, 0.75, 0.6)),
        (180, False, (0.3, 0.05, 0.6, 0.75)),
        (270, False, (0.2, 0.3, 0.75, 0.6)),
        (0, True, (0.3, 0.2, 0.6, 0.75)),
    ],
)
@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(4, 3)], ids=str)
def test_the_part_that_is_seen_is_found_in_the_whole_image(rotation, mirrored, expected, aspect):
    view = Presentation(Size(400, 200), Crop(40, 40, 120, 10), aspect, Orientation(rotation, mirrored))
    assert view.shown_part == pytest.approx(expected, abs=0.002)
    assert Presentation(Size(400, 200), pixel_aspect=aspect).shown_part is None


@pytest.mark.parametrize("aspect", [Fraction(4, 3), Fraction(8, 9)], ids=str)
@pytest.mark.parametrize("rotation", [0, 90])
def test_a_clean_aperture_goes_with_aspect_and_rotation(tmp_path, aspect, rotation):
    view = build_view(crop=Crop(8, 2, 6, 4), aspect=aspect, rotation=rotation)
    path = write_seen(tmp_path / "clip.mov", view)
    path.write_bytes(add_clean_aperture(path.read_bytes(), view.crop, view.stored))
    check_everywhere(path)


@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(4, 3)], ids=str)
@pytest.mark.parametrize("crop", CROPS, ids=str)
def test_matroska_crops_are_applied(tmp_path, crop, aspect):
    view = build_view(crop=crop, aspect=aspect)
    path = write_seen(tmp_path / "clip.mkv", view, Encoding("mkv", options={"crf": "12"}), live=True)
    values = {0x54CC: crop.left, 0x54BB: crop.top, 0x54DD: crop.right, 0x54AA: crop.bottom, 0x54B0: 576, 0x54BA: 288}
    path.write_bytes(add_matroska_values(path.read_bytes(), values, drop=(0x54B0, 0x54BA, 0x54B2)))
    check_everywhere(path)


def test_a_damaged_crop_is_ignored(tmp_path):
    view = build_view()
    path = write_seen(tmp_path / "clip.mp4", view)
    whole = path.read_bytes()
    for crop in (Crop(600, 0, -200, 0), Crop(-700, 0, 200, 0), Crop(0, 288, 0, -20)):
        path.write_bytes(add_clean_aperture(whole, crop, SIZE))
        check_everywhere(path)
