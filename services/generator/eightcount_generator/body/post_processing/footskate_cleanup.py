"""Footskate cleanup (Kovar et al. 2002): feet stay where they are during contacts, and nothing is below the floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eightcount_generator.body import kinematics
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.easing import EASE_FRAMES, Array, envelope, fade_out, moving_average, smooth_step
from eightcount_generator.body.leg_ik import LEGS, Leg, reach, two_bone_ik
from eightcount_generator.body.post_processing.foot_contacts import (
    LIFTING_HEIGHT,
    Contact,
    ContactTracker,
    reconcile_contacts,
)
from eightcount_generator.body.rotations import rotation_between
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT

POINTS = tuple((joint, clear) for leg in LEGS for joint, clear in ((leg.ankle, ANKLE_HEIGHT), (leg.toe, TOE_HEIGHT)))
"""Foot points and their metres above the floor in contact: left heel, left ball, right heel, right ball."""
BLEND_FRAMES = 6
"""Frames over which a foot moves to its planted position before a contact and leaves it after."""
_SOLE = float(np.hypot(*BODY.offsets[LEGS[0].toe, [0, 2]]))
"""Metres on the floor between ankle and ball of a flat foot."""
MAX_DROP = 0.12
"""Metres by which the pelvis comes down at most so that a planted foot is reached."""


@dataclass(frozen=True, slots=True)
class _Hold:
    """The correction of one point: [T, 3] metres, and its weight, [T] 0 to 1."""

    shift: Array
    weight: Array


_SMOOTHING_FRAMES = 3
SPEED_FRAMES = _SMOOTHING_FRAMES + 1
"""Frames before and after on which the speed for the contact detection depends."""


def horizontal_speeds(paths: Array) -> Array:
    """[T, ..., 3] metres -> [T, ...] metres per second over the floor, by central differences."""
    if len(paths) < 2:
        return np.zeros(paths.shape[:-1])
    steps = np.linalg.norm(np.gradient(paths[..., [0, 2]], axis=0), axis=-1)
    return np.asarray(steps * FRAME_RATE_HERTZ)


def find_contacts(dance: Dance) -> tuple[list[Contact], ...]:
    """Find the contacts of the four `POINTS`; every `stop` is known."""
    trackers = tuple(ContactTracker() for _ in POINTS)
    update_trackers(trackers, dance.joints().astype(np.float64), last=True)
    return tuple(
        [replace(found, stop=len(dance) if found.stop is None else found.stop) for found in tracker.contacts]
        for tracker in trackers
    )


def update_trackers(
    trackers: Sequence[ContactTracker], joints: Array, *, last: bool, skip: int = 0, leave: int = 0
) -> None:
    """Pass more frames to the trackers of the four `POINTS`.

    Args:
        trackers: trackers of the four `POINTS`.
        joints: [N, 24, 3] metres.
        last: whether this is the end of the dance.
        skip: first frames that they know already; `SPEED_FRAMES` are needed for exact speeds.
        leave: last frames that they shall get later, for the same reason.
    """
    calm = moving_average(
        joints[:, [joint for joint, _ in POINTS]], reach=_SMOOTHING_FRAMES
    )  # a foot that shakes may stand
    speeds, heights, stop = horizontal_speeds(calm), point_heights(joints), len(joints) - leave
    for number, (tracker, (joint, _)) in enumerate(zip(trackers, POINTS, strict=True)):
        positions = joints[skip:stop, joint][:, [0, 2]]
        tracker.extend(positions, heights[skip:stop, number], speeds[skip:stop, number], last=last)


def point_heights(joints: Array) -> Array:
    """[T, 24, 3] -> [T, 4] metres of the `POINTS` above their contact heights; a heel's above its ball's where that is
    low.

    Feet of a recording may float by a finger's breadth: whether a heel is raised is measured against the ball.
    """
    heights = np.stack([joints[:, joint, 1] - clear for joint, clear in POINTS], axis=-1)
    balls = heights[:, 1::2]
    heights[:, 0::2] -= np.where(balls < LIFTING_HEIGHT, np.maximum(balls, 0.0), 0.0)
    return heights


def plant_feet(dance: Dance, found: Sequence[Sequence[Contact]] | None = None, *, first: int = 0) -> Dance:
    """Hold the feet during contacts, none below the floor; lower the pelvis where a leg is too short.

    Args:
        dance: the dance.
        found: contacts of the four `POINTS`; detected when not given. An open one lasts to the end of the dance.
        first: number of the first frame in the counting of `found`.
    """
    found = find_contacts(dance) if found is None else found
    rotations: Array = dance.rotations.astype(np.float64)
    root = dance.root.astype(np.float64)
    world = kinematics.world_rotations(rotations)
    joints = kinematics.positions_from_world(root, world)
    holds = [
        _hold_point(joints[:, joint], [_shift_contact(contact, -first, len(dance)) for contact in listed], clear)
        for (joint, clear), listed in zip(POINTS, fit_contacts(found), strict=True)
    ]
    feet = [_foot_targets(joints, leg, *holds[2 * side : 2 * side + 2]) for side, leg in enumerate(LEGS)]
    drop = _pelvis_drop(joints, [ankle for ankle, _ in feet], holds)
    root[:, 1] -= drop
    for leg, (ankle, line) in zip(LEGS, feet, strict=True):
        target = ankle - joints[:, leg.hip] + drop[:, None] * np.array([0.0, 1.0, 0.0])
        rotations = two_bone_ik(rotations, world[:, 0], leg=leg, target=target)
        before = joints[:, leg.toe] - joints[:, leg.ankle]
        above = world[:, 0] @ rotations[:, leg.hip] @ rotations[:, leg.knee]
        rotations[:, leg.ankle] = np.swapaxes(above, -1, -2) @ rotation_between(before, line) @ world[:, leg.ankle]
    return replace(dance, root=root.astype(np.float32), rotations=rotations.astype(np.float32))


def fit_contacts(found: Sequence[Sequence[Contact]]) -> tuple[list[Contact], ...]:
    """Hold the contacts of the four `POINTS` where the length of the foot allows it."""
    feet = [reconcile_contacts(*found[2 * side : 2 * side + 2], length=_SOLE) for side in range(len(LEGS))]
    return tuple(end for foot in feet for end in foot)


def _shift_contact(contact: Contact, frames: int, end: int) -> Contact:
    stop = end if contact.stop is None else contact.stop + frames
    return replace(contact, start=contact.start + frames, stop=stop)


def _hold_point(path: Array, listed: Sequence[Contact], clearance: float) -> _Hold:
    """Compute the shift [T, 3] that holds a point during its contacts and fades before and after, without a jump in
    speed.
    """
    frames = len(path)
    shift, weight = np.zeros((frames, 3)), np.zeros(frames)
    speed = np.gradient(path, axis=0) if frames > 1 else np.zeros_like(path)
    inside = [contact for contact in listed if contact.stop is not None and contact.stop > 0 and contact.start < frames]
    for number, contact in enumerate(inside):
        start, stop = max(contact.start, 0), min(contact.stop or 0, frames)
        x, z = contact.place if contact.held is None else contact.held
        place = np.array([x, clearance, z])
        shift[start:stop], weight[start:stop] = place - path[start:stop], 1.0
        gap_before = start - (inside[number - 1].stop or 0) if number else frames
        gap_after = inside[number + 1].start - stop if number + 1 < len(inside) else frames
        for edge, step, gap in ((start, -1, gap_before), (stop - 1, 1, gap_after)):
            length = min(BLEND_FRAMES, gap + 1)
            fade = np.arange(1, length)
            at = edge + step * fade
            fade, at = fade[(at >= 0) & (at < frames)], at[(at >= 0) & (at < frames)]
            shift[at] += fade_out(place - path[edge], -speed[edge] * step * length, fade / length)
            weight[at] += 1 - smooth_step(fade / length)
    return _Hold(shift, np.minimum(weight, 1.0))


def _foot_targets(joints: Array, leg: Leg, heel: _Hold, ball: _Hold) -> tuple[Array, Array]:
    """Return the ankle's target [T, 3] and the vector from it to the ball of the foot [T, 3], as long as the foot.

    Where one end is held the other moves along; the ball is reached exactly, the ankle as the length of the foot
    allows.
    """
    free_heel, free_ball = 1 - heel.weight[:, None], 1 - ball.weight[:, None]
    ankle = joints[:, leg.ankle] + heel.shift + free_heel * ball.shift
    toe = joints[:, leg.toe] + ball.shift + free_ball * heel.shift
    for end, hold, clear in ((ankle, heel, ANKLE_HEIGHT), (toe, ball, TOE_HEIGHT)):
        lift = envelope(np.maximum(clear - end[:, 1], 0.0)) * (1 - hold.weight)
        end[:, 1] = np.maximum(end[:, 1] + lift, clear)
    line = toe - ankle
    line *= leg.foot / np.maximum(np.linalg.norm(line, axis=-1, keepdims=True), 1e-9)
    return toe - line, line


def _pelvis_drop(joints: Array, ankles: Sequence[Array], holds: Sequence[_Hold]) -> Array:
    """[T] metres by which the pelvis must come down so that the legs reach their planted feet, eased in time."""
    needed = np.zeros(len(joints))
    for side, leg in enumerate(LEGS):
        line = joints[:, leg.hip] - ankles[side]
        now = np.linalg.norm(joints[:, leg.hip] - joints[:, leg.ankle], axis=-1)
        longest = np.maximum(reach(leg, np.full(len(now), leg.thigh + leg.shank), now), now)
        across = np.sum(line[:, [0, 2]] ** 2, axis=-1)
        down = line[:, 1] - np.sqrt(np.maximum(longest**2 - across, 0.0))
        held = np.maximum(holds[2 * side].weight, holds[2 * side + 1].weight)
        needed = np.maximum(needed, np.where(across < longest**2, down, 0.0) * held)
    return envelope(np.clip(needed, 0.0, MAX_DROP))


FEET_FRAMES = 2 * BLEND_FRAMES + 4 * EASE_FRAMES + 2
"""Frames before and after on which a planted frame depends, beside the contacts."""
