"""What stays of a dance that is changed stays exactly as it was: the last step of a dance moves even that a little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import Array, smooth_step
from eightcount_generator.body.rotations import slerp
from eightcount_generator.models.base import Edit

_FADING_FRAMES = 8
"""In which the stretch that is made anew takes over from what is before it, and hands over to what is after."""


def restore_kept_parts(pieces: Iterable[Dance], edit: Edit) -> Iterator[Dance]:
    """The pieces of a changed dance, with all that the edit keeps as it was.

    Args:
        pieces: that are near to what is kept already, where something is kept.
        edit: of the dance.
    """
    first = 0
    for piece in pieces:
        old = edit.dance.frames(first, first + len(piece))
        yield _blend_piece(piece, old, _kept_weights(edit, np.arange(first, first + len(piece))))
        first += len(piece)


def _kept_weights(edit: Edit, frames: NDArray[np.integer]) -> Array:
    """[T, 24] how much of each joint is as it was."""
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
