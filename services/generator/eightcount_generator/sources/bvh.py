"""Reads dances from BVH files with any joint names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.bvh_body import turn_y_up
from eightcount_common.importing.character.tree import Tree
from eightcount_common.importing.joint_names import normalise_name
from eightcount_common.importing.limbs import find_limbs
from eightcount_common.skeletons import BODY_12
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.fitting.landmarks import Landmarks
from eightcount_generator.body.fitting.whole_body import fit_body
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.sources.resampling import resample

_SIDES = ("left", "right")
_UPRIGHT = 0.7
"""Minimum cosine between the spine of a rest pose and the vertical at which the rest pose shows the heading."""
_LEVEL_RAD = np.radians(20)
"""Median tilt of the head against the trunk that is accepted as it is."""
_SHORT = 0.01
"""Share of a leg below which a bone has no length."""
_TOE_SLOPE = BODY.offsets[BODY.index("left_foot"), 1] / BODY.offsets[BODY.index("left_foot"), 2]


def bvh_to_dance(bvh: Bvh, *, frame_rate: float | None = None, first_frame: int = 0) -> Dance:
    """Convert a recording to a dance of our body.

    Args:
        bvh: in any unit, with joints that `limbs.find_limbs` finds; on whatever axis the body stands is up.
        frame_rate: frames per second, to override the header's frame time where that is known to be wrong.
        first_frame: earlier frames are left out; many files start with a rest pose.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN; INVALID_BVH, an impossible frame rate or length.
    """
    rate = 1 / bvh.frame_seconds if frame_rate is None else frame_rate
    if not 0 < rate < np.inf or not 0 <= first_frame < len(bvh):
        raise InvalidInputError(
            f"BVH: the frame rate must be above 0 and the first frame below {len(bvh)}; got {rate} and {first_frame}",
            reason="INVALID_BVH",
        )
    landmarks = bvh_landmarks(replace(bvh, values=bvh.values[first_frame:]))
    return fit_body(Landmarks(landmarks.names, resample(landmarks.positions, rate)))


def bvh_landmarks(bvh: Bvh) -> Landmarks:
    """Return the positions of every joint of the body that the file has, y up, at its rate and in its unit.

    The twelve joints are found by `find_limbs`; pelvis, spine and neck lie between them in the tree; the head is found
    by name, toes and hands as descendants of ankle and wrist. Where the file's rest pose stands upright, it shows the
    directions of head and feet without rotation.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN.
    """
    return _Tree(bvh).landmarks()


class _Tree:
    """The joints of a file by body part."""

    def __init__(self, bvh: Bvh) -> None:
        self._bvh = bvh
        self._column = dict(find_limbs(bvh).joints)
        self._rest = Tree(bvh).rest
        self._leg = float(np.linalg.norm(bvh.offsets[[self._column["left_knee"], self._column["left_ankle"]]]))

    def landmarks(self) -> Landmarks:
        column = self._column | self._trunk()
        for side in ("left", "right"):
            column |= self._tip(f"{side}_hand", column[f"{side}_wrist"], "index", "mid", "finger")
            column |= self._tip(f"{side}_foot", column[f"{side}_ankle"], "toe", "ball")
        marked, marks = self._add_marks(column)
        limbs = [self._column[keypoint] for keypoint in BODY_12.keypoints]
        wanted = column | marks
        found = dict(zip(wanted, marked.positions(list(wanted.values())).swapaxes(0, 1), strict=True))
        body = np.stack([found[keypoint] for keypoint in BODY_12.keypoints], axis=1)
        turn = turn_y_up(body, self._rest[limbs])
        positions = {name: places @ turn.T for name, places in found.items()}
        if {"nose", "neck"} <= set(positions):
            positions["nose"] = _level_nose(positions)
        return Landmarks.of(positions)

    def _trunk(self) -> dict[str, int]:
        """Find pelvis, positions along the spine, neck and head, as far as they exist."""
        column = self._column
        pelvis = self._common(self._above(column["left_hip"]), self._above(column["left_shoulder"]))
        if pelvis < 0:
            return {}
        found = {"pelvis": pelvis}
        heads = [
            joint
            for joint, name in enumerate(self._bvh.joints)
            if normalise_name(name).endswith(("head", "頭")) and pelvis in self._above(joint)
        ]
        top = heads[0] if heads else self._common(*(self._above(column[f"{side}_shoulder"]) for side in _SIDES))
        path = self._above(top)
        path = path[: path.index(pelvis)] if pelvis in path else path[:1]
        inner = [joint for joint in path[::-1] if self._apart(joint, pelvis) and self._apart(joint, top)]
        if heads:
            found["head"] = top
            if inner:
                found["neck"] = inner.pop()
        elif self._apart(top, pelvis):
            inner.append(top)
        return found | {f"spine{number}": joint for number, joint in enumerate(inner, start=1)}

    def _tip(self, name: str, joint: int, *preferred: str) -> dict[str, int]:
        """Find the tip below a wrist or an ankle: the first descendant with a preferred name, else the farthest one.

        None when all descendants coincide with it.
        """
        below = [child for child in range(joint + 1, len(self._bvh.joints)) if joint in self._above(child)]
        below = [child for child in below if self._apart(child, joint)]
        if not below:
            return {}
        named = [child for word in preferred for child in below if word in normalise_name(self._bvh.joints[child])]
        return {name: named[0] if named else max(below, key=lambda child: self._reach(child, joint))}

    def _add_marks(self, column: dict[str, int]) -> tuple[Bvh, dict[str, int]]:
        """Add bone ends to the file: face and toes as on our body, where its rest pose is upright."""
        facing = self._facing(column)
        if facing is None:
            return self._bvh, {}
        marks: list[tuple[str, int, NDArray[np.float64]]] = []
        if "head" in column:
            face = {"nose": facing[:, 2], "left_ear": facing[:, 0], "right_ear": -facing[:, 0]}
            marks += [(name, column["head"], self._leg * ahead) for name, ahead in face.items()]
        for side in _SIDES:
            name, ankle = f"{side}_foot", column[f"{side}_ankle"]
            if name in column:
                toes = facing.T @ (self._rest[column[name]] - self._rest[ankle])
                if toes[2] > abs(toes[0]) and toes[2] > abs(toes[1]):
                    toes[1] = _TOE_SLOPE * np.hypot(toes[0], toes[2])
                    marks.append((name, ankle, facing @ toes))
        count = len(self._bvh.joints)
        marked = replace(
            self._bvh,
            joints=(*self._bvh.joints, *(f"{name} mark" for name, _, _ in marks)),
            parents=(*self._bvh.parents, *(joint for _, joint, _ in marks)),
            offsets=np.concatenate([self._bvh.offsets, *(offset[None] for _, _, offset in marks)]),
            channels=(*self._bvh.channels, *(() for _ in marks)),
        )
        return marked, {name: count + number for number, (name, _, _) in enumerate(marks)}

    def _facing(self, column: dict[str, int]) -> NDArray[np.float64] | None:
        """[3, 3] left, up and ahead of the rest pose, as columns; None when it does not stand upright."""
        across = self._rest[column["left_hip"]] - self._rest[column["right_hip"]]
        spine = self._rest[[column["left_shoulder"], column["right_shoulder"]]].mean(axis=0)
        spine = spine - self._rest[[column["left_ankle"], column["right_ankle"]]].mean(axis=0)
        largest = int(np.abs(spine).argmax())
        up = np.sign(spine[largest]) * np.eye(3)[largest]
        left = across - (across @ up) * up
        if not (np.linalg.norm(left) > _SHORT * self._leg and spine @ up > _UPRIGHT * np.linalg.norm(spine)):
            return None
        left /= np.linalg.norm(left)
        return np.stack([left, up, np.cross(left, up)], axis=1)

    def _above(self, joint: int) -> list[int]:
        """Return the ancestors of a joint, nearest first."""
        path = []
        while (joint := self._bvh.parents[joint]) >= 0:
            path.append(joint)
        return path

    def _common(self, one: list[int], other: list[int]) -> int:
        return next((joint for joint in one if joint in other), -1)

    def _reach(self, one: int, other: int) -> float:
        return float(np.linalg.norm(self._rest[one] - self._rest[other]))

    def _apart(self, one: int, other: int) -> bool:
        return self._reach(one, other) > _SHORT * self._leg


def _level_nose(positions: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """[T, 3] the nose, rotated about the ears as a whole where the head hangs or rises throughout.

    In that case the head is not level in the rest pose.
    """
    ahead = positions["nose"] - positions["head"]
    across = positions["left_ear"] - positions["right_ear"]
    crown = np.cross(ahead, across / np.linalg.norm(across, axis=-1, keepdims=True))
    spine = positions["neck"] - positions["pelvis"]
    down_rad = np.arctan2(-np.sum(ahead * spine, axis=-1), np.sum(crown * spine, axis=-1))
    usual_rad = float(np.median(down_rad))
    if abs(usual_rad) < _LEVEL_RAD:
        return positions["nose"]
    return np.asarray(positions["head"] + np.cos(usual_rad) * ahead + np.sin(usual_rad) * crown)
