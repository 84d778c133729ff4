"""Videos whose images are stored otherwise than they are meant to be seen, with markers at known places."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.bitstream import BitStreamFilterContext
from av.filter import Graph

from eightcount_common.media.presentation import Crop, Orientation, Presentation, Size

SIZE = Size(576, 288)
"""What is meant to be seen."""
MARKERS = {"white": (104, 70), "red": (446, 92), "green": (164, 216), "blue": (410, 196)}
"""Centre x, y in SIZE; no turn and no mirror maps them onto each other."""
_COLOURS = {"white": (235, 235, 235), "red": (220, 30, 30), "green": (30, 190, 30), "blue": (40, 40, 230)}
_RADIUS = 24
_RATE = 25
_MATRICES = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}

Image = np.ndarray
Encode = Callable[[Path, Iterable[Image]], Path]


def draw_markers(size: tuple[int, int] = SIZE) -> Image:
    """Return what is meant to be seen: four discs over dark grey; the background has a gradient."""
    across, down = size[0] / SIZE.width, size[1] / SIZE.height
    image = np.full((size[1], size[0], 3), 45, np.uint8)
    image[:] += np.linspace(0, 20, size[0], dtype=np.uint8)[None, :, None]
    for name, (x, y) in MARKERS.items():
        centre, radii = (round(x * across), round(y * down)), (round(_RADIUS * across), round(_RADIUS * down))
        cv2.ellipse(image, centre, radii, 0, 0, 360, _COLOURS[name], -1)
    return image


def find_markers(image: Image, names: Iterable[str] = MARKERS) -> dict[str, tuple[float, float]]:
    """Return the centres of mass of the markers in [H, W, 3] RGB, NaN where one is not there."""
    red, green, blue = (image[..., index].astype(int) for index in range(3))
    masks = {
        "white": np.minimum(np.minimum(red, green), blue) > 140,
        "red": red - np.maximum(green, blue) > 60,
        "green": green - np.maximum(red, blue) > 60,
        "blue": blue - np.maximum(red, green) > 60,
    }
    found = {}
    for name in names:
        rows, columns = np.nonzero(masks[name])
        found[name] = (columns.mean(), rows.mean()) if len(rows) else (np.nan, np.nan)
    return found


def store(image: Image, view: Presentation) -> Image:
    """Return what a file has to store so that `image` is seen; what is cropped away is bright stripes."""
    if view.orientation.mirrored:
        image = image[:, ::-1]
    image = np.rot90(image, view.orientation.rotation_degrees // 90)
    image = cv2.resize(np.ascontiguousarray(image), view.cropped_size, interpolation=cv2.INTER_AREA)
    crop = view.crop
    stored = np.full((view.stored.height, view.stored.width, 3), 235, np.uint8)
    stored[:, ::3] = 20
    stored[crop.top : view.stored.height - crop.bottom, crop.left : view.stored.width - crop.right] = image
    return stored


def build_view(
    *,
    aspect: Fraction = Fraction(1),
    rotation: int = 0,
    mirrored: bool = False,
    crop: Crop | None = None,
    size: tuple[int, int] = SIZE,
) -> Presentation:
    """Return the view in which `size` is seen; a side that the aspect enlarges is stored smaller."""
    turned = (size[1], size[0]) if rotation % 180 else size
    width, height = turned
    inner = (round(width / aspect), height) if aspect >= 1 else (width, round(height * aspect))
    crop = crop or Crop()
    stored = Size(inner[0] + crop.left + crop.right, inner[1] + crop.top + crop.bottom)
    return Presentation(stored, crop, aspect, Orientation(rotation, mirrored))


def weave_fields(images: Sequence[Image], order: str) -> list[Image]:
    """Return frames of two fields each, from twice as many images: "tff", or "bff" with the lower field first."""
    woven = []
    for first, second in zip(images[::2], images[1::2], strict=False):
        frame = second.copy()
        rows = slice(0, None, 2) if order == "tff" else slice(1, None, 2)
        frame[rows] = first[rows]
        woven.append(frame)
    return woven


@dataclass(frozen=True, slots=True)
class Encoding:
    """How images are written.

    Attributes:
        suffix, codec, format: of the file, the encoder and the pixels.
        options: of the encoder.
        field_order: "tff" or "bff" for interlaced images.
        colours: tags of the encoder's context.
        bitstream: filter of FFmpeg for the packets.
        matrix: whether the orientation goes into the container as a display matrix.
    """

    suffix: str = "mp4"
    codec: str = "libx264"
    format: str = "yuv420p"
    options: dict[str, str] = field(default_factory=dict)
    field_order: str = ""
    colours: dict[str, int] = field(default_factory=dict)
    bitstream: str = ""
    matrix: bool = True

    def __str__(self) -> str:
        extra = ["".join(character for character in str(value) if character.isalnum()) for value in (self.bitstream,)]
        return "-".join(part for part in (self.suffix, self.codec, self.format, self.field_order, *extra) if part)


def write_stored(
    path: Path,
    images: Iterable[Image],
    view: Presentation,
    encoding: Encoding = Encoding(),
    *,
    start_seconds: float = 0.0,
    live: bool = False,
) -> Path:
    """Write stored RGB (or RGBA) images at 25 a second with the tags of a view (its crop is not written).

    `live` writes to a stream that cannot be sought: no index, and elements of unknown size.
    """
    target = _Pipe() if live else str(path)
    name = {"mkv": "matroska", "ts": "mpegts", "mpg": "mpeg"}.get(path.suffix[1:], path.suffix[1:])
    with av.open(target, "w", format=name) as container:
        stream = container.add_stream(encoding.codec, rate=_RATE, options=dict(encoding.options))
        stream.width, stream.height = view.stored
        stream.pix_fmt = encoding.format
        for key, value in encoding.colours.items():
            setattr(stream.codec_context, key, value)
        if view.pixel_aspect != 1:
            stream.sample_aspect_ratio = stream.codec_context.sample_aspect_ratio = view.pixel_aspect
        if encoding.matrix and (view.orientation != Orientation()):
            stream.set_display_matrix(build_matrix(view.orientation))
        fields = _FieldOrder(view.stored, encoding)
        filters = BitStreamFilterContext(encoding.bitstream, in_stream=stream) if encoding.bitstream else None
        first = round(start_seconds * _RATE)
        for index, image in enumerate(images):
            kind = "rgba" if image.shape[2] == 4 else "rgb24"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format=kind)
            frame = _convert(frame, encoding)
            frame.pts, frame.time_base = first + index, Fraction(1, _RATE)
            for packet in stream.encode(fields.mark(frame)):
                container.mux(filters.filter(packet) if filters else packet)
        for packet in stream.encode():
            container.mux(filters.filter(packet) if filters else packet)
    if isinstance(target, _Pipe):
        path.write_bytes(bytes(target.data))
    return path


def _convert(frame: av.VideoFrame, encoding: Encoding) -> av.VideoFrame:
    """Return the frame in the encoder's format, with the matrix and range that the tags state."""
    colours = encoding.colours
    full = encoding.format.startswith("yuvj") or colours.get("color_range") == 2
    matrix = {1: 1, 9: 9}.get(colours.get("colorspace", 2), 5)
    yuv = encoding.format.startswith(("yuv", "nv"))
    converted = frame.reformat(
        format=encoding.format,
        **({"dst_colorspace": matrix, "dst_color_range": 2 if full else 1} if yuv else {}),
    )
    converted.colorspace = colours.get("colorspace", 2)
    if colours.get("color_trc"):
        converted.color_trc = colours["color_trc"]
    return converted


