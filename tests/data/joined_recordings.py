"""Recordings that were joined into one file, each with what is right about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.data.broadcasts import PACKET_BYTES, merge_programs
from tests.data.odd_recordings import Material, Truth, Writer, steady
from tests.data.recordings import FRAME_RATE, Film, Sound, write_recording

_OTHER_PID, _OTHER_TABLE = "512", "4352"
_JOIN_TOLERANCE = 0.06
"""The sound of a part may end a packet after its film."""

PartWriter = Callable[[Path, Material], Path]


def _part(suffix: str, *, codec: str = "libx264", sound: str = "aac", scale: int = 1, **options: str) -> PartWriter:
    """A recording of the material; its images are smaller by `scale`, and it has no sound if that is empty."""

    def write(path: Path, material: Material) -> Path:
        film = Film([_shrink(picture, scale) for picture in material.pictures], codec=codec)
        tracks = (film, Sound(material.song, codec=sound)) if sound else (film,)
        return write_recording(path.with_suffix(f".{suffix}"), tracks, options=options)

    return write


def _shrink(picture: np.ndarray, scale: int) -> np.ndarray:
    """Return an image of even sides that are smaller by `scale`."""
    height, width = (side // scale // 2 * 2 for side in picture.shape[:2])
    return picture[::scale, ::scale][:height, :width]


def _joined(*parts: PartWriter, delay: float = 0.02) -> Writer:
    """The parts one after the other; every part has as many frames as the material.

    Args:
        parts: writers of the recordings.
        delay: seconds by which a recording states to be longer than its frames last: its sound ends a packet later, or
            its film begins later.
    """

    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        written = [part(folder / f"part{number}", material) for number, part in enumerate(parts)]
        path = folder / f"joined{written[0].suffix}"
        path.write_bytes(b"".join(part.read_bytes() for part in written))
        count = len(material.pictures)
        starts = [number * (count / FRAME_RATE + delay) for number in range(len(parts))]
        times = [time for start in starts for time in steady(count, start)]
        return path, Truth(times, tolerance=_JOIN_TOLERANCE * (len(parts) - 1))

    return write


def _with_identifiers(
    material: Material, path: Path, video: int, sound: int, codec: str = "aac", **options: str
) -> Path:
    """Write a transport stream whose packet identifiers are these."""
    tracks = (Film(material.pictures, number=video), Sound(material.song, codec=codec, number=sound))
    return write_recording(path, tracks, options=options)


def _identified(video: int, sound: int, codec: str = "aac", **options: str) -> PartWriter:
    return lambda path, material: _with_identifiers(material, path.with_suffix(".ts"), video, sound, codec, **options)


def _halves(material: Material) -> tuple[Material, Material]:
    middle = len(material.pictures) // 2
    samples = round(middle / FRAME_RATE * 44_100)
    return (
        Material(material.pictures[:middle], material.song[:, :samples]),
        Material(material.pictures[middle:], material.song[:, samples:]),
    )


def _one_clock(mixed_packets: int) -> Writer:
    """A broadcast whose video changes its packet identifier in mid-program; the clock and the sound go on.

    Packets of the old and of the new video are mixed at the change.
    """

    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        first, second = _halves(material)
        later = str(1 + len(first.pictures) / FRAME_RATE)
        a = _with_identifiers(first, folder / "a.ts", 0x100, 0x101, output_ts_offset="1").read_bytes()
        b = _with_identifiers(second, folder / "b.ts", 0x200, 0x101, output_ts_offset=later).read_bytes()
        head, tail = mixed_packets * PACKET_BYTES, len(a) - mixed_packets * PACKET_BYTES
        path = folder / "changes.ts"
        path.write_bytes(a[:tail] + b[:head] + _without_tables(a[tail:]) + b[head:])
        return path, Truth(steady(len(material.pictures)), tolerance=_JOIN_TOLERANCE)

    return write


def _without_tables(packets: bytes) -> bytes:
    """Leave out what a muxer sends between the streams."""
    split = [packets[start : start + PACKET_BYTES] for start in range(0, len(packets), PACKET_BYTES)]
    return b"".join(packet for packet in split if ((packet[1] & 0x1F) << 8 | packet[2]) in (0x100, 0x101))


def _longer_second_program(folder: Path, material: Material) -> tuple[Path, Truth]:
    """Two programs side by side; the second goes on alone when the first has ended."""
    long = Material([*material.pictures, *material.pictures], np.tile(material.song, 2))
    first = _with_identifiers(material, folder / "a.ts", 0x100, 0x101)
    second = write_recording(
        folder / "b.ts",
        (Film([_shrink(picture, 2) for picture in long.pictures]), Sound(long.song)),
        options={"mpegts_start_pid": _OTHER_PID, "mpegts_service_id": "2", "mpegts_pmt_start_pid": _OTHER_TABLE},
    )
    path = merge_programs(folder / "two.ts", first, second)
    return path, Truth([], left_out=True)


def _other_stream_number(*numbers: int) -> Writer:
    """A program stream whose video has another number in each part (as of a disc with several angles)."""

    def write(folder: Path, material: Material) -> tuple[Path, Truth]:
        path, truth = _joined(*[_part("mpg", codec="mpeg2video", sound="mp2")] * len(numbers))(folder, material)
        parts = [(folder / f"part{place}.mpg").read_bytes() for place in range(len(numbers))]
        path.write_bytes(
            b"".join(
                part.replace(b"\0\0\x01\xe0", bytes([0, 0, 1, number]))
                for part, number in zip(parts, numbers, strict=True)
            )
        )
        return path, truth

    return write


def _second_cut(folder: Path, material: Material) -> tuple[Path, Truth]:
    """Two MP4 files, the second without its index."""
    part = _part("mp4")(folder / "part", material).read_bytes()
    path = folder / "joined.mp4"
    path.write_bytes(part + part[: len(part) // 2])
    return path, Truth(steady(len(material.pictures)), unread=1)


_OTHER_PROGRAM = {
    "mpegts_start_pid": _OTHER_PID, "mpegts_service_id": "2", "mpegts_pmt_start_pid": _OTHER_TABLE
}  # fmt: skip
_PLAIN, _MOVED = _part("ts"), _part("ts", mpegts_start_pid=_OTHER_PID)
_FRAGMENTS = "frag_keyframe+empty_moov+default_base_moof"

JOINED_RECORDINGS: dict[str, Writer] = {
    "transport streams, other identifiers": _joined(_PLAIN, _MOVED),
    "transport streams, other identifiers twice": _joined(_PLAIN, _MOVED, _PLAIN),
    "transport streams, another program": _joined(_PLAIN, _part("ts", **_OTHER_PROGRAM)),
    "transport streams, another program of the same identifiers": _joined(
        _PLAIN, _part("ts", mpegts_service_id="2", mpegts_pmt_start_pid=_OTHER_TABLE)
    ),
    "transport streams, another sound identifier": _joined(_identified(0x100, 0x101), _identified(0x100, 0x300)),
    "transport streams, another sound codec": _joined(_identified(0x100, 0x101), _identified(0x100, 0x101, "mp2")),
    "transport streams, another video codec": _joined(_PLAIN, _part("ts", codec="mpeg2video", sound="mp2")),
    "transport streams, another codec and identifier": _joined(
        _part("ts", codec="mpeg2video", sound="mp2"), _MOVED
    ),
    "transport streams of camcorders, other identifiers": _joined(
        _part("m2ts", mpegts_m2ts_mode="1"), _part("m2ts", mpegts_m2ts_mode="1", mpegts_start_pid=_OTHER_PID)
    ),
    "transport streams, other identifiers and size": _joined(
        _PLAIN, _part("ts", scale=2, mpegts_start_pid=_OTHER_PID)
    ),
    "transport stream, the identifier changes on one clock": _one_clock(0),
    "transport stream, the videos are mixed at the change": _one_clock(6),
    "transport stream of two programs, one is longer": _longer_second_program,
    "program streams": _joined(*[_part("mpg", codec="mpeg2video", sound="mp2")] * 2),
    "program stream, another stream number": _other_stream_number(0xE0, 0xE1),
    "program stream, another stream number twice": _other_stream_number(0xE0, 0xE1, 0xE0),
    "MP4 files": _joined(_part("mp4"), _part("mp4")),
    "three MP4 files": _joined(*[_part("mp4")] * 3),
    "MP4 files, another codec and size": _joined(
        _part("mp4"), _part("mp4", codec="mpeg4", sound="libmp3lame", scale=2)
    ),
    "MP4 files, the second without sound": _joined(_part("mp4"), _part("mp4", sound="")),
    "MP4 files, the first without sound": _joined(_part("mp4", sound=""), _part("mp4")),
    "MP4 files with the index first": _joined(*[_part("mp4", movflags="faststart")] * 2),
    "MP4 files of fragments": _joined(*[_part("mp4", movflags=_FRAGMENTS)] * 2, delay=0.08),
    "MP4 files, the second breaks off": _second_cut,
    "QuickTime files": _joined(*[_part("mov")] * 2),
    "Matroska files": _joined(_part("mkv"), _part("mkv")),
    "Matroska files, another codec and size": _joined(_part("mkv"), _part("mkv", codec="mpeg4", scale=2)),
    "Matroska files without an index": _joined(*[_part("mkv", live="1")] * 2),
    "WebM files": _joined(*[_part("webm", codec="libvpx", sound="libopus")] * 2),
    "FLV files": _joined(_part("flv"), _part("flv")),
    "FLV files, another codec": _joined(_part("flv"), _part("flv", codec="flv", sound="libmp3lame")),
    "AVI files": _joined(*[_part("avi", codec="mpeg4", sound="libmp3lame")] * 2, delay=0.04),
}  # fmt: skip
"""Writers of joined recordings, by what is odd about them."""
