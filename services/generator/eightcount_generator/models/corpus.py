"""The recordings in the form that networks are trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.models.encoding import ROOT_VELOCITY, encode
from eightcount_generator.models.music_features import ENERGY_CHANNEL, liveliness, motion_features, music_features
from eightcount_generator.models.trimming import moving_range
from eightcount_generator.sources.recording import Recording

_MIN_DEVIATION = 0.05
"""Minimum deviation of a number, so that numbers that hardly vary are not amplified."""
_MAX_SPEED_OCTAVES = 0.3
"""Windows are played up to this much faster or slower: augmentation by tempo."""
_HOLD_OUT_EVERY = 8
"""One take in so many is held out."""
_MIN_TAKES_TO_HOLD_OUT = 4
"""With fewer takes, nothing is held out."""
_TEMPO_CHANNEL = 2
"""Channel of the tempo in the music features."""
_MAX_DEVIATIONS = 6.0
"""Normalised values are clipped here; larger ones are capture errors."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Windows:
    """B windows of T frames.

    Attributes:
        frames: [B, T, WIDTH] encoded and normalised.
        features: [B, T, FEATURE_COUNT] music features.
        style: [B] index of the style in the corpus.
    """

    frames: FloatArray
    features: FloatArray
    style: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Normaliser:
    """Mean and deviation that encoded frames are normalised with.

    Attributes:
        mean: [WIDTH].
        deviation: [WIDTH] the frames are divided by it.
        lively: [101] percentiles of the recordings' liveliness, which energies are ranked against.
    """

    mean: FloatArray
    deviation: FloatArray
    lively: FloatArray

    def normalise(self, frames: NDArray[np.floating]) -> FloatArray:
        """[..., WIDTH] encoded to normalised."""
        return ((frames - self.mean) / self.deviation).astype(np.float32)

    def denormalise(self, frames: NDArray[np.floating]) -> FloatArray:
        """[..., WIDTH] normalised to encoded."""
        return (frames * self.deviation + self.mean).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Piece:
    frames: FloatArray
    features: FloatArray
    style: int


class Corpus:
    """The recordings and their mirror images, encoded.

    Args:
        recordings: recordings to train on.
        window: frames of a window; shorter recordings are excluded.
        styles: styles of the network, when it is fine-tuned; those of the recordings when not given.
        scale: normaliser of the network, when it is fine-tuned; that of the recordings when not given.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION, no recording is long enough. UNKNOWN_STYLE, a recording has another style.
    """

    def __init__(
        self, recordings: Sequence[Recording], *, window: int, styles: tuple[str, ...] | None = None,
        scale: Normaliser | None = None,
    ) -> None:  # fmt: skip
        self.window = window
        longest = round(window * 2**_MAX_SPEED_OCTAVES) + 2
        self.recordings = [one for one in map(_trim_recording, recordings) if len(one.dance) >= longest]
        """x"""
        if not self.recordings:
            raise InvalidInputError(
                f"a recording with {longest / FRAME_RATE_HERTZ:.0f} s or more of motion is required; none of the "
                f"{len(recordings)} has that",
                reason="TOO_LITTLE_MOTION",
            )
        self.styles = styles or tuple(sorted({one.style for one in self.recordings}))
        """Names of the styles; "" for recordings without one."""
        self.scale = scale or _fit_normaliser([one.dance for one in self.recordings])
        out = _choose_held_out_takes(self.recordings)
        self._known = [piece for one in self.recordings if one.take not in out for piece in self._encode_pieces(one)]
        self._out = [self._encode_pieces(one)[0] for one in self.recordings if one.take in out]
        lengths = np.array([len(piece.frames) for piece in self._known], np.float64)
        self._chances = lengths / lengths.sum()

    @property
    def seconds(self) -> float:
        """Seconds of motion to train on, mirror images excluded."""
        return sum(len(piece.frames) for piece in self._known) / 2 / FRAME_RATE_HERTZ

    @property
    def audible_channels(self) -> NDArray[np.bool_]:
        """[FEATURE_COUNT] whether a feature is ever non-zero: there may be no recording with music."""
        return np.asarray(np.any([piece.features.any(axis=0) for piece in self._known], axis=0))

    def energies(self) -> list[list[FloatArray]]:
        """For each style, the energy [T] of each recording to train on."""
        known = self._known[::2]  # a mirror image has the energy of what it mirrors
        return [
            [one.features[:, ENERGY_CHANNEL] for one in known if one.style == style]
            for style in range(len(self.styles))
        ]

    def sample(self, random: np.random.Generator, size: int) -> Windows:
        """Sample random windows at random speeds."""
        return _stack([self._sample_window(random, self.window) for _ in range(size)])

    def validation_windows(self) -> Windows | None:
        """Return consecutive windows of the held-out takes; None when there are too few takes."""
        found = [
            _Piece(piece.frames[start : start + self.window], piece.features[start : start + self.window], piece.style)
            for piece in self._out
            for start in range(0, len(piece.frames) - self.window + 1, self.window)
        ]
        return _stack(found) if found else None

    def sample_openings(self, count: int, random: np.random.Generator) -> Windows:
        """Sample windows at their own speed, as openings of dances."""
        return _stack([self._sample_window(random, self.window, octaves=0.0) for _ in range(count)])

    def _encode_pieces(self, recording: Recording) -> list[_Piece]:
        style = self.styles.index(recording.style) if recording.style in self.styles else -1
        if style < 0:
            raise InvalidInputError(f"the model does not know the style {recording.style!r}", reason="UNKNOWN_STYLE")
        dance, features = recording.dance, self._features(recording)
        both = [self.scale.normalise(encode(one)) for one in (dance, dance.mirror())]
        return [_Piece(np.clip(frames, -_MAX_DEVIATIONS, _MAX_DEVIATIONS), features, style) for frames in both]

    def _features(self, recording: Recording) -> FloatArray:
        if recording.music is None:
            return motion_features(recording.dance, scale=self.scale.lively)
        return music_features(recording.music, len(recording.dance))

    def _sample_window(
        self, random: np.random.Generator, window: int, *, octaves: float = _MAX_SPEED_OCTAVES
    ) -> _Piece:
        piece = self._known[random.choice(len(self._known), p=self._chances)]
        faster = 2.0 ** random.uniform(-octaves, octaves)
        last = len(piece.frames) - 1 - (window - 1) * faster
        positions = random.uniform(0, last) + np.arange(window) * faster
        frames, features = _interpolate(piece.frames, positions), _interpolate(piece.features, positions)
        mean, deviation = self.scale.mean[ROOT_VELOCITY], self.scale.deviation[ROOT_VELOCITY]
        frames[:, ROOT_VELOCITY] = ((frames[:, ROOT_VELOCITY] * deviation + mean) * faster - mean) / deviation
        features[:, _TEMPO_CHANNEL] += np.log2(faster)
        return _Piece(frames, features, piece.style)