class _FieldOrder:
    """Marks frames as interlaced, which only a filter of FFmpeg can."""

    def __init__(self, size: Size, encoding: Encoding) -> None:
        self._graph: Graph | None = None
        if encoding.field_order:
            self._graph = Graph()
            source = self._graph.add_buffer(
                width=size.width, height=size.height, format=encoding.format, time_base=Fraction(1, _RATE)
            )
            marked, sink = self._graph.add("setfield", encoding.field_order), self._graph.add("buffersink")
            source.link_to(marked)
            marked.link_to(sink)
            self._graph.configure()

    def mark(self, frame: av.VideoFrame) -> av.VideoFrame:
        if self._graph is None:
            return frame
        self._graph.push(frame)
        return self._graph.pull()


class _Pipe:
    """A file that can only be appended to."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


def build_matrix(orientation: Orientation, *, degrees: float | None = None) -> list[int]:
    """Return FFmpeg's display matrix; `degrees` turns by any angle instead of the right one."""
    angle = np.radians(orientation.rotation_degrees if degrees is None else degrees)
    a, b, c, d = np.cos(angle), np.sin(angle), -np.sin(angle), np.cos(angle)
    if orientation.mirrored:
        a, c = -a, -c
    return [
        *(round(value * 65536) for value in (a, b)),
        0,
        *(round(value * 65536) for value in (c, d)),
        0,
        0,
        0,
        1 << 30,
    ]


