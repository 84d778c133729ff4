"""Recordings with odd clocks, tracks and ends, each with what is right about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from av.stream import Disposition

from tests.data.media import Pictures, moving_square
from tests.data.recordings import FRAME_RATE, RATE_HERTZ, Film, Sound, drop_packets, write_recording

TEN_HOURS = "36000"
_WRAP_SECONDS = 2**33 / 90_000
_KEY_EVERY = 10


@dataclass(frozen=True)
class Material:
    """What the recordings show: images at 25 frames a second, and the sound that belongs to them [1, N]."""

    pictures: Pictures
    song: np.ndarray

    @property
    def tracks(self) -> tuple[Film, Sound]:
        """A film with its sound."""
        return Film(self.pictures), Sound(self.song)


@dataclass(frozen=True)
class Truth:
    """What is right about a recording.

    Attributes:
        times: of its frames in seconds, the first within a tenth of a second.
        lost, unordered: numbers of frames that a warning must name; None where it depends on the encoder.
        tolerance: of the times.
        truncated: whether its end is missing and a warning says so; None where the container states no end.
        left_out: whether frames of another video are left out and a warning says how many.
        unread: number of joined recordings that cannot be opened.
    """

    times: Sequence[float]
    lost: int | None = 0
    unordered: int = 0
    truncated: bool | None = False
    tolerance: float = 0.012
    left_out: bool = False
    unread: int = 0


Writer = Callable[[Path, Material], tuple[Path, Truth]]


def steady(count: int, start: float = 0.0) -> list[float]:
    """Return times at 25 frames a second."""
    return [start + index / FRAME_RATE for index in range(count)]


def _container(name: str, *, start: float = 0.0, **options: str) -> Writer:
    """The usual tracks in a container with options of its writer."""

    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        path = write_recording(folder / name, material.tracks, options=options)
        return path, Truth(steady(len(material.pictures), start))

    return write


def _codec(name: str, codec: str, *, sound: str = "aac", pixels: str = "yuv420p", **options: str) -> Writer:
    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        film = Film(material.pictures, codec=codec, pixel_format=pixels, options=options)
        tracks = (film, Sound(material.song, codec=sound)) if sound else (film,)
        return write_recording(folder / name, tracks), Truth(steady(len(material.pictures)))

    return write


def _timed(name: str, times: Callable[[int], Sequence[float]], **options: str) -> Writer:
    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        wanted = times(len(material.pictures))
        film, sound = material.tracks
        return write_recording(folder / name, (replace(film, times=wanted, options=options), sound)), Truth(wanted)

    return write


def _irregular(count: int) -> list[float]:
    """A phone's frame rate: steps of 20 to 150 ms."""
    steps = np.random.default_rng(5).choice([0.02, 0.03, 0.04, 0.05, 0.08, 0.15], count - 1)
    return [0.0, *np.cumsum(steps).tolist()]


def _without_first(name: str, *, codec: str = "libx264", sound: str = "aac") -> Writer:
    """A file whose first packets are missing: it begins three frames after a key frame."""

    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        film = Film(material.pictures, codec=codec, options={"bf": "0"})
        whole = write_recording(folder / f"whole-{name}", (film, Sound(material.song, codec=sound)))
        left = drop_packets(whole, folder / name, first=3)
        shown = len(material.pictures) - _KEY_EVERY
        start = 0.0 if name.endswith(".avi") else _KEY_EVERY / FRAME_RATE
        return folder / name, Truth(steady(shown, start), lost=left - shown)

    return write


def _joined(name: str, first: str, second: str) -> Writer:
    """Two transport streams, one after the other, with clocks that begin at these seconds."""

    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        parts = [
            write_recording(folder / f"{number}.ts", material.tracks, options={"output_ts_offset": offset})
            for number, offset in enumerate((first, second))
        ]
        (folder / name).write_bytes(b"".join(part.read_bytes() for part in parts))
        count = len(material.pictures)
        later = count / FRAME_RATE + 0.02  # the sound ends up to a packet later than the film
        return folder / name, Truth([*steady(count), *steady(count, later)], tolerance=0.05)

    return write


def _cut(name: str, *, truncated: bool | None = None, **options: str) -> Writer:
    """The first two thirds of a file."""

    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        whole = write_recording(folder / f"whole-{name}", material.tracks, options=options).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) * 2 // 3])
        return folder / name, Truth([], lost=None, truncated=truncated)

    return write


def _repeated_times(folder: Path, material: Material) -> tuple[Path, Truth]:
    """Every tenth frame carries the time of the frame before."""
    times = [
        (index - (index % 10 == 9)) / FRAME_RATE + 0.0002 * (index % 10 == 9) for index in range(len(material.pictures))
    ]
    film, sound = material.tracks
    path = write_recording(folder / "twice.mkv", (replace(film, times=times, options={"bf": "0"}), sound))
    kept = [index / FRAME_RATE for index in range(len(material.pictures)) if index % 10 != 9]
    return path, Truth(kept, unordered=len(times) - len(kept))


def _trimmed(folder: Path, material: Material) -> tuple[Path, Truth]:
    """An edit list leaves out the first half second, which begins between two frames."""
    options = {"output_ts_offset": "-0.5", "avoid_negative_ts": "disabled"}
    path = write_recording(folder / "trimmed.mp4", material.tracks, options=options)
    return path, Truth(steady(len(material.pictures) - 13))


