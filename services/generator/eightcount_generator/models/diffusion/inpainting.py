"""Inpainting: which values of a window are known to the network, and how its output is blended with them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.models.base import BodyPart, GenerationOptions
from eightcount_generator.models.corpus import Normaliser
from eightcount_generator.models.encoding import GROUPS, WIDTH, RootPose, encode, root_pose_at

OVERLAP = 32
"""Frames of the previous window that the next one continues from."""
ROOT, LOWER, UPPER = range(len(GROUPS))
_PARTS = {BodyPart.LEGS: [ROOT, LOWER], BodyPart.UPPER_BODY: [UPPER]}

_FADE_FRAMES = 12
_PREFIX_CHANCE, _HALF_BODY_CHANCE, _POSES_CHANCE = 0.4, 0.2, 0.2
"""Probability that a training window has a known prefix, a known half of the body, known single poses."""
_MAX_POSES = 4

FloatArray = NDArray[np.float32]


def expand_groups(mask: NDArray[np.floating]) -> FloatArray:
    """Expand a mask of groups [..., G] to columns [..., WIDTH]."""
    found = np.zeros((*mask.shape[:-1], WIDTH), np.float32)
    for number, group in enumerate(GROUPS):
        found[..., group] = mask[..., number : number + 1]
    return found


def blend_known_values(found: NDArray[np.floating], values: FloatArray, mask: FloatArray) -> FloatArray:
    """Return the output with the known values in their place, and smooth transitions to and from them.

    The error of the network at a known value is subtracted from the frames around it, fading within `_FADE_FRAMES`.

    Args:
        found: [K, T, WIDTH] output of the network, also where values are known.
        values: [T, WIDTH] known values.
        mask: [T, G] 1 where a group is known.
    """
    result = np.array(found, np.float32)
    for number, group in enumerate(GROUPS):
        known = np.flatnonzero(mask[:, number])
        missed = values[known][:, group] - found[:, known][..., group]
        for frame in range(len(values)) if len(known) else ():
            after = int(np.searchsorted(known, frame))
            for near in {max(after - 1, 0), min(after, len(known) - 1)}:
                share = _fade(abs(int(known[near]) - frame))
                if share:
                    result[:, frame, group] += share * missed[:, near]
        result[:, known[:, None], group] = values[known[:, None], group]
    return result


def _fade(frames: int) -> float:
    return float(np.cos(np.pi / 2 * min(frames / _FADE_FRAMES, 1.0)) ** 2) if frames < _FADE_FRAMES else 0.0


def sample_masks(random: np.random.Generator, size: int, frames: int) -> FloatArray:
    """Sample the masks [B, T, G] of a training batch."""
    mask = np.zeros((size, frames, len(GROUPS)), np.float32)
    for one in mask:
        if random.random() < _PREFIX_CHANCE:
            one[:OVERLAP] = 1
        if random.random() < _HALF_BODY_CHANCE:
            one[:, _PARTS[BodyPart.LEGS if random.random() < 0.5 else BodyPart.UPPER_BODY]] = 1
        if random.random() < _POSES_CHANCE:
            for place in random.integers(0, frames, size=random.integers(1, _MAX_POSES + 1)):
                one[place, [LOWER, UPPER]] = 1
            if random.random() < 0.5:  # the way back to what is there already
                one[-random.integers(4, OVERLAP) :] = 1
    return mask


class Constraints:
    """The known values that a user gives: a dance to edit, and key poses."""

    def __init__(self, options: GenerationOptions, scale: Normaliser) -> None:
        self._poses = {
            round(key.seconds * FRAME_RATE_HERTZ): scale.normalise(
                encode(_in_generator_frame(_hold_pose(key.pose), options))[0]
            )
            for key in options.key_poses
        }
        self._options = options
        self._edit = options.edit
        self._dance = (
            scale.normalise(encode(_in_generator_frame(options.edit.dance, options))) if options.edit else None
        )

    def window(self, first: int, frames: int) -> tuple[FloatArray, FloatArray]:
        """Return normalised frames [T, WIDTH] from `first` on and their mask [T, G]; nothing is known past the end."""
        values = np.zeros((frames, WIDTH), np.float32)
        mask = np.zeros((frames, len(GROUPS)), np.float32)
        if self._edit is not None and self._dance is not None:
            part = self._dance[first : first + frames]
            values[: len(part)] = part
            numbers = np.arange(first, first + len(part))
            stays = (numbers < self._edit.first_frame) | (numbers >= self._edit.end_frame)
            mask[: len(part)][stays] = 1
            for kept in self._edit.keep:
                mask[: len(part), _PARTS[kept]] = 1
        for frame, pose in self._poses.items():
            if first <= frame < first + frames:
                values[frame - first], mask[frame - first, [LOWER, UPPER]] = pose, 1
        return values, mask

    @property
    def return_target(self) -> tuple[int, RootPose] | None:
        """The first frame after an edit and the root pose there; None where the root motion is known."""
        edit = self._edit
        if edit is None or BodyPart.LEGS in edit.keep or edit.end_frame >= len(edit.dance):
            return None
        return edit.end_frame, root_pose_at(_in_generator_frame(edit.dance, self._options), edit.end_frame)

    def needs_approach(self, frame: int, frames: int) -> bool:
        """Return whether a complete pose is known in the frames from `frame` on, which needs time to approach."""
        mask = self.window(frame, frames)[1]
        return bool((mask[:, LOWER] * mask[:, UPPER]).any())


def _hold_pose(pose: Dance) -> Dance:
    """Return the pose twice, so that it has no velocity."""
    return Dance.concatenate([pose, pose])


def _in_generator_frame(dance: Dance, options: GenerationOptions) -> Dance:
    """Mirror a dance that the generator will mirror again."""
    return dance.mirror() if options.mirrored else dance
