"""Tempo along a song: from beats to seconds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_STEPS = 24
"""Steps a beat over which the tempo is summed up."""


def integrate_tempo(tempo_bpm: Callable[[Array], Array], beats: int) -> Callable[[Array], Array]:
    """Return the function from beats (from -8 on) to seconds; beat 0 is at 0 s."""
    grid = np.arange(-8 * _STEPS, (beats + 9) * _STEPS) / _STEPS
    seconds = np.concatenate([[0.0], np.cumsum(60.0 / tempo_bpm(grid[:-1] + 0.5 / _STEPS) / _STEPS)])
    seconds -= np.interp(0.0, grid, seconds)
    return lambda places: np.interp(places, grid, seconds)


def steady(bpm: float) -> Callable[[Array], Array]:
    """Return one tempo throughout."""
    return lambda beats: np.full(len(beats), bpm)


def stepped(bpm: float, ratio: float, at: int) -> Callable[[Array], Array]:
    """Return a tempo that changes at a beat."""
    return lambda beats: np.where(beats < at, bpm, bpm * ratio)


def drifting(bpm: float, ratio: float, beats: int) -> Callable[[Array], Array]:
    """Return a tempo that changes evenly over the song."""
    return lambda places: bpm * ratio ** np.clip(places / beats, 0.0, 1.0)


def swaying(bpm: float, depth: float, period_beats: float) -> Callable[[Array], Array]:
    """Return rubato: a tempo that sways, and slows down at the ends of phrases."""
    return lambda beats: (
        bpm
        * (1.0 + depth * np.sin(2 * np.pi * beats / period_beats))
        * (1.0 - depth * np.exp(-0.5 * ((beats % period_beats - period_beats + 1.0) / 1.0) ** 2))
    )
