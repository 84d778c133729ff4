"""Restores the kept parts of an edited dance exactly; post-processing may have moved even those a little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import Array, smooth_step
from eightcount_generator.body.rotations import slerp
from eightcount_generator.models.base import Edit

_FADING_FRAMES = 8
"""Frames in which the generated stretch blends with what precedes and follows it."""


def restore_kept_parts(pieces: Iterable[Dance], edit: Edit) -> Iterator[Dance]:
    """Yield the pieces of an edited dance with everything that the edit keeps.

    Args:
        pieces: the generated pieces, already close to the kept parts.
        edit: the edit.
    """
    first = 0
    for piece in pieces:
        old = edit.dance.frames(first, first + len(piece))
        yield _blend_piece(piece, old, _kept_weights(edit, np.arange(first, first + len(piece))))
        first += len(piece)


def _kept_weights(edit: Edit, frames: NDArray[np.integer]) -> Array:
    """[T, 24] how much of each joint is restored."""
    since = frames + 1 - edit.first_frame if edit.first_frame else np.full(len(frames), np.inf)
    until = edit.end_frame - frames if edit.end_frame < len(edit.dance) else np.full(len(frames), np.inf)
    anew = smooth_step(np.minimum(since, until) / _FADING_FRAMES)
    return np.where(edit.kept_joints, 1.0, 1 - anew[:, None])


def _blend_piece(new: Dance, old: Dance, part: Array) -> Dance:
    stays, whole = part[:, :1], part[..., None, None]
    root = new.root + stays * (old.root - new.root)
    rotations = slerp(new.rotations.astype(np.float64), old.rotations.astype(np.float64), part)
    return Dance(
        np.where(stays == 1, old.root, root).astype(np.float32),
        np.where(whole == 1, old.rotations, np.where(whole == 0, new.rotations, rotations)).astype(np.float32),
    )
