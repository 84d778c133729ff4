"""The difference of a joint in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.joint_angles import Array, View, elevation_deg, hinge_angle_deg
from eightcount_scoring.angles.joints import Joint

EXPLAINING_SHARE = 0.5
"""A direction is named when it explains this share of the angle error; otherwise only the size of the error is."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of one joint over some frames.

    Attributes:
        amount_deg: take minus reference in the named direction; the angle error where no direction is named.
        predicate: completes "Your left elbow ...", for example "is bent 35 degrees more than the reference".
        advice: an imperative with `{joint}` for the joint's words, for example "Straighten your {joint}".
    """

    amount_deg: float
    predicate: str
    advice: str


def describe(joint: Joint, reference: Array, take: Array, error_deg: Array, view: View) -> Difference:
    """Describe the difference over the frames of a moment.

    Args:
        joint: the joint.
        reference: [T, 3] vectors of the reference.
        take: [T, 3] vectors of the take.
        error_deg: [T] angle between them, which is the weight of a frame; NaN where not comparable.
        view: the view; in the camera's view, front and back cannot be distinguished.
    """
    weights = np.nan_to_num(error_deg)
    if not weights.any():
        return Difference(0.0, "is like the reference", "Keep your {joint}")
    mean_error = float((weights**2).sum() / weights.sum())

    def mean(values: Array) -> float:
        return float((np.nan_to_num(values) * weights).sum() / weights.sum())

    options = {
        "hinge": _hinge_options,
        "swing": _swing_options,
        "lean": _lean_options,
    }[joint.kind](joint, reference, take)
    if view == "camera":
        options = [option for option in options if option[1] not in _DEPTH_WORDS]
    amounts = [mean(values) for values, _, _ in options]
    strongest = int(np.argmax(np.abs(amounts)))
    amount, (_, more, less) = amounts[strongest], options[strongest]
    if abs(amount) < EXPLAINING_SHARE * mean_error:
        return Difference(mean_error, f"is {mean_error:.0f} degrees away from the reference", "Check your {joint}")
    predicate, advice = more if amount > 0 else less
    return Difference(amount, predicate.format(amount=f"{abs(amount):.0f} degrees"), advice)


Words = tuple[str, str]
_SWING_FORWARD = ("is {amount} further forward than the reference", "Bring your {joint} further back")
_LEAN_FORWARD = ("leans {amount} further forward than the reference", "Bring your upper body further back")
_DEPTH_WORDS = (_SWING_FORWARD, _LEAN_FORWARD)
Option = tuple[Array, Words, Words]
"""Signed difference [T] in degrees, and the words and advice for values above and below 0."""


def _hinge_options(joint: Joint, reference: Array, take: Array) -> list[Option]:
    difference = hinge_angle_deg(take) - hinge_angle_deg(reference)
    if joint.name.endswith("ankle"):
        pointed = ("is pointed {amount} more than the reference", "Flex your {joint} more")
        flexed = ("is flexed {amount} more than the reference", "Point your {joint} more")
        return [(difference, pointed, flexed)]
    straight = ("is {amount} straighter than the reference", "Bend your {joint} more")
    bent = ("is bent {amount} more than the reference", "Straighten your {joint}")
    return [(difference, straight, bent)]


def _swing_options(joint: Joint, reference: Array, take: Array) -> list[Option]:
    outward = 1.0 if joint.name.startswith("left") else -1.0
    raised = elevation_deg(take) - elevation_deg(reference)
    chord = np.degrees(take - reference)  # radians of a small arc along each axis
    return [
        (
            raised,
            ("is raised {amount} higher than the reference", "Lower your {joint}"),
            ("is {amount} lower than the reference", "Raise your {joint} higher"),
        ),
        (
            outward * chord[:, 0],
            ("is {amount} further out to the side than the reference", "Bring your {joint} further in"),
            ("is {amount} further in than the reference", "Bring your {joint} further out to the side"),
        ),
        (
            chord[:, 2],
            _SWING_FORWARD,
            ("is {amount} further back than the reference", "Bring your {joint} further forward"),
        ),
    ]


def _lean_options(joint: Joint, reference: Array, take: Array) -> list[Option]:
    chord = np.degrees(take - reference)
    return [
        (
            chord[:, 0],
            ("leans {amount} further to the left than the reference", f"Bring your {joint.words} more to the right"),
            ("leans {amount} further to the right than the reference", f"Bring your {joint.words} more to the left"),
        ),
        (
            chord[:, 2],
            _LEAN_FORWARD,
            ("leans {amount} further back than the reference", f"Bring your {joint.words} further forward"),
        ),
    ]
