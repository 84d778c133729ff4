"""Files that cannot be used as a video, each with the reason; made without any media of others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from tests.data.media import moving_square
from tests.data.odd_recordings import Material
from tests.data.recordings import Film, Sound, write_recording

_KEY = "00112233445566778899aabbccddeeff"
_CENC = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": _KEY, "encryption_kid": _KEY}


@dataclass(frozen=True)
class Unusable:
    """A file that has no video that can be decoded.

    Attributes:
        write: returns the path of the file in a folder.
        reason: of the refusal.
        has_sound: whether its sound can be used all the same.
    """

    write: Callable[[Path, Material], Path]
    reason: str
    has_sound: bool = False


def _bytes(name: str, data: bytes) -> Callable[[Path, Material], Path]:
    def write(folder: Path, _: Material) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return write


def _image(name: str, codec: str, pixels: str, form: str) -> Callable[[Path, Material], Path]:
    def write(folder: Path, _: Material) -> Path:
        film = Film(moving_square(1), codec=codec, pixel_format=pixels)
        buffer = folder / f"image.{form}"
        with av.open(str(buffer), "w", format=form, options={"update": "1"} if form == "image2" else {}) as output:
            stream = output.add_stream(codec, rate=25)
            stream.height, stream.width, stream.pix_fmt = 120, 160, pixels
            frame = av.VideoFrame.from_ndarray(film.pictures[0], format="rgb24").reformat(format=pixels)
            output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        (folder / name).write_bytes(buffer.read_bytes())
        return folder / name

    return write


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("dance.mp4", b"no video")
    return file.getvalue()


def _protected(folder: Path, material: Material) -> Path:
    return write_recording(folder / "rented.mp4", material.tracks, options=_CENC)


def _replace(name: str, old: bytes, new: bytes) -> Callable[[Path, Material], Path]:
    """A recording with one code replaced by another of the same length."""

    def write(folder: Path, material: Material) -> Path:
        path = write_recording(folder / name, material.tracks)
        path.write_bytes(path.read_bytes().replace(old, new))
        return path

    return write


def _one_frame(folder: Path, material: Material) -> Path:
    return write_recording(folder / "one.mp4", (Film(material.pictures[:1]),))


def _song_with_a_still(folder: Path, material: Material) -> Path:
    return write_recording(folder / "song.mp4", (Film(material.pictures[:1]), Sound(material.song)))


def _cut(name: str, share: float, **options: str) -> Callable[[Path, Material], Path]:
    def write(folder: Path, material: Material) -> Path:
        path = write_recording(folder / name, material.tracks, options=options)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        return path

    return write


def _scrambled(folder: Path, material: Material) -> Path:
    """A transport stream as a set-top box records it from a pay channel: payloads encrypted, headers clear."""
    data = np.frombuffer(write_recording(folder / "pay.ts", material.tracks).read_bytes(), np.uint8).copy()
    packets = data[: data.size // 188 * 188].reshape(-1, 188)
    pids = (packets[:, 1] & 0x1F).astype(int) << 8 | packets[:, 2]
    secret = (pids >= 0x100) & (pids < 0x1FFF)
    packets[secret, 3] |= 0x80
    packets[secret, 40:] ^= 0x5A
    (folder / "pay.ts").write_bytes(packets.tobytes())
    return folder / "pay.ts"


def _blank_payload(folder: Path, material: Material) -> Path:
    """An index without what it points at, as of a card that failed."""
    path = write_recording(folder / "blank.mp4", material.tracks, options={"movflags": "faststart"})
    data = path.read_bytes()
    start = data.index(b"mdat") + 4
    path.write_bytes(data[:start] + bytes(len(data) - start))
    return path


_HEIC = b"\0\0\0\x1cftypheic\0\0\0\0mif1heic" + bytes(400)
_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"
_PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsegment0.ts\n#EXT-X-ENDLIST\n"

UNUSABLE: dict[str, Unusable] = {
    "encrypted MP4": Unusable(_protected, "ENCRYPTED_MEDIA"),
    "encrypted video beside clear sound": Unusable(_replace("half.mp4", b"avc1", b"encv"), "ENCRYPTED_MEDIA", True),
    "FairPlay": Unusable(_replace("bought.m4v", b"avc1", b"drmi"), "ENCRYPTED_MEDIA", True),
    "scrambled transport stream": Unusable(_scrambled, "ENCRYPTED_MEDIA"),
    "unknown codec beside clear sound": Unusable(_replace("odd.mp4", b"avc1", b"zz99"), "UNSUPPORTED_CODEC", True),
    "JPEG": Unusable(_image("photo.mp4", "mjpeg", "yuvj420p", "image2"), "STILL_IMAGE"),
    "PNG": Unusable(_image("photo.png", "png", "rgb24", "image2"), "STILL_IMAGE"),
    "BMP": Unusable(_image("photo.bmp", "bmp", "bgr24", "image2"), "STILL_IMAGE"),
    "TIFF": Unusable(_image("photo.tiff", "tiff", "rgb24", "image2"), "STILL_IMAGE"),
    "WebP": Unusable(_bytes("photo.webp", b"RIFF\x24\0\0\0WEBPVP8 " + bytes(64)), "STILL_IMAGE"),
    "HEIC": Unusable(_bytes("photo.heic", _HEIC), "STILL_IMAGE"),
    "AVIF": Unusable(_bytes("photo.avif", _HEIC.replace(b"heic", b"avif")), "STILL_IMAGE"),
    "GIF of one frame": Unusable(_image("photo.gif", "gif", "rgb8", "gif"), "STILL_IMAGE"),
    "MP4 of one frame": Unusable(_one_frame, "STILL_IMAGE"),
    "song with a still image": Unusable(_song_with_a_still, "NO_VIDEO_STREAM", True),
    "web page": Unusable(_bytes("video.mp4", _PAGE), "NOT_A_VIDEO"),
    "text": Unusable(_bytes("notes.mp4", "Übung für Samstag\n".encode() * 50), "NOT_A_VIDEO"),
    "playlist": Unusable(_bytes("stream.m3u8", _PLAYLIST), "NOT_A_VIDEO"),
    "zip": Unusable(_bytes("dance.zip", _zip()), "NOT_A_VIDEO"),
    "PDF": Unusable(_bytes("dance.pdf", b"%PDF-1.7\n" + bytes(300)), "NOT_A_VIDEO"),
    "noise": Unusable(_bytes("dance.mp4", np.random.default_rng(0).bytes(40_000)), "NOT_A_VIDEO"),
    "empty": Unusable(_bytes("dance.mp4", b""), "EMPTY_FILE"),
    "MP4 without its index": Unusable(_cut("cut.mp4", 0.5), "TRUNCATED_FILE"),
    "Matroska without a frame": Unusable(_cut("cut.mkv", 0.02), "TRUNCATED_FILE"),
    "MP4 with a blank payload": Unusable(_blank_payload, "DAMAGED_FILE"),
}  # fmt: skip
"""Writers of files, by what they are."""
