"""Names of motions, and what is known of them without reading them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobWarning:
    """Something the user should know although the work went on."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class MotionSummary:
    """What is known of a finished motion without reading it.

    Attributes:
        model: identifier of the pose model.
        frames: number of frames.
        frames_with_dancer: those in which the dancer was found.
        warnings: of the pose service.
    """

    model: str
    frames: int
    frames_with_dancer: int
    warnings: tuple[JobWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Dancer:
    """One of several people, by a place where he or she is at some time.

    Attributes:
        x, y: fractions of the upright picture's width and height; (0, 0) is the top left corner.
        at_seconds: on the video's own time.
    """

    x: float
    y: float
    at_seconds: float = 0.0

    @property
    def slug(self) -> str:
        """Names the choice in keys."""
        return f"dancer-{self.x}-{self.y}-{self.at_seconds}"


@dataclass(frozen=True, slots=True)
class MotionRef:
    """Names a motion by its video and everything that decides what it looks like.

    Attributes:
        sha256: of the video.
        variant: size of the pose network: heavy, full or lite.
        model: the pose service's identifier of network, engine, precision, version and chosen dancer.
        dancer: who is followed; the main dancer when it is None.
    """

    sha256: str
    variant: str
    model: str
    dancer: Dancer | None = None

    @property
    def name(self) -> str:
        """Prefix of its objects."""
        slug = re.sub(r"[^A-Za-z0-9.-]", "_", self.model)
        return f"motions/{self.sha256}/{slug}"

    @property
    def key(self) -> str:
        """Key of the artifact."""
        return f"{self.name}.motion"

    @property
    def preview_key(self) -> str:
        """Key of the small copy of the video's pictures; any model makes the same."""
        return preview_key_of(self.sha256)


def preview_key_of(sha256: str) -> str:
    """Key of the small copy of a video's pictures."""
    return f"previews/{sha256}.mp4"
