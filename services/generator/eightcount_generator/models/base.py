"""The interface of dance generators, and the options of a generated dance."""

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
    """A part of the body that an edit can keep; together the parts are the whole body."""

    LEGS = "legs"
    """Legs, pelvis and root motion."""
    UPPER_BODY = "upper_body"
    """Spine, head and arms."""

    @property
    def joints(self) -> NDArray[np.bool_]:
        """[24] whether a joint of `BODY` belongs to the part; the root motion belongs to the pelvis."""
        legs = np.array([joint in _LEGS for joint in BODY.joints])
        return legs if self is BodyPart.LEGS else ~legs


@dataclass(frozen=True, slots=True)
class Edit:
    """The part of a dance that is generated again, and the part that is kept.

    Attributes:
        dance: the dance to edit, as it is seen: not mirrored by `GenerationOptions.mirrored`.
        keep: body parts that are kept throughout.
        start_seconds: start of the stretch that is generated again, consistent with what precedes and follows it.
        end_seconds: end of that stretch, no later than the end of the dance.

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
                f"an edit must be a stretch within the {self.dance.seconds:.2f} s of the dance; got "
                f"{self.start_seconds:g} to {self.end_seconds:g} s",
                reason="INVALID_OPTIONS",
            )
        if self.end_frame <= self.first_frame:
            raise InvalidInputError("an edit must be longer than a frame", reason="INVALID_OPTIONS")
        if not self.keep and self.end_frame - self.first_frame == len(self.dance):
            raise InvalidInputError(
                "an edit that keeps nothing is a new dance; a part of the body or a stretch must be kept",
                reason="INVALID_OPTIONS",
            )

    @property
    def first_frame(self) -> int:
        """The first frame that is generated again."""
        return round(self.start_seconds * FRAME_RATE_HERTZ)

    @property
    def end_frame(self) -> int:
        """The first frame after the stretch that is generated again."""
        return min(round(self.end_seconds * FRAME_RATE_HERTZ), len(self.dance))

    @property
    def kept_joints(self) -> NDArray[np.bool_]:
        """[24] which joints are kept throughout; the root motion is kept with the pelvis."""
        return np.asarray(sum((part.joints for part in self.keep), np.zeros(len(BODY), np.bool_)))


@dataclass(frozen=True, slots=True)
class KeyPose:
    """A pose that the dance passes through.

    Attributes:
        seconds: time within the dance.
        pose: a dance of one frame, as it is seen: not mirrored by `GenerationOptions.mirrored`. Its position on the
            floor and its heading are ignored.
    """

    seconds: float
    pose: Dance


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """The options of a generated dance, apart from its music.

    Attributes:
        style: one of the generator's styles; chosen by the generator when empty.
        seed: the same seed, music and options give the same dance.
        energy: relative to the music's energy: -1 calmer, 0 as the music, 1 wilder.
        mirrored: whether left and right are swapped.
        key_poses: ascending in time.
        edit: a dance to edit instead of generating a new one; as long as the requested dance.

    Raises:
        InvalidInputError: INVALID_OPTIONS; a value is out of range, or a key pose lies where the edited dance is kept.
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
                f"the energy must be from -1 to 1 and the seed 0 or more; got {self.energy} and {self.seed}",
                reason="INVALID_OPTIONS",
            )
        self._require_possible_key_poses()

    def _require_possible_key_poses(self) -> None:
        times = [key.seconds for key in self.key_poses]
        if times != sorted(set(times)) or any(len(key.pose) != 1 for key in self.key_poses):
            raise InvalidInputError("key poses must be single frames, ascending in time", reason="INVALID_OPTIONS")
        start = self.edit.start_seconds if self.edit else 0.0
        end = self.edit.end_seconds if self.edit else math.inf
        outside = [seconds for seconds in times if not start <= seconds < end]
        if outside:
            where = f"within the edited stretch, {start:g} to {end:g} s" if self.edit else "at 0 s or later"
            raise InvalidInputError(f"key poses must be {where}; got {outside[0]:g} s", reason="INVALID_OPTIONS")


class DanceGenerator(Protocol):
    """Generates dances to music."""

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles that can be requested."""
        ...

    def generate(self, music: Music, options: GenerationOptions) -> Iterator[Dance]:
        """Generate the dance piece by piece, `music.frames` frames in all, in constant memory.

        The same seed, music and options give the same dance; another seed gives another one.

        Raises:
            InvalidInputError: UNKNOWN_STYLE, or a key pose outside the music.
        """
        ...


class AttributedPiece(Protocol):
    """A piece of a dance that was copied from one recording."""

    @property
    def dance(self) -> Dance:
        """The frames of the piece."""

    @property
    def recording(self) -> str:
        """Name of the recording."""

    @property
    def recording_frame(self) -> int:
        """The first copied frame of the recording."""


@runtime_checkable
class AttributedGenerator(DanceGenerator, Protocol):
    """A generator that knows which recording each piece was copied from."""

    def generate_attributed(self, music: Music, options: GenerationOptions) -> Iterator[AttributedPiece]:
        """Generate the dance as `generate` does, with the source of each piece."""
