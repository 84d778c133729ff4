"""The words for causes: what is known, and what to do next. Nothing here is said without evidence."""

from __future__ import annotations

ANGLE_STEP_DEG = 30
"""Angles are stated in steps of this: a network's idea of where a dancer faces is off by up to 30 degrees."""

UNKNOWN = (
    "No score is given, because it is not known why the two dances differ so much. Check that both videos show the "
    "same dance from the same side, with the whole body in the frame, and compare again."
)
NOT_VISIBLE = (
    "No score is given, because too little of the body is visible in both videos at the same time. Step back until "
    "your whole body is in the frame, and compare again."
)
MIRRORED = (
    "Your video is a mirror image of the reference, so no score is given as it is. Compare again with the option "
    "'mirrored'."
)
NOT_MIRRORED = (
    "Your video is not a mirror image of the reference, so no score is given as it is. Compare again without the "
    "option 'mirrored'."
)
ANOTHER_DANCE = (
    "This looks like another dance, or like another part of the same one: the movements have nothing in common. Check "
    "that you chose the right two videos."
)
CAMERA = "Film yourself from where the reference's camera stood, and compare again."
OUT_OF_STEP = (
    "No score is given for movements that do not belong together. Check that sound and image of both videos fit, or "
    "compare again by the movement (align: motion)."
)


def describe_angle(angle_deg: float) -> str:
    """Describe where the take's camera stands: "from about 90 degrees further to your left side"."""
    degrees = ANGLE_STEP_DEG * round(abs(angle_deg) / ANGLE_STEP_DEG)
    if degrees >= 180 - ANGLE_STEP_DEG // 2:
        return "from the side opposite to the reference's camera"
    side = "left" if angle_deg < 0 else "right"
    return f"from about {degrees} degrees further to your {side} than the reference"


def describe_shift(seconds: float) -> str:
    """Describe how far apart the movements are: "The movements fit best when your video is moved by ..."."""
    direction = "earlier" if seconds > 0 else "later"
    return f"Your movements fit those of the reference when they are shown about {abs(seconds):.1f} s {direction}."
