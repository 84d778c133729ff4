"""Tempo, beats and structure of a recording's music."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from eightcount_common.media.audio import open_audio
from eightcount_sync.music.bars import Metre
from eightcount_sync.music.beat_network import BeatNetwork
from eightcount_sync.music.beat_tracking import track_beats
from eightcount_sync.music.onsets import ONSET_RATE_HERTZ, SAMPLE_RATE_HERTZ, onset_features
from eightcount_sync.music.sections import section_starts


@dataclass(frozen=True, slots=True)
class Music:
    """Tempo, beats and structure of a recording's music.

    Attributes:
        has_beat: False for silence, speech and music without a steady beat; then there are no beats.
        reason: machine-readable, upper snake case; "OK" with a beat.
        tempo_bpm: median over the recording.
        beats_seconds: times of the beats, ascending.
        beat_in_bar: per beat its position in the bar, 1 is the downbeat; empty when it is unknown.
        eight_count_starts: indices of beats at which counting begins with 1.
        onset_envelope: [N] onset strength at `onset_rate_hertz` from time 0.
        section_starts_seconds: ascending; the first is the start of the recording.
        metre: "4/4", "3/4" or "6/8"; of 4/4 without a beat.
        confidence: chance in [0, 1] that the beats are right.
        metre_confidence, count_confidence: likewise for the metre and for counting from downbeats.
    """

    has_beat: bool
    reason: str
    tempo_bpm: float
    beats_seconds: tuple[float, ...]
    beat_in_bar: tuple[int, ...]
    eight_count_starts: tuple[int, ...]
    onset_envelope: NDArray[np.float32]
    onset_rate_hertz: float
    section_starts_seconds: tuple[float, ...]
    metre: Metre
    confidence: float
    metre_confidence: float
    count_confidence: float


def music_without_beat(reason: str) -> Music:
    """Build the analysis of a recording without a beat."""
    onsets = np.zeros(0, np.float32)
    return Music(False, reason, 0.0, (), (), (), onsets, ONSET_RATE_HERTZ, (), Metre.FOUR_FOUR, 0.0, 0.0, 0.0)


def analyse_music(file: BinaryIO, network: BeatNetwork, *, check: Callable[[], None] = lambda: None) -> Music:
    """Analyse a file's sound from beginning to end, in constant memory.

    Raises:
        UnusableMediaError: what `open_audio` raises.
    """
    with open_audio(file, rate_hertz=SAMPLE_RATE_HERTZ) as audio:
        features = onset_features(audio.blocks, network, check=check)
    start = audio.start_seconds
    if features.peak < 1e-4:
        return music_without_beat("SILENT_AUDIO")
    beats = track_beats(features, check=check)
    lead = np.zeros(max(0, round(start * ONSET_RATE_HERTZ)), np.float32)
    return Music(
        has_beat=beats.steady,
        reason="OK" if beats.steady else "NO_STEADY_BEAT",
        tempo_bpm=beats.tempo_bpm if beats.steady else 0.0,
        beats_seconds=tuple(start + time for time in beats.times_seconds) if beats.steady else (),
        beat_in_bar=beats.in_bar if beats.steady else (),
        eight_count_starts=beats.phrase_starts if beats.steady else (),
        onset_envelope=np.concatenate([lead, features.onsets]),
        onset_rate_hertz=ONSET_RATE_HERTZ,
        section_starts_seconds=tuple(start + time for time in section_starts(features)),
        metre=beats.metre,
        confidence=beats.confidence,
        metre_confidence=beats.metre_confidence,
        count_confidence=beats.count_confidence,
    )
