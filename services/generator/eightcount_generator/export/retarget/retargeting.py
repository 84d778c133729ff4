"""Retargets a dance to the joints of a character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eightcount_common.importing.character.character import Character
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.rotations import Array
from eightcount_generator.export.retarget.grounding import CONTEXT_FRAMES, GroundedMotion, ground_dance
from eightcount_generator.export.retarget.joint_mapping import MappedJoint, map_joints
from eightcount_generator.export.retarget.proportions import Proportions, measure_proportions

_BLOCK_FRAMES = 600


@dataclass(frozen=True, slots=True)
class Turns:
    """T frames of a character as joint rotations.

    Attributes:
        place: [T, 3] of the mover relative to its parent, in the file's unit; of the root relative to the world.
        local: [T, M, 3, 3] of the M mapped joints relative to their parents, in the file's convention.
    """

    place: Array
    local: Array


class Retargeting:
    """Retargets dances to one character.

    Attributes:
        character: the character.
        joints: the mapped joints.
        proportions: proportions of our body on its bones.
    """

    def __init__(self, character: Character) -> None:
        self.character = character
        self.joints = map_joints(character)
        self.proportions: Proportions = measure_proportions(character, self.joints)
        position = {one.joint: number for number, one in enumerate(self.joints)}
        self._above = [self._driver(one, position) for one in self.joints]
        body, turned = character.stance.body, character.stance.turned
        self._aligned = np.stack([one.swing @ body.T @ turned[one.joint] for one in self.joints])

    def blocks(self, dance: Dance) -> Iterator[Turns]:
        """Yield the dance in blocks of frames, the same as in one piece."""
        for start in range(0, len(dance), _BLOCK_FRAMES):
            before = max(start - CONTEXT_FRAMES, 0)
            stop = min(start + _BLOCK_FRAMES, len(dance))
            window = ground_dance(dance.frames(before, stop + CONTEXT_FRAMES), self.proportions)
            inner = slice(start - before, stop - before)
            yield self.turns(GroundedMotion(window.root[inner], window.world[inner]))

    def turns(self, body: GroundedMotion) -> Turns:
        """Return the joint rotations of the character for a motion of our body."""
        world = self.character.stance.world
        turned = np.stack([one.rotations(body.world) for one in self.joints], axis=1)
        turned = world @ turned @ self._aligned
        local = np.empty_like(turned)
        for number, (above, between) in enumerate(self._above):
            parent = between if above < 0 else turned[:, above] @ between
            local[:, number] = np.swapaxes(parent, -1, -2) @ turned[:, number]
        return Turns(self._place(body.root @ world.T), local)

    def _driver(self, one: MappedJoint, position: dict[int, int]) -> tuple[int, Array]:
        """Return the nearest mapped joint above (-1: none), and the parent's rotation relative to it."""
        turned = self.character.stance.turned
        parent = above = self.character.bvh.parents[one.joint]
        while above >= 0 and above not in position:
            above = self.character.bvh.parents[above]
        rest = turned[parent] if parent >= 0 else np.eye(3)
        return (-1, rest) if above < 0 else (position[above], turned[above].T @ rest)

    def _place(self, pelvis: Array) -> Array:
        """[T, 3] the mover relative to its parent, for a pelvis [T, 3] in the file's axes."""
        character, stance = self.character, self.character.stance
        parent = character.bvh.parents[character.mover]
        place = pelvis - (stance.positions[character.parts.pelvis] - stance.positions[character.mover])
        if parent < 0:
            return np.asarray(place)
        return np.asarray((place - stance.positions[parent]) @ stance.turned[parent])
