"""Concatenates dances without a jump."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import Array, fade_out
from eightcount_generator.body.rotations import about_y, from_axis_angle, to_axis_angle


def heading(rotations: Array) -> Array:
    """Return the heading [...] of pelvis rotations [..., 3, 3]: radians about y from +z.

    The angle of the twist about y (swing-twist decomposition), so it is steady when the body bends over.
    """
    sine = rotations[..., 0, 2] - rotations[..., 2, 0]
    return np.arctan2(sine, rotations[..., 0, 0] + rotations[..., 2, 2])


def align_after(following: Dance, before: Dance) -> Dance:
    """Turn and move `following` on the floor so that it starts where `before` would continue."""
    last = before.rotations[-1, 0].astype(np.float64)
    turn = about_y(heading(last) - heading(following.rotations[0, 0].astype(np.float64)))
    root = following.root.astype(np.float64) @ turn.T
    ahead = before.root[-1] + _step(before.root.astype(np.float64), at=-1)
    root[:, [0, 2]] += (ahead - root[0])[[0, 2]]
    rotations = following.rotations.astype(np.float64)
    rotations[:, 0] = turn @ rotations[:, 0]
    return replace(following, root=root.astype(np.float32), rotations=rotations.astype(np.float32))


def blend(before: Dance, following: Dance, frames: int = 12) -> Dance:
    """Concatenate two dances; `following` takes over pose, position and velocity of `before` and is itself after
    `frames`.

    `following` is aligned first (`align_after`). The difference of pose and velocity at the seam is added to it and
    fades out (Bollo, "Inertialization: High-Performance Animation Transitions in Gears of War", 2018): no frame of
    either is shown twice, and `before` need not continue past the seam.
    """
    if not len(before) or not len(following):
        return before if len(before) else following
    placed = align_after(following, before)
    part = placed.frames(0, min(frames, len(placed)))
    fraction = np.arange(len(part)) / max(frames, 1)
    root, rotations = part.root.astype(np.float64), part.rotations.astype(np.float64)
    old_root, old = before.root.astype(np.float64), before.rotations.astype(np.float64)
    step = _step(old_root, at=-1)
    off, speed = old_root[-1] + step - root[0], step - _step(root, at=0)
    root = root + fade_out(off, speed * frames, fraction)
    ahead = from_axis_angle(_turn(old, at=-1)) @ old[-1]
    apart = to_axis_angle(ahead @ np.swapaxes(rotations[0], -1, -2))
    faster = _turn(old, at=-1) - _turn(rotations, at=0)
    rotations = from_axis_angle(fade_out(apart, faster * frames, fraction)) @ rotations
    eased = replace(part, root=root.astype(np.float32), rotations=rotations.astype(np.float32))
    return type(before).concatenate([before, eased, placed.frames(len(part), len(placed))])


def _step(values: Array, *, at: int) -> Array:
    """Return the last step of a path (`at` -1) or its first one (`at` 0)."""
    if len(values) < 2:
        return np.zeros_like(values[0])
    return np.asarray(values[-1] - values[-2] if at else values[1] - values[0])


def _turn(rotations: Array, *, at: int) -> Array:
    """Return the last or first step of rotations: [24, 3] axis times angle relative to the parent."""
    if len(rotations) < 2:
        return np.zeros(rotations.shape[1:-1])
    last, now = (rotations[-2], rotations[-1]) if at else (rotations[0], rotations[1])
    return to_axis_angle(now @ np.swapaxes(last, -1, -2))