# --- boxes and elements that FFmpeg does not write ---


def add_clean_aperture(data: bytes, crop: Crop, stored: Size) -> bytes:
    """Insert a `clap` box into the first sample entry of an MP4 whose index is at its end."""
    width, height = crop.shrink(stored)
    box = struct.pack(
        ">I4sIIIIiIiI", 40, b"clap", width, 1, height, 1, crop.left - crop.right, 2, crop.top - crop.bottom, 2
    )
    return _insert_box(data, (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"), box)


def _insert_box(data: bytes, path: tuple[bytes, ...], box: bytes) -> bytes:
    """Append a box to the first sample entry, and enlarge everything around it."""
    output, start, end = bytearray(data), 0, len(data)
    for name in path:
        at = next(at for at, kind, _ in _boxes(data, start, end) if kind == name)
        (size,) = struct.unpack_from(">I", data, at)
        struct.pack_into(">I", output, at, size + len(box))
        start, end = at + 8, at + size
    entry = start + 8
    (size,) = struct.unpack_from(">I", data, entry)
    struct.pack_into(">I", output, entry, size + len(box))
    return bytes(output[: entry + size] + box + output[entry + size :])


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        yield start, name, size
        start += size


def add_matroska_values(data: bytes, values: dict[int, int], *, drop: tuple[int, ...] = ()) -> bytes:
    """Add numbers to the first `Video` element of a Matroska file that was written live; `drop` takes others out."""
    path = (0x18538067, 0x1654AE6B, 0xAE, 0xE0)
    return _rebuild(data, path, values, drop)


def _rebuild(data: bytes, path: tuple[int, ...], values: dict[int, int], drop: tuple[int, ...]) -> bytes:
    output, start, done = b"", 0, False
    while start < len(data):
        name, name_bytes = _number(data, start, keep_marker=True)
        size, size_bytes = _number(data, start + name_bytes, keep_marker=False)
        begin = start + name_bytes + size_bytes
        unknown = size == (1 << 7 * size_bytes) - 1
        end = len(data) if unknown else begin + size
        if path and name == path[0] and not done:
            done = True
            inner = _rebuild(data[begin:end], path[1:], values, drop)
            if len(path) == 1:
                inner += b"".join(_element(key, value.to_bytes(4, "big")) for key, value in values.items())
            head = data[start : start + name_bytes]
            output += head + (data[start + name_bytes : begin] if unknown else _length(len(inner))) + inner
        elif path or name not in drop:
            output += data[start:end]
        start = end
    return output


def _element(name: int, payload: bytes) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + _length(len(payload)) + payload


def _length(size: int) -> bytes:
    return ((1 << 28) | size).to_bytes(4, "big")


def _number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    count = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + count], "big")
    return (value if keep_marker else value & ((1 << 7 * count) - 1)), count


def read_images(data: bytes) -> list[Image]:
    """Return every frame of a video as RGB."""
    from eightcount_common.media.video import open_video

    with open_video(io.BytesIO(data)) as reader:
        return [frame.to_rgb() for frame in reader.frames()]
