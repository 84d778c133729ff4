"""Rows of beats that a recording may have: paths at several tempi, and their halves, doubles, thirds and off-beats.

Off-beats that grow loud for a while would capture a path, so slow beats are halves of a path that is twice as fast.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_sync.music.beat_evidence import Evidence
from eightcount_sync.music.beat_paths import Search, find_beat_paths
from eightcount_sync.music.onsets import ONSET_RATE_HERTZ

Array = NDArray[np.float64]
BEATS_BPM = (150.0, 235.0)
HALF_BEATS_BPM = ((92.0, 184.0), (176.0, 300.0))
SLOW_BEATS_BPM = (72.0, 150.0)
"""Searched without half beats, for music that has none; kept where no half-beat path has the tempo."""
ONSET_SHARES = (0.3, 0.6)
"""Shares of the onsets in the two rows of chances that are searched; the rest is what the network detects."""
FASTEST_CAPTURED_BPM = 140.0
"""Up to this tempo a row is never the double of another."""
TEMPO_RANGE_BPM = (48.0, 235.0)
FEWEST_BEATS = 8
SAME_TEMPO = 0.04
_STRIDE = 8
SAME_BEAT_FRAMES = 2.0
SAME_SHARE = 0.85
"""Share of common beats from which two rows of one tempo are the same."""


def find_candidates(evidence: Evidence, *, check: Callable[[], None] = lambda: None) -> list[Array]:
    """Return rows of beats in frames, each [B], ascending; all are different."""
    onsets = 1.0 - np.exp(-gaussian_filter1d(evidence.onset, 1.0) / 2.0)
    rows = [np.clip((1.0 - share) * evidence.beat + share * onsets, 0.0, 1.0) for share in ONSET_SHARES]
    searches = [Search(row, tempi) for row in rows for tempi in (BEATS_BPM, *HALF_BEATS_BPM)]
    kept: list[Array] = []
    for search, path in zip(searches, find_beat_paths(searches, check=check), strict=True):
        beats = path.astype(np.float64)
        for row in [beats] if search.tempo_bpm == BEATS_BPM else [beats[::2], beats[1::2]]:
            _keep(row, kept)
    plain = find_beat_paths([Search(rows[0], SLOW_BEATS_BPM)], check=check)[0].astype(np.float64)
    if all(abs(tempo_of(plain) / tempo_of(row) - 1.0) >= SAME_TEMPO for row in kept):
        _keep(plain, kept)
    _keep(evidence.pulse, kept)
    for row in [related for beats in kept for related in _relate(beats)]:
        _keep(row, kept)
    return kept


def tempo_of(beats: Array) -> float:
    """Return the median tempo of beats in frames, in beats a minute."""
    stride = min(_STRIDE, len(beats) - 1)  # single intervals are rounded to frames
    return float(60.0 * ONSET_RATE_HERTZ * stride / np.median(beats[stride:] - beats[:-stride]))


def _relate(beats: Array) -> list[Array]:
    """Return the off-beats, the double, both halves and the three thirds of a row."""
    between = (beats[1:] + beats[:-1]) / 2.0
    slower = [beats[::2], beats[1::2], beats[::3], beats[1::3], beats[2::3]]
    double = [np.sort(np.concatenate([beats, between]))] if 2 * tempo_of(beats) > FASTEST_CAPTURED_BPM else []
    return [between, *double, *slower]


def _keep(beats: Array, kept: list[Array]) -> None:
    """Add a row unless it is too short, too slow or fast, or there already."""
    if len(beats) < FEWEST_BEATS or not TEMPO_RANGE_BPM[0] <= tempo_of(beats) <= TEMPO_RANGE_BPM[1]:
        return
    if not any(_is_same(beats, other) for other in kept):
        kept.append(beats)


def _is_same(beats: Array, other: Array) -> bool:
    if abs(tempo_of(other) / tempo_of(beats) - 1.0) >= SAME_TEMPO:
        return False
    return share_in_common(beats, other) > SAME_SHARE


def share_in_common(beats: Array, other: Array) -> float:
    """Return the share of beats that another row of at least two has, too."""
    after = np.clip(np.searchsorted(other, beats), 1, len(other) - 1)
    apart = np.minimum(np.abs(other[after] - beats), np.abs(other[after - 1] - beats))
    return float(np.mean(apart <= SAME_BEAT_FRAMES))
