"""What every maker of dances promises."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.music import Music

_LEGS = ("pelvis", *(f"{side}_{part}" for side in ("left", "right") for part in ("hip", "knee", "ankle", "foot")))


class BodyPart(StrEnum):
    """What an edit can keep of a body; together they are all of it."""

    LEGS = "legs"
    """Legs and pelvis, and the way over the floor."""
    UPPER_BODY = "upper_body"
    """Spine, head and arms."""

    @property
    def joints(self) -> NDArray[np.bool_]:
        """[24] whether a joint of `BODY` belongs to it; the way over the floor belongs to the pelvis."""
        legs = np.array([joint in _LEGS for joint in BODY.joints])
        return legs if self is BodyPart.LEGS else ~legs


@dataclass(frozen=True, slots=True)
class Edit:
    """What is changed of a dance, and what stays.

    Attributes:
        dance: that is changed, as it is seen: not swapped by `Wishes.mirrored`.
        keep: stays as it is throughout.
        start_seconds: the stretch that is made anew, such that it fits to what is before and after.
        end_seconds: where that ends, no later than the dance.

    Raises:
        InvalidInputError: INVALID_OPTIONS; everything is kept, or nothing, or the stretch is not within the dance.
    """

    dance: Dance
    keep: frozenset[BodyPart] = frozenset()
    start_seconds: float = 0.0
    end_seconds: float = field(kw_only=True)

    def __post_init__(self) -> None:
        if self.keep == frozenset(BodyPart):
            raise InvalidInputError("an edit that keeps legs and upper body changes nothing", reason="INVALID_OPTIONS")
        if not 0 <= self.start_seconds < self.end_seconds <= self.dance.seconds + 1 / FRAME_RATE_HERTZ:
            raise InvalidInputError(
                f"an edit: wanted a stretch within the {self.dance.seconds:.2f} s of the dance, got "
                f"{self.start_seconds:g} to {self.end_seconds:g} s",
                reason="INVALID_OPTIONS",
            )
        if self.end_frame <= self.first_frame:
            raise InvalidInputError("an edit: the stretch is shorter than a frame", reason="INVALID_OPTIONS")
        if not self.keep and self.end_frame - self.first_frame == len(self.dance):
            raise InvalidInputError(
                "an edit that keeps nothing is a new dance: wanted a part of the body or a stretch that stays",
                reason="INVALID_OPTIONS",
            )

    @property
    def first_frame(self) -> int:
        """The first that is made anew."""
        return round(self.start_seconds * FRAME_RATE_HERTZ)

    @property
    def end_frame(self) -> int:
        """The first behind the stretch that stays as it is."""
        return min(round(self.end_seconds * FRAME_RATE_HERTZ), len(self.dance))

    @property
    def kept_joints(self) -> NDArray[np.bool_]:
        """[24] which joints stay throughout; the way over the floor stays with the pelvis."""
        return np.asarray(sum((part.joints for part in self.keep), np.zeros(len(BODY), np.bool_)))


@dataclass(frozen=True, slots=True)
class KeyPose:
    """A pose that the dance should pass through.

    Attributes:
        seconds: when.
        pose: a dance of one frame, as it should be seen: not swapped by `Wishes.mirrored`. Where it stands and which
            way it faces does not count.
    """

    seconds: float
    pose: Dance


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """What a dance should be like, beside its music.

    Attributes:
        style: of the styles that the maker knows; "" leaves it to the maker.
        seed: the same seed, music and wishes give the same dance.
        energy: -1 calmer than the music asks, 0 as it asks, 1 wilder.
        mirrored: left and right swapped.
        key_poses: ascending in time.
        edit: a dance that is changed in place of one that is made anew; as long as the dance that is wished for.

    Raises:
        InvalidInputError: INVALID_OPTIONS; a value is out of range, or a key pose lies where the edited dance stays.
    """

    style: str = ""
    seed: int = 0
    energy: float = 0.0
    mirrored: bool = False
    key_poses: tuple[KeyPose, ...] = field(default=())
    edit: Edit | None = None

    def __post_init__(self) -> None:
        if not -1 <= self.energy <= 1 or self.seed < 0:
            raise InvalidInputError(
                f"wanted an energy from -1 to 1 and a seed from 0, got {self.energy} and {self.seed}",
                reason="INVALID_OPTIONS",
            )
        self._require_possible_key_poses()

    def _require_possible_key_poses(self) -> None:
        times = [key.seconds for key in self.key_poses]
        if times != sorted(set(times)) or any(len(key.pose) != 1 for key in self.key_poses):
            raise InvalidInputError("key poses: wanted single frames, ascending in time", reason="INVALID_OPTIONS")
        start = self.edit.start_seconds if self.edit else 0.0
        end = self.edit.end_seconds if self.edit else math.inf
        outside = [seconds for seconds in times if not start <= seconds < end]
        if outside:
            where = f"in the stretch that is made anew, {start:g} to {end:g} s" if self.edit else "from 0 on"
            raise InvalidInputError(f"key poses: wanted seconds {where}, got {outside[0]:g}", reason="INVALID_OPTIONS")


class DanceGenerator(Protocol):
    """Makes dances to music."""

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles that can be wished for."""
        ...

    def generate(self, music: Music, options: GenerationOptions) -> Iterator[Dance]:
        """The dance, `music.frames` frames in all, piece by piece as it is made, in flat memory.

        Raises:
            InvalidInputError: UNKNOWN_STYLE, or a key pose outside the music.
        """
        ...


class AttributedPiece(Protocol):
    """A piece of a dance that comes from one recording."""

    @property
    def dance(self) -> Dance:
        """Its frames."""

    @property
    def recording(self) -> str:
        """Name of the recording."""

    @property
    def recording_frame(self) -> int:
        """The first of its frames in there."""


@runtime_checkable
class AttributedGenerator(DanceGenerator, Protocol):
    """A maker that can say where every piece comes from."""

    def generate_attributed(self, music: Music, options: GenerationOptions) -> Iterator[AttributedPiece]:
        """As `make`, with the origin of each piece."""
