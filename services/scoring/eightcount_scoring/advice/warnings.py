"""Warnings: what the dancer should know about the comparison itself before trusting it."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_scoring.advice.verdict import DIFFERENT_DANCE
from eightcount_scoring.angles.joint_angles_on_clock import Visibility
from eightcount_scoring.angles.joints import JOINT_NAMES

SHORT_SHARE = 0.5
"""A take that covers less of the reference than this share gets a warning."""
SHORT_SECONDS = 4.0
"""A take that shares less than this, about an eight-count, gets the same warning."""
SEEN_SHARE = 0.5
"""Mean visibility weight below which a body part counts as not visible."""
FOUND_SHARE = 0.9
"""Share of the frames in which a dancer should be found."""
_FEET = tuple(position for position, name in enumerate(JOINT_NAMES) if name.endswith("ankle"))
_BODY = tuple(position for position in range(len(JOINT_NAMES)) if position not in _FEET)


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
        seems_mirrored: whether the take fits better the other way round.
        reference_seconds: length of the reference.
        overlap_seconds: length of the overlap.
        camera_deg: angle around the dancer from the reference's camera to the take's.
        same_view: whether both cameras have about the same view, so that the precise view was compared.
        score: the score.
    """

    aligned: bool
    by_motion: bool
    mirrored: bool
    seems_mirrored: bool
    reference_seconds: float
    overlap_seconds: float
    camera_deg: float
    same_view: bool
    score: float


def collect_warnings(
    circumstances: Circumstances, reference: Visibility, take: Visibility
) -> tuple[ReportWarning, ...]:
    """Collect the warnings, the most serious first."""
    found = [*_alignment_warnings(circumstances), *_mirror_warnings(circumstances)]
    if not circumstances.same_view:
        message = (
            f"The take was filmed from about {abs(circumstances.camera_deg):.0f} degrees further round the dancer. "
            "Depth is a guess of the pose network, so the score is coarse: "
            "film from where the reference's camera stood."
        )
        found.append(ReportWarning("CAMERA_ANGLE_DIFFERS", message))
    elif circumstances.score < DIFFERENT_DANCE:
        found.append(ReportWarning("DIFFERENT_DANCE", "The two videos do not seem to show the same dance."))
    found += _visibility_warnings("reference", reference)
    found += _visibility_warnings("take", take)
    return tuple(found)


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


def _mirror_warnings(circumstances: Circumstances) -> list[ReportWarning]:
    if not circumstances.seems_mirrored:
        return []
    if circumstances.mirrored:
        message = "The take fits better as it was recorded than mirrored: turn the option 'mirrored' off."
        return [ReportWarning("TAKE_SEEMS_NOT_MIRRORED", message)]
    message = "The take looks like a mirror image of the reference: try the option 'mirrored'."
    return [ReportWarning("TAKE_SEEMS_MIRRORED", message)]


def _visibility_warnings(whose: str, seen: Visibility) -> list[ReportWarning]:
    found = []
    if seen.present < FOUND_SHARE:
        message = f"The dancer is found in {100 * seen.present:.0f} percent of the {whose}."
        found.append(ReportWarning("DANCER_OFTEN_MISSING", message))
    if not seen.present:
        return found
    if seen.joints[list(_FEET)].mean() < SEEN_SHARE:
        message = f"The feet are not visible in most of the {whose}, so they hardly count."
        found.append(ReportWarning("FEET_NOT_VISIBLE", message))
    if seen.joints[list(_BODY)].mean() < SEEN_SHARE:
        message = f"Large parts of the body are hidden or unclear in the {whose}; the score is less certain."
        found.append(ReportWarning("LOW_VISIBILITY", message))
    return found
