"""What every maker of dances promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.music import Music


@dataclass(frozen=True, slots=True)
class KeyPose:
    """A pose that the dance should pass through.

    Attributes:
        seconds: when.
        pose: a dance of one frame.
    """

    seconds: float
    pose: Dance


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a dance should be like, beside its music.

    Attributes:
        style: of the styles that the maker knows; "" leaves it to the maker.
        seed: the same seed, music and wishes give the same dance.
        energy: -1 calmer than the music asks, 0 as it asks, 1 wilder.
        mirrored: left and right swapped.
        key_poses: ascending in time.

    Raises:
        InvalidInputError: INVALID_WISHES; a value is out of range.
    """

    style: str = ""
    seed: int = 0
    energy: float = 0.0
    mirrored: bool = False
    key_poses: tuple[KeyPose, ...] = field(default=())

    def __post_init__(self) -> None:
        if not -1 <= self.energy <= 1 or self.seed < 0:
            raise InvalidInputError(
                f"wanted an energy from -1 to 1 and a seed from 0, got {self.energy} and {self.seed}",
                reason="INVALID_WISHES",
            )
        times = [key.seconds for key in self.key_poses]
        if times != sorted(set(times)) or any(len(key.pose) != 1 for key in self.key_poses):
            raise InvalidInputError("key poses: wanted single frames, ascending in time", reason="INVALID_WISHES")


class Maker(Protocol):
    """Makes dances to music."""

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles that can be wished for."""
        ...

    def make(self, music: Music, wishes: Wishes) -> Iterator[Dance]:
        """The dance, `music.frames` frames in all, piece by piece as it is made, in flat memory.

        Raises:
            InvalidInputError: UNKNOWN_STYLE, or a key pose outside the music.
        """
        ...


class Traced(Protocol):
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
class TracedMaker(Maker, Protocol):
    """A maker that can say where every piece comes from."""

    def make_traced(self, music: Music, wishes: Wishes) -> Iterator[Traced]:
        """As `make`, with the origin of each piece."""