def _trim_recording(recording: Recording) -> Recording:
    """Remove the idle ends of a recording and the music that plays during them."""
    start, end = moving_range(recording.dance)
    dance = recording.dance.frames(start, end)
    music = recording.music and recording.music.part(start / FRAME_RATE_HERTZ, dance.seconds) if len(dance) else None
    return replace(recording, dance=dance, music=music)


def _fit_normaliser(dances: Sequence[Dance]) -> Normaliser:
    whole = np.concatenate([encode(one) for dance in dances for one in (dance, dance.mirror())])
    lively = np.percentile(np.concatenate([liveliness(dance) for dance in dances]), np.arange(101))
    deviation = np.maximum(whole.std(axis=0), _MIN_DEVIATION)
    return Normaliser(whole.mean(axis=0).astype(np.float32), deviation.astype(np.float32), lively.astype(np.float32))


def _choose_held_out_takes(recordings: Sequence[Recording]) -> set[str]:
    """Choose every eighth take, one of four to seven, none of fewer; never the only take of a style."""
    takes = {one.take for one in recordings}
    styles = {one.style: {other.take for other in recordings if other.style == one.style} for one in recordings}
    spared = {take for known in styles.values() if len(known) == 1 for take in known}
    dealt = sorted(takes - spared)
    if len(takes) < _MIN_TAKES_TO_HOLD_OUT:
        return set()
    return set(dealt[_HOLD_OUT_EVERY - 1 :: _HOLD_OUT_EVERY] or dealt[-1:])


def _interpolate(values: FloatArray, positions: NDArray[np.floating]) -> FloatArray:
    below = np.clip(np.floor(positions).astype(np.intp), 0, len(values) - 2)
    part = (positions - below).astype(np.float32)[:, None]
    return np.asarray(values[below] * (1 - part) + values[below + 1] * part, np.float32)


def _stack(pieces: Sequence[_Piece]) -> Windows:
    return Windows(
        np.stack([piece.frames for piece in pieces]), np.stack([piece.features for piece in pieces]),
        np.array([piece.style for piece in pieces], np.intp),
    )  # fmt: skip
