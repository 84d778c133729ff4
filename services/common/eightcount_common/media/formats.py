"""Decoded frames of any format as 8-bit planar YUV, and what their colours mean. Needs the extra `media` (PyAV)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from eightcount_common.media.presentation import UNCROPPED, Crop

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
"""Y [H, W], Cb and Cr, which may be smaller."""
Matrix = Literal["bt601", "bt709", "bt2020", "smpte240m"]

PLANAR_FORMATS = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"})
"""8-bit formats that are read as they are."""
_MATRICES: dict[int, Matrix] = {
    1: "bt709", 4: "bt601", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020",
}  # fmt: skip
"""Matrix coefficients as ITU-T H.273 numbers them."""
LUMA_WEIGHTS: dict[Matrix, tuple[float, float]] = {
    "bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593), "smpte240m": (0.212, 0.087),
}  # fmt: skip
"""Share of red and of blue in the luma (ITU-R BT.601-7, BT.709-6, BT.2020-2, SMPTE ST 240)."""
_PQ, _HLG = 16, 18
_OPAQUE = 255
_REFERENCE_WHITE_NITS, _PEAK_NITS = 203.0, 1000.0
"""Diffuse white (ITU-R BT.2408) and the brightness that becomes the brightest white."""
_GREY = 128
"""Brightness behind transparent pixels: dark and bright figures both stand out."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The meaning of a frame's Y, Cb and Cr.

    Attributes:
        matrix: None when the file does not say.
        full_range: whether luma reaches from 0 to 255 instead of from 16 to 235.
    """

    matrix: Matrix | None
    full_range: bool


def view_planes(frame: VideoFrame) -> Planes:
    """Return the planes of an 8-bit planar YUV frame, as views without the padding of rows."""
    y, cb, cr = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in frame.planes[:3]
    )
    return y, cb, cr


@dataclass(frozen=True, slots=True)
class CroppedPlanes:
    """Views of the shown part of an image.

    Attributes:
        planes: Y exactly; Cb and Cr from the pixel on that its first one shares with what is cropped away.
        chroma_offset: x, y of the first pixel of Y in Cb and Cr, in their pixels: 0 to less than 1.
    """

    planes: Planes
    chroma_offset: tuple[float, float] = (0.0, 0.0)


def crop_planes(planes: Planes, crop: Crop) -> CroppedPlanes:
    """Return the shown part of stored planes."""
    if crop == UNCROPPED:
        return CroppedPlanes(planes)
    height, width = planes[0].shape
    across, down = round(width / planes[1].shape[1]), round(height / planes[1].shape[0])
    luma = planes[0][crop.top : height - crop.bottom, crop.left : width - crop.right]
    rows = slice(crop.top // down, -((crop.bottom - height) // down))
    columns = slice(crop.left // across, -((crop.right - width) // across))
    cb, cr = (plane[rows, columns] for plane in planes[1:])
    return CroppedPlanes((luma, cb, cr), (crop.left / across % 1, crop.top / down % 1))


def describe_colours(frame: VideoFrame) -> Colours:
    """Return what the file says about the colours of a frame."""
    full_range = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    return Colours(_MATRICES.get(frame.colorspace), full_range)


def is_high_dynamic_range(frame: VideoFrame) -> bool:
    """Whether the brightness is coded for high dynamic range (PQ or HLG, ITU-R BT.2100)."""
    return frame.color_trc in (_PQ, _HLG)


def simplify_frame(frame: VideoFrame) -> VideoFrame:
    """Return the frame as 8-bit planar YUV, tagged with its matrix and range; itself when it is that already.

    Transparent pixels are laid over grey; PQ brightness is compressed to that of an ordinary screen.
    """
    if frame.format.name in PLANAR_FORMATS and frame.color_trc != _PQ:
        return frame
    if _has_alpha(frame.format.name) or _is_rgb(frame.format.name):
        return _to_bt709(_lay_over_grey(frame))
    if frame.format.name.startswith("gray"):
        return _copy_grey(frame)
    simple = frame if frame.format.name in PLANAR_FORMATS else _reduce_depth(frame)
    return _compress_brightness(simple) if frame.color_trc == _PQ else simple


@cache
def _has_alpha(name: str) -> bool:
    return any(component.is_alpha for component in VideoFormat(name).components) or name == "pal8"


@cache
def _is_rgb(name: str) -> bool:
    return VideoFormat(name).is_rgb or name in ("pal8", "monow", "monob")


def _to_bt709(rgb: VideoFrame) -> VideoFrame:
    return rgb.reformat(
        format="yuv444p", src_color_range=ColorRange.JPEG, dst_color_range=ColorRange.MPEG,
        dst_colorspace=Colorspace.ITU709,
    )  # fmt: skip


def _reduce_depth(frame: VideoFrame) -> VideoFrame:
    """Return 8-bit planar YUV with the same matrix and range."""
    name = frame.format.name
    coarse = "yuv444p" if "444" in name else "yuv422p" if "422" in name else "yuv420p"
    simple = frame.reformat(format=coarse)
    simple.color_trc = frame.color_trc
    return simple


def _copy_grey(frame: VideoFrame) -> VideoFrame:
    """Return a grey frame with neutral colour; FFmpeg takes grey for full range unless the file says otherwise."""
    limited = frame.color_range == ColorRange.MPEG
    copy = frame.reformat(format="yuv420p", src_color_range=ColorRange.JPEG, dst_color_range=ColorRange.JPEG)
    copy.color_range = ColorRange.MPEG if limited else ColorRange.JPEG
    return copy


def _lay_over_grey(frame: VideoFrame) -> VideoFrame:
    if not _has_alpha(frame.format.name):
        return frame
    pixels = frame.to_ndarray(format="rgba").astype(np.uint8, copy=False)
    alpha = pixels[..., 3:].astype(np.uint16)
    if alpha.min() == _OPAQUE:
        return VideoFrame.from_ndarray(np.ascontiguousarray(pixels[..., :3]), format="rgb24")
    mixed = (pixels[..., :3] * alpha + _GREY * (_OPAQUE - alpha) + _OPAQUE // 2) // _OPAQUE
    return VideoFrame.from_ndarray(mixed.astype(np.uint8), format="rgb24")


def _compress_brightness(frame: VideoFrame) -> VideoFrame:
    """Return a PQ frame with its luma mapped to that of an ordinary screen; the colours stay pale."""
    shown = VideoFrame(frame.width, frame.height, frame.format.name)
    for target, source in zip(view_planes(shown), view_planes(frame), strict=True):
        target[:] = source
    luma = view_planes(shown)[0]
    luma[:] = _pq_table(full_range=describe_colours(frame).full_range)[luma]
    shown.colorspace, shown.color_range = frame.colorspace, frame.color_range
    return shown


@lru_cache(maxsize=2)
def _pq_table(*, full_range: bool) -> NDArray[np.uint8]:
    """Return the [256] luma of an ordinary screen for PQ luma (SMPTE ST 2084, equation 4.1; extended Reinhard)."""
    black, span = (0.0, 255.0) if full_range else (16.0, 219.0)
    signal = np.clip((np.arange(256) - black) / span, 0, 1) ** (1 / 78.84375)
    nits = 10_000 * (np.maximum(signal - 0.8359375, 0) / (18.8515625 - 18.6875 * signal)) ** (1 / 0.1593017578125)
    light, peak = nits / _REFERENCE_WHITE_NITS, _PEAK_NITS / _REFERENCE_WHITE_NITS
    mapped = np.clip(light * (1 + light / peak**2) / (1 + light), 0, 1) ** (1 / 2.2)
    table: NDArray[np.uint8] = np.rint(black + span * mapped).astype(np.uint8)
    return table
