"""The decoded sound of an open file, on the file's time axis. Needs the extra `media` (PyAV)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from eightcount_common.media.sound_streams import OpenSound
from eightcount_common.media.time_axis import AnyPacket, PacketReader

_LEAD_SECONDS = 1.0
"""Packets are decoded from this long before the wanted time: a codec needs a few packets to begin."""

_JOINED_SECONDS = 0.012
"""Half a frame of sound: what the sound of a joined recording ends later than the recording takes the place of the next
one's beginning."""


def decode_sound(sound: OpenSound, *, start_seconds: float = 0.0) -> Iterator[AudioFrame]:
    """Yield the frames of a sound; packets that cannot be decoded are skipped.

    Args:
        sound: open, at its beginning.
        start_seconds: packets that end well before this time of the file are read past and not decoded. The first
            frame is yielded all the same: in a file without a video it is time 0.
    """
    reader = PacketReader(sound.part, sound.later)
    zero = None if sound.origin is None else float(sound.origin)
    begun, ended = False, -np.inf
    for _, packets in groupby(reader.packets(), key=lambda _: reader.part.number):
        stream, begins = reader.part.stream, ended - _JOINED_SECONDS
        for packet in packets:
            if begun and zero is not None and _end_seconds(packet) < zero + start_seconds - _LEAD_SECONDS:
                continue
            for frame in _decode(packet):
                if stamp_of(frame) < begins:
                    continue
                begun, zero = True, stamp_of(frame) if zero is None else zero
                ended = stamp_of(frame) + frame.samples / frame.sample_rate
                yield frame
        if isinstance(stream, AudioStream):
            yield from _drain(stream)


def _end_seconds(packet: AnyPacket) -> float:
    base = packet.time_base
    return float((packet.pts + (packet.duration or 0)) * base) if base and packet.pts is not None else np.inf


def _drain(stream: AudioStream) -> Iterator[AudioFrame]:
    """Yield the frames that the decoder still holds."""
    try:
        frames = stream.codec_context.decode(None)
    except av.FFmpegError:
        return
    for frame in frames:
        if stream.time_base is not None:
            frame.time_base = stream.time_base
        yield frame


def _decode(packet: AnyPacket) -> list[AudioFrame]:
    try:
        return [frame for frame in packet.decode() if isinstance(frame, AudioFrame)]
    except av.FFmpegError:
        return []


def stamp_of(frame: AudioFrame) -> float:
    """Return the stamp of a frame in seconds; 0 without one."""
    return frame.time if frame.time is not None else 0.0