ODD_CLOCKS: dict[str, Writer] = {
    "transport stream": _container("usual.ts"),
    "transport stream from ten hours on": _container("hours.ts", output_ts_offset=TEN_HOURS),
    "transport stream whose clock wraps": _container("wraps.ts", output_ts_offset=str(_WRAP_SECONDS - 1.4 - 0.6)),
    "Matroska from ten hours on": _container("hours.mkv", output_ts_offset=TEN_HOURS),
    "MP4 from ten hours on": _container("hours.mp4", output_ts_offset=TEN_HOURS),
    "fragmented MP4 from ten hours on": _container(
        "fragments.mp4", output_ts_offset=TEN_HOURS, movflags="frag_keyframe+empty_moov+default_base_moof"
    ),
    "fragmented MP4": _container("fragments.mp4", movflags="frag_keyframe+empty_moov+default_base_moof"),
    "MP4 of a fragment for each frame": _container("frames.mp4", movflags="frag_every_frame"),
    "FLV from ten hours on": _container("hours.flv", output_ts_offset=TEN_HOURS),
    "Matroska without an index": _container("live.mkv", live="1"),
    "MP4 with a delayed film": _timed("delayed.mp4", lambda count: steady(count, 0.5)),
    "MP4 with a trimmed beginning": _trimmed,
    "MP4 of a variable frame rate": _timed("phone.mp4", _irregular),
    "Matroska of a variable frame rate": _timed("phone.mkv", _irregular),
    "AVI of H.264 with B-frames": _codec("b.avi", "libx264", sound="libmp3lame"),
    "AVI of MPEG-4 with B-frames": _codec("b.avi", "mpeg4", sound="libmp3lame", bf="2"),
    "AVI of raw frames": _codec("raw.avi", "rawvideo", sound="pcm_s16le"),
    "FLV of Sorenson frames": _codec("sorenson.flv", "flv", sound="libmp3lame"),
    "program stream": _codec("dvd.mpg", "mpeg2video", sound="mp2"),
    "WebM of VP8": _codec("vp8.webm", "libvpx", sound="libopus", **{"auto-alt-ref": "1", "lag-in-frames": "10"}),
    "WebM of VP9": _codec("vp9.webm", "libvpx-vp9", sound="libopus"),
    "animated GIF": _codec("dance.gif", "gif", sound="", pixels="rgb8"),
    "transport stream without its key frame": _without_first("begins.ts"),
    "Matroska without its key frame": _without_first("begins.mkv"),
    "FLV without its key frame": _without_first("begins.flv", codec="flv", sound="libmp3lame"),
    "two transport streams, the clock starts again": _joined("joined.ts", "0", "0"),
    "two transport streams, the clock jumps ahead": _joined("joined.ts", "0", TEN_HOURS),
    "two transport streams, the clock jumps back": _joined("joined.ts", TEN_HOURS, "0"),
    "times that are stated twice": _repeated_times,
    "transport stream that breaks off": _cut("cut.ts"),
    "Matroska that breaks off": _cut("cut.mkv", truncated=True),
    "MP4 that breaks off": _cut("cut.mp4", truncated=True, movflags="faststart"),
    "fragmented MP4 that breaks off": _cut("cut.mp4", movflags="frag_keyframe+empty_moov+default_base_moof"),
}  # fmt: skip
"""Writers of recordings whose frames have a known time, by what is odd about them."""


def _with_first(name: str, extra: Callable[[Material], Film | Sound]) -> Writer:
    """The usual tracks after one that is not the video."""

    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        path = write_recording(folder / name, (extra(material), *material.tracks))
        return path, Truth(steady(len(material.pictures)))

    return write


def _still(_: Material) -> Film:
    return Film(moving_square(2)[:1], codec="mjpeg", pixel_format="yuvj420p")


def _cover(_: Material) -> Film:
    return replace(_still(_), disposition=Disposition.attached_pic)


def _thumbnails(material: Material) -> Film:
    count = max(2, len(material.pictures) // 12)
    return Film(moving_square(count), [index * 0.5 for index in range(count)], codec="mjpeg", pixel_format="yuvj420p")


def _intro(material: Material) -> Film:
    return Film(moving_square(max(3, len(material.pictures) // 5)))


def _small(material: Material) -> Film:
    return Film(moving_square(len(material.pictures), size=(64, 48)), disposition=Disposition.dependent)


ODD_TRACKS: dict[str, Writer] = {
    "MP4 after a still image": _with_first("still.mp4", _still),
    "Matroska after a still image": _with_first("still.mkv", _still),
    "MP4 with a cover": _with_first("cover.mp4", _cover),
    "MP4 after a row of thumbnails": _with_first("thumbnails.mp4", _thumbnails),
    "Matroska after a row of thumbnails": _with_first("thumbnails.mkv", _thumbnails),
    "MP4 after a short clip": _with_first("intro.mp4", _intro),
    "Matroska after a small copy": _with_first("small.mkv", _small),
}
"""Writers of recordings in which another track precedes the video."""


def noise(seconds: float, *, seed: int = 0) -> np.ndarray:
    """Return [1, N] a sound that fits only itself."""
    return (0.2 * np.random.default_rng(seed).standard_normal((1, round(RATE_HERTZ * seconds)))).astype(np.float32)
