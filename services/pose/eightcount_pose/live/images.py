"""Images of a camera as browsers send them: one JPEG, WebP or PNG file a frame."""

from __future__ import annotations

from av.codec.context import CodecContext
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame

from eightcount_common.errors import InvalidInputError
from eightcount_common.media.presentation import Presentation, Size
from eightcount_common.media.video import Frame

MAX_IMAGE_BYTES = 2 * 1024 * 1024
MAX_SIDE = 1920
_CODECS = ((b"\xff\xd8\xff", "mjpeg"), (b"RIFF", "webp"), (b"\x89PNG\r\n\x1a\n", "png"))
"""First bytes of a file, and the codec that reads it."""


def decode_image(data: bytes, seconds: float) -> Frame:
    """Return the image of a file, upright, as a frame at a time.

    Raises:
        InvalidInputError: UNREADABLE_FRAME; it is damaged, too large or of another format.
    """
    codec = next((name for start, name in _CODECS if data.startswith(start)), None)
    if codec is None or len(data) > MAX_IMAGE_BYTES:
        raise _unreadable(f"got {len(data)} bytes that begin with {data[:8]!r}")
    frames = _decode(data, codec)
    if not frames or max(frames[0].width, frames[0].height) > MAX_SIDE:
        raise _unreadable(f"got {frames[0].width} x {frames[0].height} pixels" if frames else "it holds no image")
    return Frame(seconds, frames[0], Presentation(Size(frames[0].width, frames[0].height)))


def _decode(data: bytes, codec: str) -> list[VideoFrame]:
    context = CodecContext.create(codec, "r")
    context.options = {"max_pixels": str(MAX_SIDE * MAX_SIDE)}
    try:
        decoded = [*context.decode(Packet(data)), *context.decode(None)]  # type: ignore[attr-defined]
    except (FFmpegError, ValueError) as error:
        raise _unreadable(f"it cannot be decoded: {error}") from error
    return [frame for frame in decoded if isinstance(frame, VideoFrame)]


def _unreadable(what: str) -> InvalidInputError:
    return InvalidInputError(
        f"a frame must be a JPEG, WebP or PNG file of at most {MAX_IMAGE_BYTES // 1024} KiB and "
        f"{MAX_SIDE} x {MAX_SIDE} pixels; {what}",
        reason="UNREADABLE_FRAME",
    )
