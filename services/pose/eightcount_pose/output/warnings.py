"""Warnings about a video from which a motion could be extracted all the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.detection.landmarks import Pose

LOST_SHARE = 0.2
OTHERS_SHARE = 1 / 3
FEET_SHARE = 0.5
_MIN_VISIBILITY = 0.5
_FEET = [BLAZEPOSE_33.indices((f"{side}_ankle", f"{side}_foot_index")) for side in ("left", "right")]


@dataclass(frozen=True, slots=True)
class VideoWarning:
    """A machine-readable reason and a sentence for the dancer."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Counters:
    """Counts over a whole video.

    Attributes:
        frames, with_dancer, with_feet: frames processed (from the time of a choice on); those with the dancer; those
            with at least one whole foot.
        looks, looks_with_others: how often other people were looked for, and seen.
        damaged: frames that could not be decoded.
        ended_early: whether the file ends before its stated duration.
        unordered: frames that were left out because their time does not ascend.
        tilt_degrees: how far the stated rotation is from the right angle that was applied; 0 within a degree.
        unread_recordings: number of recordings that were joined into the file and cannot be opened.
        unread_frames: frames of another video of the file, at times at which the one that was read shows nothing.
        unmarked_fields: whether frames were deinterlaced although the file does not mark them as interlaced.
        high_dynamic_range: whether brightness is coded for screens of high dynamic range.
        another: the choice that selects somebody else, for example "0.72,0.51@12.3"; empty when it is not known.
    """

    frames: int
    with_dancer: int
    with_feet: int
    looks: int
    looks_with_others: int
    damaged: int
    ended_early: bool
    unordered: int = 0
    another: str = ""
    tilt_degrees: float = 0.0
    unread_recordings: int = 0
    unread_frames: int = 0
    unmarked_fields: bool = False
    high_dynamic_range: bool = False


def shows_feet(pose: Pose, size: tuple[int, int]) -> bool:
    """Whether ankle and toes of at least one foot are visible within the frame."""
    inside = np.all((pose.image >= 0) & (pose.image <= size), axis=1) & (pose.visibility >= _MIN_VISIBILITY)
    return any(inside[foot].all() for foot in _FEET)


def list_warnings(counters: Counters) -> list[VideoWarning]:
    """Return the warnings about a video in which a dancer was found."""
    found = []
    if counters.looks_with_others > OTHERS_SHARE * max(counters.looks, 1):
        found.append(VideoWarning("SEVERAL_PEOPLE", _describe_others(counters.another)))
    if counters.with_dancer < (1 - LOST_SHARE) * counters.frames:
        share = 1 - counters.with_dancer / counters.frames
        found.append(VideoWarning("DANCER_LOST", f"The dancer could not be found in {share:.0%} of the video."))
    if counters.with_feet < FEET_SHARE * counters.with_dancer:
        message = "The feet are outside the frame most of the time; step back from the camera."
        found.append(VideoWarning("FEET_NOT_VISIBLE", message))
    if counters.ended_early:
        message = "The video file ends before its stated duration; the part that is there was used."
        found.append(VideoWarning("TRUNCATED_VIDEO", message))
    if counters.damaged:
        message = f"{_count(counters.damaged)} cannot be decoded and {_were(counters.damaged)} left out."
        found.append(VideoWarning("DAMAGED_VIDEO", message))
    if counters.unordered:
        message = (
            f"{_count(counters.unordered)} of the file {_were(counters.unordered)} left out, "
            "because the time stated is not later than that of the frame before."
        )
        found.append(VideoWarning("FRAMES_OUT_OF_ORDER", message))
    if counters.unread_recordings or counters.unread_frames:
        found.append(VideoWarning("RECORDINGS_LEFT_OUT", _describe_unread(counters)))
    found += _list_notes(counters)
    if counters.tilt_degrees:
        message = (
            f"The file states a rotation that is {abs(counters.tilt_degrees):.0f} degrees from a right angle; "
            "the frames were rotated to the nearest right angle only."
        )
        found.append(VideoWarning("IMAGE_TILTED", message))
    return found


def _count(frames: int) -> str:
    return "1 frame" if frames == 1 else f"{frames} frames"


def _were(frames: int) -> str:
    return "was" if frames == 1 else "were"


def _list_notes(counters: Counters) -> list[VideoWarning]:
    """Return the warnings about images that were changed before the dancer was looked for."""
    found = []
    if counters.unmarked_fields:
        message = (
            "The frames consist of two fields of different times, which the file does not state; "
            "they were deinterlaced, which leaves less detail."
        )
        found.append(VideoWarning("INTERLACED_UNMARKED", message))
    if counters.high_dynamic_range:
        message = "The video has a high dynamic range; its colours are read without tone mapping, and are paler."
        found.append(VideoWarning("HIGH_DYNAMIC_RANGE", message))
    return found


def _describe_unread(counters: Counters) -> str:
    recordings, frames = counters.unread_recordings, counters.unread_frames
    sentences = []
    if recordings:
        what = "1 recording" if recordings == 1 else f"{recordings} recordings"
        sentences.append(
            f"{what} that {_were(recordings)} joined to the file cannot be read and {_were(recordings)} left out."
        )
    if frames:
        sentences.append(f"{_count(frames)} of another video in the file {_were(frames)} left out.")
    return " ".join(sentences)


def _describe_others(another: str) -> str:
    """Say how somebody else is chosen; the notation is that of the command line."""
    message = "Several people are in the video; the main dancer was followed. Another can be chosen by a position"
    return f"{message}: {another} is somebody else." if another else f"{message}."
