"""Other beat trackers on the same samples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.onsets import ONSET_RATE_HERTZ, OnsetFeatures
from tests.benchmarks.beats.playing import RATE_HERTZ

Array = NDArray[np.float64]
PEERS = ("librosa", "BeatNet with madmom-infer")
FOLDER = Path("build/beat-peers")
_PACKAGE = "madmom-infer==0.2.0"


def track_with_peers(samples: NDArray[np.float32], features: OnsetFeatures) -> list[Array]:
    """Return the beats in seconds that each of `PEERS` finds."""
    import librosa

    beats = librosa.beat.beat_track(y=samples, sr=RATE_HERTZ, units="time")[1]
    bars = _bar_pointer()(np.clip(features.chances, 1e-6, 1.0 - 1e-6))
    return [np.asarray(beats), np.asarray(bars).reshape(-1, 2)[:, 0]]


def _bar_pointer() -> Any:
    """Return the bar-pointer model of madmom-infer; the package is fetched once and not installed."""
    if not FOLDER.is_dir():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", f"--target={FOLDER}", _PACKAGE], check=True
        )
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    from madmom_infer.features.downbeats import DBNDownBeatTrackingProcessor

    return DBNDownBeatTrackingProcessor(beats_per_bar=[3, 4], fps=ONSET_RATE_HERTZ)
