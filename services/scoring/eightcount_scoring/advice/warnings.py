"""Warnings: what the dancer should know about the comparison itself before trusting it."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_scoring.advice.cause_words import describe_angle, describe_shift
from eightcount_scoring.angles.joint_angles_on_clock import Visibility
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.causes.explanation import Explanation

SHORT_SHARE = 0.5
"""A take that covers less of the reference than this share gets a warning."""
SHORT_SECONDS = 4.0
"""A take that shares less than this, about an eight-count, gets the same warning."""
SEEN_SHARE = 0.5
"""Mean visibility weight below which a body part counts as not visible."""
FOUND_SHARE = 0.9
"""Share of the frames in which a dancer should be found."""
OUTSIDE_SHARE = 0.25
"""Share of the frames from which a part outside the frame is mentioned."""
_FEET = tuple(position for position, name in enumerate(JOINT_NAMES) if name.endswith("ankle"))
_BODY = tuple(position for position in range(len(JOINT_NAMES)) if position not in _FEET)
_PARTS = (("arm", "elbow"), ("hand", "wrist"), ("leg", "knee"), ("foot", "ankle"))
"""Parts of the body, and the keypoint that must lie inside the frame; each part implies the one that follows it."""
_END_OF = {"hand": "arm", "foot": "leg"}
_PLURALS = {"foot": "feet"}


@dataclass(frozen=True, slots=True)
class ReportWarning:
    """A warning: machine-readable reason and a sentence."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The circumstances of a comparison from which the warnings are derived.

    Attributes:
        aligned: whether the alignment is certain.
        by_motion: whether the videos were aligned by their movement, not their music.
        mirrored: whether the take was treated as a mirror image.
        reference_seconds: length of the reference.
        overlap_seconds: length of the overlap.
        explanation: what may be said of the take.
    """

    aligned: bool
    by_motion: bool
    mirrored: bool
    reference_seconds: float
    overlap_seconds: float
    explanation: Explanation


def collect_warnings(
    circumstances: Circumstances, reference: Visibility, take: Visibility
) -> tuple[ReportWarning, ...]:
    """Collect the warnings, the most serious first."""
    return (
        *_cause_warnings(circumstances),
        *_alignment_warnings(circumstances),
        *_visibility_warnings("reference", reference),
        *_visibility_warnings("take", take),
    )


def _cause_warnings(circumstances: Circumstances) -> list[ReportWarning]:
    """Return the warning of the cause that is stated; one that nothing is known where a score is missing."""
    stated = circumstances.explanation.stated
    if stated is None or stated.name == "SAME_VIEW":
        if circumstances.explanation.scored:
            return []
        message = "It is not known why the two dances differ so much, so no score is given."
        return [ReportWarning("SCORE_NOT_KNOWN", message)]
    if stated.name == "MIRRORED":
        return [_mirror_warning(mirrored=circumstances.mirrored)]
    if stated.name == "CAMERA_ELSEWHERE":
        where = describe_angle(stated.angle_deg or 0.0)
        effect = "the score is coarse" if circumstances.explanation.scored else "no score is given"
        message = (
            f"The take was filmed {where}. Depth is a guess of the pose network, so {effect}: "
            "film from where the reference's camera stood."
        )
        return [ReportWarning("CAMERA_ANGLE_DIFFERS", message)]
    if stated.name == "OUT_OF_STEP":
        return [ReportWarning("OUT_OF_STEP", describe_shift(stated.shift_seconds or 0.0))]
    if stated.name == "ANOTHER_DANCE":
        return [ReportWarning("DIFFERENT_DANCE", "The two videos do not seem to show the same dance.")]
    message = "Too little of the body is visible in both videos at the same time, so no score is given."
    return [ReportWarning("NOT_VISIBLE_ENOUGH", message)]


def _mirror_warning(*, mirrored: bool) -> ReportWarning:
    if mirrored:
        message = "The take fits better as it was recorded than mirrored: turn the option 'mirrored' off."
        return ReportWarning("TAKE_SEEMS_NOT_MIRRORED", message)
    message = "The take looks like a mirror image of the reference: try the option 'mirrored'."
    return ReportWarning("TAKE_SEEMS_MIRRORED", message)


def _alignment_warnings(circumstances: Circumstances) -> list[ReportWarning]:
    found = []
    if circumstances.by_motion:
        message = "The videos share no music, so they were aligned by the movements: the timing is relative."
        found.append(ReportWarning("NO_SHARED_MUSIC", message))
    if not circumstances.aligned:
        message = "It is not certain which parts of the videos belong together; the score may be meaningless."
        found.append(ReportWarning("ALIGNMENT_UNCERTAIN", message))
    overlap, whole = circumstances.overlap_seconds, circumstances.reference_seconds
    if overlap < SHORT_SECONDS or overlap < SHORT_SHARE * whole:
        message = f"Only {overlap:.0f} of the reference's {whole:.0f} seconds are in the take; only they are scored."
        found.append(ReportWarning("SHORT_OVERLAP", message))
    return found


def _visibility_warnings(whose: str, seen: Visibility) -> list[ReportWarning]:
    found = []
    if seen.present < FOUND_SHARE:
        message = f"The dancer is found in {100 * seen.present:.0f} percent of the {whose}."
        found.append(ReportWarning("DANCER_OFTEN_MISSING", message))
    if not seen.present:
        return found
    cut_off = _parts_outside(seen)
    if cut_off:
        found.append(_cut_off_warning(whose, cut_off))
    elif seen.joints[list(_FEET)].mean() < SEEN_SHARE:
        message = f"The feet are not visible in most of the {whose}, so they hardly count."
        found.append(ReportWarning("FEET_NOT_VISIBLE", message))
    if not cut_off and seen.joints[list(_BODY)].mean() < SEEN_SHARE:
        message = f"Large parts of the body are hidden or unclear in the {whose}; the score is less certain."
        found.append(ReportWarning("LOW_VISIBILITY", message))
    return found


def _parts_outside(seen: Visibility) -> list[str]:
    """Return the parts that lie outside the frame for long, each once: "feet", "left hand"."""
    sides = {
        part: [side for side in ("left", "right") if seen.outside[f"{side}_{keypoint}"] > OUTSIDE_SHARE]
        for part, keypoint in _PARTS
    }
    names = []
    for part, out in sides.items():
        alone = [side for side in out if side not in sides.get(_END_OF.get(part, ""), ())]
        if len(alone) == 2:
            names.append(_PLURALS.get(part, f"{part}s"))
        names += [f"{side} {part}" for side in alone if len(alone) == 1]
    return names


def _cut_off_warning(whose: str, parts: list[str]) -> ReportWarning:
    """Say once which parts the frame cuts off, and what to do."""
    names = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    several = len(parts) > 1 or parts[0].endswith(("s", "feet"))
    verb = "are" if several else "is"
    what = f"The {names} {verb} outside the frame in much of the {whose} and not judged there"
    reason = "FEET_NOT_VISIBLE" if all(part.endswith(("foot", "feet")) for part in parts) else "BODY_OUTSIDE_FRAME"
    if whose == "take":
        return ReportWarning(reason, f"{what}. Step back so that your {names} {verb} in the frame.")
    return ReportWarning(reason, f"{what}. Choose a reference that shows the whole body if that matters to you.")
