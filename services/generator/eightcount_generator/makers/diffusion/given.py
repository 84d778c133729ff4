"""What of a dance is given to the network, which finds the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.makers.base import BodyPart, Wishes
from eightcount_generator.makers.corpus import Scale
from eightcount_generator.makers.encoding import GROUPS, WIDTH, Place, encoded, place_of

OVERLAP = 32
"""Frames of what was before that the next window goes on from."""
TRAVELLING, LOWER, UPPER = range(len(GROUPS))
_PARTS = {BodyPart.LEGS: [TRAVELLING, LOWER], BodyPart.UPPER_BODY: [UPPER]}

_FADING_FRAMES = 12
_GOES_ON, _HALF, _POSES = 0.4, 0.2, 0.2
"""How often windows have a beginning, half of the body, single poses, in training."""
_MOST_POSES = 4

FloatArray = NDArray[np.float32]


def columns(given: NDArray[np.floating]) -> FloatArray:
    """[..., G] of groups -> [..., WIDTH] of columns."""
    found = np.zeros((*given.shape[:-1], WIDTH), np.float32)
    for number, group in enumerate(GROUPS):
        found[..., group] = given[..., number : number + 1]
    return found


def met(found: NDArray[np.floating], values: FloatArray, given: FloatArray) -> FloatArray:
    """[K, T, WIDTH] what was found, with what is given in its place, and come to it and gone from it smoothly.

    By how much the network missed what is given fades from there within `_FADING_FRAMES`.

    Args:
        found: [K, T, WIDTH] the network's own frames, also where something is given.
        values: [T, WIDTH] what is given.
        given: [T, G] of which groups.
    """
    result = np.array(found, np.float32)
    for number, group in enumerate(GROUPS):
        known = np.flatnonzero(given[:, number])
        missed = values[known][:, group] - found[:, known][..., group]
        for frame in range(len(values)) if len(known) else ():
            after = int(np.searchsorted(known, frame))
            for near in {max(after - 1, 0), min(after, len(known) - 1)}:
                share = _fading(abs(int(known[near]) - frame))
                if share:
                    result[:, frame, group] += share * missed[:, near]
        result[:, known[:, None], group] = values[known[:, None], group]
    return result


def _fading(frames: int) -> float:
    return float(np.cos(np.pi / 2 * min(frames / _FADING_FRAMES, 1.0)) ** 2) if frames < _FADING_FRAMES else 0.0


def some_given(random: np.random.Generator, size: int, frames: int) -> FloatArray:
    """[B, T, G] what windows of a batch are given in training."""
    given = np.zeros((size, frames, len(GROUPS)), np.float32)
    for one in given:
        if random.random() < _GOES_ON:
            one[:OVERLAP] = 1
        if random.random() < _HALF:
            one[:, _PARTS[BodyPart.LEGS if random.random() < 0.5 else BodyPart.UPPER_BODY]] = 1
        if random.random() < _POSES:
            for place in random.integers(0, frames, size=random.integers(1, _MOST_POSES + 1)):
                one[place, [LOWER, UPPER]] = 1
            if random.random() < 0.5:  # the way back to what is there already
                one[-random.integers(4, OVERLAP) :] = 1
    return given


class Wished:
    """What a user gives: a dance to change, poses to pass through."""

    def __init__(self, wishes: Wishes, scale: Scale) -> None:
        self._poses = {
            round(key.seconds * FRAME_RATE_HERTZ): scale.normal(encoded(_seen(_still(key.pose), wishes))[0])
            for key in wishes.key_poses
        }
        self._wishes = wishes
        self._edit = wishes.edit
        self._dance = scale.normal(encoded(_seen(wishes.edit.dance, wishes))) if wishes.edit else None

    def window(self, first: int, frames: int) -> tuple[FloatArray, FloatArray]:
        """[T, WIDTH] normalised frames from `first` on, and [T, G] what of them is given; past the end nothing is."""
        values = np.zeros((frames, WIDTH), np.float32)
        given = np.zeros((frames, len(GROUPS)), np.float32)
        if self._edit is not None and self._dance is not None:
            part = self._dance[first : first + frames]
            values[: len(part)] = part
            numbers = np.arange(first, first + len(part))
            stays = (numbers < self._edit.first_frame) | (numbers >= self._edit.end_frame)
            given[: len(part)][stays] = 1
            for kept in self._edit.keep:
                given[: len(part), _PARTS[kept]] = 1
        for frame, pose in self._poses.items():
            if first <= frame < first + frames:
                values[frame - first], given[frame - first, [LOWER, UPPER]] = pose, 1
        return values, given

    @property
    def back(self) -> tuple[int, Place] | None:
        """The frame from which on all stays, and where on the floor that is; None where the way there is given."""
        edit = self._edit
        if edit is None or BodyPart.LEGS in edit.keep or edit.end_frame >= len(edit.dance):
            return None
        return edit.end_frame, place_of(_seen(edit.dance, self._wishes), edit.end_frame)

    def waits(self, frame: int, frames: int) -> bool:
        """Whether something whole is given among some frames from `frame` on, which must be come to in time."""
        given = self.window(frame, frames)[1]
        return bool((given[:, LOWER] * given[:, UPPER]).any())


def _still(pose: Dance) -> Dance:
    """The pose, held: how it moves on is not given."""
    return Dance.joined([pose, pose])


def _seen(dance: Dance, wishes: Wishes) -> Dance:
    """As the network makes it, before left and right are swapped."""
    return dance.mirrored() if wishes.mirrored else dance
