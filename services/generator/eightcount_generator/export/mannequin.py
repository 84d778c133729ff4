"""The mannequin of videos and glTF files: round limbs, each fixed to one joint."""

from __future__ import annotations

from dataclasses import dataclass, replace

from eightcount_common.media.colours import Rgb
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, TOE_HEIGHT

Point = tuple[float, float, float]

MIDDLE: Rgb = (222, 225, 230)
LEFT: Rgb = (112, 184, 232)
RIGHT: Rgb = (244, 176, 110)


@dataclass(frozen=True, slots=True)
class Limb:
    """Two balls and their convex hull.

    Attributes:
        joint: joint of `BODY` that it moves with.
        start, end: metres from the joint, in the axes of the rest pose.
        start_radius, end_radius: metres.
        colour: colour of the surface.
    """

    joint: str
    start: Point
    end: Point
    start_radius: float
    end_radius: float
    colour: Rgb

    def mirror(self) -> Limb:
        """Return the same limb on the right side."""
        (x, *start), (end_x, *end) = self.start, self.end
        return replace(
            self,
            joint=self.joint.replace("left", "right"),
            start=(-x, start[0], start[1]),
            end=(-end_x, end[0], end[1]),
            colour=RIGHT if self.colour == LEFT else self.colour,
        )


_TRUNK = (
    Limb("pelvis", (-0.058, -0.030, 0.0), (0.058, -0.030, 0.0), 0.100, 0.100, MIDDLE),
    Limb("pelvis", (0.0, 0.020, 0.0), (0.0, 0.110, 0.0), 0.110, 0.098, MIDDLE),
    Limb("spine1", (-0.018, 0.0, 0.0), (-0.040, 0.135, 0.0), 0.093, 0.100, MIDDLE),
    Limb("spine1", (0.018, 0.0, 0.0), (0.040, 0.135, 0.0), 0.093, 0.100, MIDDLE),
    Limb("spine2", (-0.050, 0.020, 0.0), (0.050, 0.020, 0.0), 0.103, 0.103, MIDDLE),
    Limb("spine3", (-0.080, 0.055, 0.004), (0.080, 0.055, 0.004), 0.105, 0.105, MIDDLE),
    Limb("spine3", (0.0, 0.120, -0.010), (0.0, 0.200, -0.005), 0.080, 0.050, MIDDLE),
    Limb("neck", (0.0, -0.010, 0.0), (0.0, 0.080, 0.018), 0.048, 0.047, MIDDLE),
    Limb("head", (0.0, -0.026, 0.022), (0.0, 0.034, 0.006), 0.085, 0.085, MIDDLE),
    Limb("head", (0.0, 0.005, 0.096), (0.0, -0.022, 0.108), 0.010, 0.014, MIDDLE),  # a nose tells the front
)
_HEEL, _BALL, _TOE = 0.034, 0.029, 0.021
_LEFT_LIMBS = (
    Limb("left_collar", (-0.020, 0.010, 0.0), (0.098, 0.026, 0.0), 0.074, 0.047, MIDDLE),
    Limb("left_shoulder", (0.0, 0.0, 0.0), (0.270, 0.0, 0.0), 0.054, 0.040, LEFT),
    Limb("left_elbow", (0.0, 0.0, 0.0), (0.070, 0.0, 0.0), 0.040, 0.042, LEFT),
    Limb("left_elbow", (0.070, 0.0, 0.0), (0.250, 0.0, 0.0), 0.042, 0.027, LEFT),
    Limb("left_wrist", (0.0, 0.0, 0.0), (0.085, 0.0, 0.0), 0.027, 0.034, LEFT),
    Limb("left_wrist", (0.030, 0.0, 0.018), (0.075, -0.006, 0.052), 0.016, 0.013, LEFT),
    Limb("left_hand", (0.0, 0.0, 0.0), (0.074, 0.0, 0.0), 0.034, 0.016, LEFT),
    Limb("left_hip", (0.0, 0.0, 0.0), (0.0, -0.417, 0.0), 0.088, 0.055, LEFT),
    Limb("left_knee", (0.0, 0.0, 0.0), (0.0, -0.130, -0.010), 0.055, 0.057, LEFT),
    Limb("left_knee", (0.0, -0.130, -0.010), (0.0, -0.418, 0.0), 0.057, 0.036, LEFT),
    Limb("left_ankle", (0.0, _HEEL - ANKLE_HEIGHT, -0.040), (0.0, _BALL - ANKLE_HEIGHT, 0.125), _HEEL, _BALL, LEFT),
    Limb("left_ankle", (0.0, 0.0, 0.0), (0.0, -0.028, 0.080), 0.036, 0.030, LEFT),
    Limb("left_foot", (0.0, _BALL - TOE_HEIGHT, -0.005), (0.0, _TOE - TOE_HEIGHT, 0.050), _BALL, _TOE, LEFT),
)

MANNEQUIN = (*_TRUNK, *_LEFT_LIMBS, *(limb.mirror() for limb in _LEFT_LIMBS))
"""All limbs; they stand on the floor when the body does."""
