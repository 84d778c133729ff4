"""Names and summaries of motions."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobWarning:
    """A warning for the user; the work continued."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class MotionSummary:
    """A summary of a complete motion.

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
    """One of several people, by a position at some time.

    Attributes:
        x, y: fractions of the upright frame's width and height; (0, 0) is the top left corner.
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
        """Key of the video's preview, which is the same for every model."""
        return preview_key_of(self.sha256)


def preview_key_of(sha256: str) -> str:
    """Return the key of a video's preview."""
    return f"previews/{sha256}.mp4"
