"""Images that are stored otherwise than they are meant to be seen: the dancer stands where the plain film has her."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from eightcount_common.media.presentation import Crop, Presentation
from eightcount_common.skeletons import BLAZEPOSE_33
from tests.benchmarks.inputs.base import Family, InputCase, expect, expect_warning
from tests.benchmarks.inputs.product import ExtractedMotion, Product
from tests.data.media import dancer_pictures
from tests.data.presentations import (
    Encoding,
    add_clean_aperture,
    add_matroska_values,
    build_view,
    store,
    weave_fields,
    write_stored,
)

SIZE = (480, 432)
SECONDS = 1.2
TOLERANCE = 0.03
"""Median distance of the joints from the plain film's, as a share of the dancer's height."""
PLAIN = Encoding()
BODY = slice(BLAZEPOSE_33.index("left_shoulder"), None)
FAR_FRAMES = 12
Write = Callable[[Path], Path]
Images = Sequence[NDArray[np.uint8]]


@cache
def film() -> Images:
    """Return what is meant to be seen in all of these files."""
    _, images = dancer_pictures(seconds=SECONDS, start=20.0)
    return [cv2.resize(image, SIZE, interpolation=cv2.INTER_AREA) for image in images]


def write_film(path: Path, view: Presentation, encoding: Encoding = PLAIN, **options: bool) -> Path:
    """Write the film as a view stores it."""
    return write_stored(path, [store(image, view) for image in film()], view, encoding, **options)


def write_plain(folder: Path) -> Path:
    """Write the film as it is seen."""
    return write_film(folder / "plain.mp4", build_view(size=SIZE))


def joints(motion: ExtractedMotion) -> NDArray[np.float64]:
    """Return the [F, K, 2] joints of the body in pixels."""
    return np.asarray(motion.arrays["image"][:, BODY], np.float64)


def check_same_place(found: ExtractedMotion, expected: NDArray[np.float64], *, tolerance: float = TOLERANCE) -> None:
    """Raise unless every frame has the dancer at the expected joints [F, K, 2]."""
    seen = joints(found)
    expect(len(seen) == len(expected), f"{len(seen)} frames, not {len(expected)}")
    expect(bool(np.isfinite(seen).all()), f"nobody in {int(np.isnan(seen).any(axis=(1, 2)).sum())} frames")
    height = float(np.median(np.ptp(expected[..., 1], axis=1)))
    off = float(np.median(np.linalg.norm(seen - expected, axis=-1))) / height
    expect(off <= tolerance, f"joints are {off:.1%} of the dancer's height away")


@dataclass(frozen=True, slots=True)
class Seen:
    """A file, and where the plain film's joints are in it.

    Attributes:
        write: writes the file into a folder.
        size: width and height that the product states.
        place: from the plain film's joints to those in this file.
        tolerance: see `TOLERANCE`.
        warning: reason that the product must give; empty when no change of the images has to be named.
    """

    write: Write
    size: tuple[int, int] = SIZE
    place: Callable[[NDArray[np.float64]], NDArray[np.float64]] = lambda joints: joints
    tolerance: float = TOLERANCE
    warning: str = ""

    def judge(self, product: Product, path: Path) -> None:
        """Compare the motion with that of the plain film."""
        plain = product.extract(write_plain(path.parent))
        motion = product.extract(path)
        expect(motion.size == self.size, f"size {motion.size}, not {self.size}")
        check_same_place(motion, self.place(joints(plain)), tolerance=self.tolerance)
        for reason in ("INTERLACED_UNMARKED", "HIGH_DYNAMIC_RANGE"):
            expect(reason == self.warning or reason not in motion.warnings, f"{reason} is said")
        if self.warning:
            expect_warning(motion.warnings, self.warning)


def _case(name: str, seen: Seen) -> InputCase:
    return InputCase(name, seen.write, seen.judge)


def _stored(view: Presentation, encoding: Encoding) -> Write:
    return lambda folder: write_film(folder / f"film.{encoding.suffix}", view, encoding)


X265 = {"x265-params": "log-level=none"}
_ASPECT_ENCODINGS = [
    Encoding("mkv"), Encoding("ts"), Encoding("flv"), Encoding("mp4", "libx265", options=X265),
    Encoding("avi", "mpeg4", options={"qscale": "3"}), Encoding("mp4", "mpeg4", options={"qscale": "3"}),
    Encoding("mov", "prores_ks", "yuv422p10le"),
]  # fmt: skip


def aspect_cases() -> Sequence[InputCase]:
    """Return films with pixels that are not square."""
    aspects = [Fraction(16, 9), Fraction(4, 3), Fraction(8, 9), Fraction(3, 4), Fraction(1, 2), Fraction(2)]
    cases = [
        _case(f"mp4 {aspect}", Seen(_stored(build_view(size=SIZE, aspect=aspect), Encoding()))) for aspect in aspects
    ]
    view = build_view(size=SIZE, aspect=Fraction(4, 3))
    cases += [_case(f"{encoding} 4/3", Seen(_stored(view, encoding))) for encoding in _ASPECT_ENCODINGS]
    return [*cases, *(_case(f"matroska unit {unit}", Seen(_write_display_size(unit))) for unit in (0, 3))]


def _write_display_size(unit: int) -> Write:
    view = build_view(size=SIZE, aspect=Fraction(4, 3))
    shown = {0x54B0: 480, 0x54BA: 432, 0x54B2: 0} if unit == 0 else {0x54B0: 10, 0x54BA: 9, 0x54B2: unit}

    def write(folder: Path) -> Path:
        stored = [store(image, view) for image in film()]
        path = write_stored(folder / "film.mkv", stored, build_view(size=view.stored), Encoding("mkv"), live=True)
        path.write_bytes(add_matroska_values(path.read_bytes(), shown, drop=(0x54B0, 0x54BA, 0x54B2)))
        return path

    return write


def orientation_cases() -> Sequence[InputCase]:
    """Return films with every display matrix, in two containers and in the stream itself."""
    cases = []
    for suffix in ("mp4", "mkv"):
        for rotation in (0, 90, 180, 270):
            for mirrored in (False, True):
                view = build_view(size=SIZE, rotation=rotation, mirrored=mirrored)
                name = f"{suffix} {rotation}{' mirrored' if mirrored else ''}"
                cases.append(_case(name, Seen(_stored(view, Encoding(suffix)))))
    for name, rotation, mirrored, words in (
        ("h264 stream 90", 90, False, "rotate=-90"),
        ("h264 stream mirrored", 0, True, "flip=horizontal"),
    ):
        filters = f"h264_metadata={words}:display_orientation=insert"
        view = build_view(size=SIZE, rotation=rotation, mirrored=mirrored)
        cases.append(_case(name, Seen(_stored(view, Encoding("ts", matrix=False, bitstream=filters)))))
    aspect = build_view(size=SIZE, rotation=90, aspect=Fraction(4, 3))
    return [*cases, _case("mp4 90 with pixels 4/3", Seen(_stored(aspect, Encoding())))]


def crop_cases() -> Sequence[InputCase]:
    """Return films of which the container shows a part."""
    crops = [Crop(16, 8, 0, 24), Crop(7, 5, 3, 9)]
    cases = [_case(f"clap {crop}", Seen(_write_clean_aperture(crop))) for crop in crops]
    return [*cases, *(_case(f"matroska {crop}", Seen(_write_matroska_crop(crop))) for crop in crops)]


def _write_clean_aperture(crop: Crop) -> Write:
    view = build_view(size=SIZE, crop=crop)

    def write(folder: Path) -> Path:
        path = write_film(folder / "film.mp4", view)
        path.write_bytes(add_clean_aperture(path.read_bytes(), crop, view.stored))
        return path

    return write


def _write_matroska_crop(crop: Crop) -> Write:
    view = build_view(size=SIZE, crop=crop)
    values = {0x54CC: crop.left, 0x54BB: crop.top, 0x54DD: crop.right, 0x54AA: crop.bottom}

    def write(folder: Path) -> Path:
        path = write_film(folder / "film.mkv", view, Encoding("mkv"), live=True)
        path.write_bytes(add_matroska_values(path.read_bytes(), values, drop=(0x54B0, 0x54BA, 0x54B2)))
        return path

    return write


HLG = {"colorspace": 9, "color_trc": 18, "color_primaries": 9}
_FORMATS = [
    Encoding("mp4", "libx265", "yuv420p10le", options=X265), Encoding("mov", "prores_ks", "yuv422p10le"),
    Encoding("mov", "prores_ks", "yuva444p10le"), Encoding("mov", "png", "rgba"), Encoding("mov", "qtrle", "argb"),
    Encoding("avi", "mjpeg", "yuvj422p", options={"qscale": "3"}), Encoding("avi", "utvideo", "gbrp"),
    Encoding("mkv", "ffv1", "gray"), Encoding("mp4", "libx264", "yuv444p"),
    Encoding("webm", "libvpx-vp9", "yuva420p", options={"crf": "20", "b": "0", "cpu-used": "8"}),
    Encoding("mp4", "libx264", colours={"color_range": 2, "colorspace": 1}),
    Encoding("mp4", "libx265", "yuv420p10le", options=X265, colours=HLG),
]  # fmt: skip


def format_cases() -> Sequence[InputCase]:
    """Return films in other formats of pixels, odd sizes among them."""
    cases = [
        _case(
            f"{encoding} {encoding.colours or ''}".strip(),
            Seen(
                _stored(build_view(size=SIZE), encoding),
                warning="HIGH_DYNAMIC_RANGE" if encoding.colours.get("color_trc") in (16, 18) else "",
            ),
        )
        for encoding in _FORMATS
    ]
    odd = Encoding("mkv", "ffv1")
    return [*cases, _case("odd size", Seen(_write_padded(odd), size=(481, 433)))]


def _write_padded(encoding: Encoding) -> Write:
    def write(folder: Path) -> Path:
        images = [np.pad(image, ((0, 1), (0, 1), (0, 0)), "edge") for image in film()]
        return write_stored(folder / f"film.{encoding.suffix}", images, build_view(size=(481, 433)), encoding)

    return write


def change_cases() -> Sequence[InputCase]:
    """Return films whose second half has another size, shape or orientation."""
    half = len(film()) // 2
    shapes = {
        "smaller": build_view(size=(240, 216)),
        "pixels 4/3": build_view(size=SIZE, aspect=Fraction(4, 3)),
        "upside down": build_view(size=SIZE, rotation=180),
    }
    cases = []
    for name, view in shapes.items():
        bitstream = "h264_metadata=rotate=180:display_orientation=insert" if view.orientation.rotation_degrees else ""
        second = Encoding("ts", matrix=False, bitstream=bitstream)
        cases.append(_case(name, Seen(_write_halves(view, second, half), tolerance=0.05)))
    return cases


def _write_halves(view: Presentation, encoding: Encoding, half: int) -> Write:
    def write(folder: Path) -> Path:
        first = folder / "first.ts"
        plain = build_view(size=SIZE)
        write_stored(first, film()[:half], plain, Encoding("ts"))
        second = folder / "second.ts"
        images = [cv2.resize(image, view.upright_size, interpolation=cv2.INTER_AREA) for image in film()[half:]]
        stored = [store(image, view) for image in images]
        write_stored(second, stored, view, encoding, start_seconds=half / 25 + 0.08)
        path = folder / "film.ts"
        path.write_bytes(first.read_bytes() + second.read_bytes())
        return path

    return write


def field_cases() -> Sequence[InputCase]:
    """Return interlaced films; both fields of an image are of one time, so the joints are those of the plain film."""
    cases = []
    for order in ("tff", "bff"):
        for suffix, codec in (("ts", "mpeg2video"), ("mp4", "libx264")):
            options = {"flags": "+ilme+ildct"}
            options |= {"qscale": "3"} if codec == "mpeg2video" else {"x264-params": f"{order}=1"}
            encoding = Encoding(suffix, codec, options=options, field_order=order)
            cases.append(_case(str(encoding), Seen(_stored(build_view(size=SIZE), encoding), tolerance=0.05)))
    return [
        *cases,
        *(
            _case(f"{order}, not marked, {suffix}", _woven(order, suffix))
            for order in ("tff", "bff")
            for suffix in ("mp4", "ts")
        ),
    ]


def _woven(order: str, suffix: str) -> Seen:
    """Frames of two images, without a mark: the first one is what is seen at the frame's time."""

    def write(folder: Path) -> Path:
        view = build_view(size=SIZE)
        images = weave_fields([store(image, view) for image in film()], order)
        return write_stored(folder / f"film.{suffix}", images, view, Encoding(suffix))

    return Seen(write, place=lambda places: places[::2], tolerance=0.05, warning="INTERLACED_UNMARKED")


