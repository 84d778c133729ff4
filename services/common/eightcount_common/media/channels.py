"""Several channels as one: measured first, since the mean of channels of opposite sign is silence.

Microphones wired the wrong way round, karaoke filters and some converters leave a right channel that is the left one
upside down. The mean of both loses the music; with one of them turned round it is whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from numpy.typing import NDArray

Floats = NDArray[np.float64]

AUDIBLE_DECIBELS = -55.0
"""Level below full scale from which on sound is audible."""
CANCELLING_SHARE = 0.25
"""The mean of channels that has less than this share of the power that unrelated channels would leave, cancels."""
_WEIGHTS = {"FL": 1.0, "FR": 1.0, "FC": 1.0, "LFE": 0.0, "LFE2": 0.0}
_SURROUND_WEIGHT = 0.7071
_HEAD_SECONDS, _WINDOW_SECONDS, _EVERY_SECONDS = 5.0, 1.0, 4.0
"""The first seconds are measured, and then a second in every few."""
_ENOUGH_SECONDS = 10.0
_LONGEST_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Mix:
    """The way in which C channels become one.

    Attributes:
        weights: [C] of the channels; None for the usual mean, which every file gets whose channels do not cancel.
    """

    weights: tuple[float, ...] | None = None


@dataclass(slots=True)
class SoundMeter:
    """Levels of the part of a stream that was read so far.

    Attributes:
        names: of the channels.
        products: [C, C] sums of the products of the channels' samples.
        samples: number of samples.
        audible_samples: number of those in pieces that are audible.
        loudest: power of the loudest piece.
        rate_hertz: of the stream.
    """

    names: tuple[str, ...] = ()
    products: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    samples: int = 0
    audible_samples: int = 0
    loudest: float = 0.0
    rate_hertz: int = 1

    def add(self, names: tuple[str, ...], samples: NDArray[np.float32], rate_hertz: int) -> None:
        """Add a piece [C, N]; pieces with other channels than the first are left out."""
        if not self.names:
            self.names, self.products, self.rate_hertz = names, np.zeros((len(names), len(names))), rate_hertz
        if names != self.names or not samples.shape[1]:
            return
        piece = np.nan_to_num(samples.astype(np.float64))
        power = float((piece**2).mean(axis=1).max())
        self.products += piece @ piece.T
        self.samples += samples.shape[1]
        self.loudest = max(self.loudest, power)
        if _to_decibels(power) > AUDIBLE_DECIBELS:
            self.audible_samples += samples.shape[1]

    @property
    def audible(self) -> bool:
        """Whether anything is audible."""
        return self.audible_samples > 0

    @property
    def decibels(self) -> float:
        """Level of the loudest channel over everything measured, in decibels below full scale."""
        if not self.samples:
            return -np.inf
        return _to_decibels(float(np.diag(self.products).max()) / self.samples)


def _to_decibels(power: float) -> float:
    return float(10 * np.log10(max(power, 1e-12)))


def choose_mix(meter: SoundMeter) -> Mix:
    """Return how a stream's channels become one: their mean, or, where that cancels, with some of them turned round.

    The signs are those of the principal component of the weighted channels.
    """
    if len(meter.names) < 2 or not meter.audible:
        return Mix()
    weights = np.array([_WEIGHTS.get(name, _SURROUND_WEIGHT) for name in meter.names])
    weights /= max(weights.sum(), 1e-9)
    weighted = weights[:, None] * meter.products * weights
    if weighted.sum() >= CANCELLING_SHARE * np.trace(weighted):
        return Mix()
    principal = np.linalg.eigh(weighted)[1][:, -1]
    signs = np.where(principal * principal[np.abs(principal).argmax()] < 0, -1.0, 1.0)
    return Mix(tuple((weights * signs).tolist()))


def measure_sound(
    container: InputContainer,
    streams: Sequence[AudioStream],
    meters: Mapping[int, SoundMeter],
    *,
    enough: int,
) -> None:
    """Measure some streams from the container's position on, until enough of one of them was audible.

    Args:
        container: the file.
        streams: the streams.
        meters: by the index of the stream; they receive the levels.
        enough: index of the stream that is used if it is audible.
    """
    begun: dict[int, float] = {}
    tallest = meters[enough]
    try:
        for packet in container.demux(*streams):
            if not packet.size or packet.stream_index not in meters:
                continue
            seconds = _seconds_since_start(packet, begun)
            if seconds > _LONGEST_SECONDS or tallest.audible_samples >= _ENOUGH_SECONDS * tallest.rate_hertz:
                return
            if seconds < _HEAD_SECONDS or seconds % _EVERY_SECONDS < _WINDOW_SECONDS:
                _measure_packet(packet, meters[packet.stream_index])
    except (av.FFmpegError, IndexError):  # IndexError: a stream that appears in mid-file
        return


def _seconds_since_start(packet: Packet[Stream], begun: dict[int, float]) -> float:
    stamp = packet.pts if packet.pts is not None else packet.dts
    if stamp is None or not packet.time_base:
        return 0.0
    seconds = float(stamp * packet.time_base)
    return seconds - begun.setdefault(packet.stream_index, seconds)


def _measure_packet(packet: Packet[Stream], meter: SoundMeter) -> None:
    try:
        frames = packet.decode()
    except av.FFmpegError:
        return
    for frame in frames:
        if isinstance(frame, AudioFrame):
            meter.add(*_to_samples(frame))


def _to_samples(frame: AudioFrame) -> tuple[tuple[str, ...], NDArray[np.float32], int]:
    names = tuple(channel.name for channel in frame.layout.channels)
    frame.pts = None
    planar = AudioResampler(format="fltp", layout=frame.layout, rate=frame.sample_rate).resample(frame)
    pieces = [piece.to_ndarray() for piece in planar]
    return names, np.concatenate(pieces, axis=1) if pieces else np.empty((len(names), 0), np.float32), frame.sample_rate
