"""The joint ranges of `BODY`.

A rotation is a twist about the bone, then a swing that tilts the bone; the swing is written as axis times angle, so it
has two numbers, the twist one (Grassia, "Practical Parameterization of Rotations Using the Exponential Map", 1998).

Degrees in comments are those of the American Academy of Orthopaedic Surgeons (in Norkin and White, "Measurement of
Joint Motion", 2016). The ranges here are wider:
- by 10 to 15 degrees everywhere, since retargeted recordings are off by as much;
- at the hip by 15 to 90 degrees, at the ankle by 10 to 40: what dancers reach (lifted and turned-out legs, pointed
  feet, deep plies), and the toes of a recording are not where its sole is;
- at shoulder and collar by 15 to 40 degrees: recordings do not separate the girdle's share from the arm's, and the
  twist of an arm depends on the path by which it was lifted;
- the spine has three joints and each may do half of what the whole does, since recordings bend it in one of them.
Of the 70,364 frames of CMU dances and G1 Moves 96 % are within; most of the rest are heads, feet and turns that were
captured incorrectly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.skeleton import BODY

X, Y, Z = 0, 1, 2
"""Indices of the axes."""
_Ranges = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
_SPINE: _Ranges = (-40, 60), (-35, 35), (-40, 40)  # whole spine: +flexion 80 -extension 25, turn 45, side 35
_NECK: _Ranges = (-60, 60), (-60, 60), (-45, 45)  # neck and head together: 45 each way, turn 60, side 45

_RANGES: dict[str, tuple[int, _Ranges]] = {
    # joint of the left side or the middle: axis of its bone, then degrees about x, y and z.
    "left_hip": (Y, ((-165, 55), (-65, 95), (-55, 135))),  # -flexion 120 +extension 30, in- 45 ex+ 45, ad- 30 ab+ 45
    "left_knee": (Y, ((-15, 165), (-45, 45), (-15, 15))),  # +flexion 150, -hyperextension to 10, tibia turns 20 to 30
    "left_ankle": (Y, ((-60, 85), (-45, 45), (-45, 45))),  # -dorsal 20 +plantar 50, turn 20, inversion 35 eversion 15
    "left_foot": (Z, ((-95, 55), (-25, 25), (-25, 25))),  # -extension 70 +flexion 45 of the toes
    "spine1": (Y, _SPINE),
    "spine2": (Y, _SPINE),
    "spine3": (Y, _SPINE),
    "neck": (Y, _NECK),
    "head": (Y, _NECK),
    "left_collar": (X, ((-50, 50), (-50, 45), (-30, 60))),  # -protraction 30 +retraction 30, -down 10 +up 45
    "left_shoulder": (X, ((-135, 125), (-150, 75), (-130, 110))),  # -ex 90 +in 70, across 135 back 45, down 90 up 90
    "left_elbow": (X, ((-110, 110), (-165, 15), (-15, 15))),  # supination 80 pronation 80, -flexion 150
    "left_wrist": (X, ((-45, 45), (-40, 50), (-95, 85))),  # radial 20 ulnar 30, -flexion 80 +extension 70
    "left_hand": (X, ((-30, 30), (-45, 45), (-100, 60))),  # knuckles: -flexion 90 +extension 45, spread 20
}


def _build_table() -> tuple[NDArray[np.int_], NDArray[np.float64], NDArray[np.float64]]:
    """Return the axes [24] of the bones, and lowest and highest degrees [24, 3]; the root is free."""
    axes, low, high = np.full(len(BODY), Y), np.full((len(BODY), 3), -360.0), np.full((len(BODY), 3), 360.0)
    for name, (axis, ranges) in _RANGES.items():
        joint = BODY.index(name)
        axes[joint], low[joint], high[joint] = axis, [r[0] for r in ranges], [r[1] for r in ranges]
        if (other := BODY.swap[joint]) != joint:  # a mirror at x = 0 turns rotations about y and z round
            axes[other] = axis
            low[other] = low[joint][0], -high[joint][1], -high[joint][2]
            high[other] = high[joint][0], -low[joint][1], -low[joint][2]
    return axes, low, high


AXES, LOWEST_DEGREES, HIGHEST_DEGREES = _build_table()
"""[24] axis of each bone (0 x, 1 y, 2 z); [24, 3] ranges of degrees about x, y and z."""
