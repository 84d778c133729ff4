"""BVH files written by the tests: a chain of bones, and a whole body under names of one's choice."""

from __future__ import annotations

ARM = """HIERARCHY
ROOT hip
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT knee
  {
    OFFSET 0 -4 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -3 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.04
0 0 0 0 0 0 0 0 0
10 20 30 90 0 0 0 90 0
"""
"""Two bones downwards; in the second frame the upper is turned about z, the lower about its own x."""

MIXAMO = ("Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot")

_SIDES = (("Left", 1), ("Right", -1))


def body(
    parts: tuple[str, ...] = MIXAMO, *, name: str = "{side}{part}", frames: int = 3, frame_time: float = 0.01
) -> str:
    """A body that faces +z, arms out, the left elbow bent forward by 90 degrees; the limbs have bones of 2 units.

    Args:
        parts: names of shoulder, elbow, wrist, hip, knee and ankle.
        name: how a joint is called after `{side}` (Left), `{s}` (L) and `{part}`.
        frames: how many; the hip moves one unit to the left in each.
        frame_time: seconds.
    """
    lines = ["HIERARCHY", "ROOT Reference", "{", "OFFSET 0 0 0", "CHANNELS 3 Xposition Yposition Zposition"]
    channels = 3
    for side, sign in _SIDES:
        names = [name.format(side=side, s=side[0], part=part) for part in parts]
        for limb, offsets in ((names[:3], ((1, 5), (2, 0), (2, 0))), (names[3:], ((1, 0), (0, -2), (0, -2)))):
            for joint, (x, y) in zip(limb, offsets, strict=True):
                lines += [f"JOINT {joint}", "{", f"OFFSET {sign * x} {y} 0", "CHANNELS 3 Zrotation Xrotation Yrotation"]
                channels += 3
            lines += ["End Site", "{", "OFFSET 0 -0.1 0", "}", *["}"] * 3]
    lines += ["}", "MOTION", f"Frames: {frames}", f"Frame Time: {frame_time}"]
    for frame in range(frames):
        values = [0.0] * channels
        values[0] = frame
        values[3 + 5] = -90  # Yrotation of the left elbow
        lines.append(" ".join(map(str, values)))
    return "\n".join(lines) + "\n"