def far_cases() -> Sequence[InputCase]:
    """Return films with a small figure in a large frame."""
    cases = []
    for share in (0.2, 0.15, 0.12):
        for size, at in (((1920, 1080), (1200, 300)), ((1080, 1920), (80, 1100))):
            scale = share * 1080 / 400
            cases.append(
                _case(
                    f"{share:.0%} of 1080 in {size[0]}x{size[1]}",
                    Seen(
                        _write_far(size, at, scale), size,
                        place=lambda places, scale=scale, at=at: places[:FAR_FRAMES] * scale + at, tolerance=0.05,
                    ),
                )
            )  # fmt: skip
    return cases


def _write_far(size: tuple[int, int], at: tuple[int, int], scale: float) -> Write:
    def write(folder: Path) -> Path:
        images = []
        for image in film()[:FAR_FRAMES]:
            small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            frame = np.full((size[1], size[0], 3), 60, np.uint8)
            frame[at[1] : at[1] + small.shape[0], at[0] : at[0] + small.shape[1]] = small
            images.append(frame)
        return write_stored(folder / "film.mp4", images, build_view(size=size), Encoding(options={"crf": "16"}))

    return write


GEOMETRY = (
    Family("pixel aspect ratio", aspect_cases),
    Family("rotation and mirror", orientation_cases),
    Family("cropping", crop_cases),
    Family("formats of pixels", format_cases),
    Family("changes in mid-file", change_cases),
    Family("interlaced", field_cases),
    Family("far from the camera", far_cases),
)
