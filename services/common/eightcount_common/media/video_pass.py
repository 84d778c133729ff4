"""One reading of the frames of a file, from its beginning or from a key frame on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, groupby, islice
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

import av
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.container import MediaInfo, check_size
from eightcount_common.media.encryption import is_encrypted
from eightcount_common.media.frame_decoding import Account, FrameDecoder, Slots
from eightcount_common.media.part_opener import measure_parts
from eightcount_common.media.streams import open_chosen_video
from eightcount_common.media.time_axis import AnyPacket, OpenPart, PacketReader, may_jump, start_seconds

DECODER_THREADS = 2
"""The codec decodes ahead in its own threads while the caller computes; more threads only cost memory."""
_USUAL_RATE = 25.0
_MAX_INTERLACED_RATE = 30
"""Frames of two fields a second; a higher rate is that of fields."""
_MIN_BYTES_PER_SECOND = 500
_SETTLED_SECONDS = 2.0
"""Frames are stored at most this long before or after they are shown."""


class Unread(NamedTuple):
    """Numbers of joined recordings that cannot be opened, and of frames of another video that is not shown beside."""

    recordings: int
    frames: int


@dataclass(frozen=True, slots=True)
class Section:
    """The frames of a file, or of one of the recordings that were joined into it.

    Attributes:
        part: where they come from.
        frames: each can be read once, before the next section is.
    """

    part: OpenPart
    frames: Iterator[VideoFrame]


class VideoPass:
    """Reads a file's video once, in one direction; closed by `close` or as a context manager.

    Attributes:
        container, stream: the open file, or its first part, and its video.
    """

    def __init__(self, file: BinaryIO, *, quick: bool) -> None:
        self._stack = ExitStack()
        self._video = video = self._stack.enter_context(open_chosen_video(file))
        self._file, self._quick = file, quick
        self.container: InputContainer = video.container
        self.stream: VideoStream = video.stream
        self._origin = video.origin
        self._base = Fraction(self.stream.time_base or 0)
        self._accounts: list[tuple[Account, Fraction]] = []
        self._packets = PacketReader(video.part, None if video.later is None else iter(video.later))
        self._source: Iterator[AnyPacket] = self._packets.packets()
        self._seen = 0
        self._sections: Iterator[Section] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file's container, and with it the threads of the decoder; the file stays open."""
        self._stack.close()
        self._sections, self._source = None, iter(())  # they refer to this object, and would keep the decoder

    @property
    def broken_off(self) -> bool:
        """Whether the file ended in a read error."""
        return self._packets.broken_off

    @property
    def parts(self) -> int:
        """Number of joined parts, so far."""
        return self._packets.parts

    @property
    def unread(self) -> Unread:
        """The parts and frames that belong to the file and are not read."""
        later, joined = self._video.later, self._video.joined
        return Unread(0 if later is None else later.unreadable, joined.left_out)

    @property
    def cut(self) -> int:
        """Number of frames that an edit list leaves out."""
        return sum(account.cut for account, _ in self._accounts)

    @property
    def has_losses(self) -> bool:
        """Whether any frame was lost so far."""
        return any(account.lost for account, _ in self._accounts)

    @property
    def start_seconds(self) -> float:
        """Time at which the stream begins."""
        return float((start_seconds(self.stream) or 0) - self._origin)

    def correct_duration(self, info: MediaInfo) -> MediaInfo:
        """Return the properties with the length of the video.

        FFmpeg writes the time of the end into Matroska files, whatever the beginning; and in a joined broadcast the
        last stamp less the first says nothing, which shows in an impossible number of bytes for each second.
        """
        stated, origin, rate = info.duration_seconds, float(self._origin), info.nominal_frame_rate or 0.0
        if self._video.joined.parts:
            total = measure_parts(self._file, self._video.joined)
            return replace(info, duration_seconds=total, frame_count=round((total or 0.0) * rate) or None)
        if stated is None:
            return info
        if may_jump(self.container) and self.container.size < _MIN_BYTES_PER_SECOND * stated:
            return replace(info, duration_seconds=None, frame_count=None)
        wrote_end = "matroska" in info.container and "Lavf" in self.container.metadata.get("ENCODER", "")
        if not wrote_end or stated <= origin:
            return info
        return replace(info, duration_seconds=stated - origin, frame_count=round((stated - origin) * rate) or None)

    def count_lost(self, *, after: float, until: float) -> int:
        """Return the number of frames with after < time <= until that were left out."""
        return sum(_count_between(account.lost, base, self._origin, after, until) for account, base in self._accounts)

    def seconds_of(self, frame: VideoFrame) -> float | None:
        """Return the time of a frame; None when the container states none."""
        if frame.pts is None or frame.time_base is None:
            return None
        return float(frame.pts * Fraction(frame.time_base) - self._origin)

    def duration_of(self, frame: VideoFrame) -> float | None:
        """Return the stated duration of a frame in seconds; None when the container states none."""
        return float(frame.duration * frame.time_base) if frame.duration and frame.time_base else None

    def _stamp_seconds(self, packet: AnyPacket, ticks: int) -> float:
        return float(ticks * Fraction(packet.time_base or 0) - self._origin)

    def peek(self) -> VideoFrame | None:
        """Return the first frame, which `sections` still yield; None when there is none.

        Raises:
            UnusableMediaError: ENCRYPTED_MEDIA.
            TooLargeError: a side is longer than 8192 pixels.
        """
        sections = self.sections()
        for section in sections:
            first = next(section.frames, None)
            if first is not None:
                check_size(first.width, first.height)
                self._sections = chain([Section(section.part, chain([first], section.frames))], sections)
                return first
        return None

    def is_single_image(self) -> bool:
        """Whether the stream ends after its first packet, and the container states no other."""
        if self._seen > 1 or self.stream.frames > 1 or self.broken_off:
            return False
        following = next(self._source, None)
        if following is None:
            return not self.broken_off
        self._source = chain([following], self._source)
        return False

    def sections(self) -> Iterator[Section]:
        """Yield the frames from the present position on, by the part of the file that they come from."""
        if self._sections is None:
            self._sections = self._read_sections()
        return self._sections

    def _read_sections(self) -> Iterator[Section]:
        for _, packets in groupby(self._count_packets(), key=lambda _: self._packets.part.number):
            part = self._packets.part
            yield Section(part, self._decode(part, packets))

    def _decode(self, part: OpenPart, packets: Iterator[AnyPacket]) -> Iterator[VideoFrame]:
        stream = part.stream
        account = self._open_account(stream)
        if not isinstance(stream, VideoStream) or getattr(stream, "codec_context", None) is None:
            account.note_all(packets)
            return iter(())
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = 1 if self._quick else DECODER_THREADS
        if self._quick:
            stream.codec_context.options = {"skip_loop_filter": "noref"}
        slots = Slots() if _counts_frames(part.container) else None
        return FrameDecoder(stream, account, slots).decode(packets)

    def _open_account(self, stream: Stream | None) -> Account:
        base = Fraction(0 if stream is None else stream.time_base or 0)
        rate = getattr(stream, "average_rate", None) or getattr(stream, "guessed_rate", None) or _USUAL_RATE
        account = Account(float(1 / (min(rate, _MAX_INTERLACED_RATE) * base)) if base else 0.0)
        self._accounts.append((account, base))
        return account

    def _count_packets(self) -> Iterator[AnyPacket]:
        while (packet := next(self._source, None)) is not None:
            self._seen += 1
            if self._seen == 1 and is_encrypted(packet):
                raise UnusableMediaError("the video is encrypted (DRM) and cannot be decoded", reason="ENCRYPTED_MEDIA")
            yield packet

    def skip(self, packets: int) -> None:
        """Read past some packets without decoding them."""
        for _ in islice(self._source, packets):
            self._seen += 1

    def count_packets_before(self, seconds: float) -> int:
        """Return the number of packets before the second last key frame that is shown by a time; reads the file."""
        if _counts_frames(self.container):
            return 0
        keys: list[int] = []
        for number, packet in enumerate(self._source):
            stamp = packet.dts if packet.dts is not None else packet.pts
            if stamp is not None and self._stamp_seconds(packet, stamp) > seconds + _SETTLED_SECONDS:
                break
            shown = packet.pts if packet.pts is not None else packet.dts
            if packet.is_keyframe and shown is not None and self._stamp_seconds(packet, shown) <= seconds:
                keys.append(number)
        return keys[-2] if len(keys) > 1 else 0

    def seek_by_index(self, seconds: float) -> bool:
        """Go to the second last key frame before a time that the file's index proves; False without a proof.

        After False the position is undefined.
        """
        if "mov" not in self.container.format.name or not self._base:
            return False
        latest = (Fraction(seconds) + self._origin) / self._base - _SETTLED_SECONDS / float(self._base)
        keys = [entry for entry in self.stream.index_entries if entry.is_keyframe and entry.timestamp <= latest]
        if len(keys) < 2:
            return False
        key = keys[-2]
        try:
            self.container.seek(key.timestamp, stream=self.stream, backward=True, any_frame=False)
            first = next(self._source, None)
        except av.FFmpegError:
            return False
        if first is None or not first.is_keyframe or (first.dts, first.pos) != (key.timestamp, key.pos):
            return False
        self._source = chain([first], self._source)
        return True


def _counts_frames(container: InputContainer) -> bool:
    """Whether the format states no times, only the order in which frames are stored."""
    return container.format.name == "avi"


def _count_between(lost: Sequence[int], base: Fraction, origin: Fraction, after: float, until: float) -> int:
    def to_seconds(ticks: int) -> float:
        return float(ticks * base - origin)

    return bisect_right(lost, until, key=to_seconds) - bisect_right(lost, after, key=to_seconds)
