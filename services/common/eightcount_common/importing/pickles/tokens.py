"""What stands in a pickle on the way to a value, and how a pickle is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from eightcount_common.errors import InvalidInputError


class Token:
    """Something that stands in a pickle only on the way to a value, and is none itself."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Named(Token):
    """A callable that a pickle names, one of `KNOWN`."""

    name: str


class Arguments(tuple[object, ...], Token):
    """A tuple that holds a token."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Unfinished(Token):
    """An array or dtype whose state comes later in the pickle.

    Attributes:
        finish: makes the value of its state.
        memo_keys: where it was remembered; the value takes its place there.
    """

    finish: Callable[[object], object]
    memo_keys: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Budget:
    """Bytes that may still be copied while a pickle is read, so that few bytes of file cannot become many in memory."""

    bytes_left: int

    def spend(self, size: int) -> None:
        """Takes bytes away.

        Raises:
            InvalidInputError: TOO_LARGE; no more is left.
        """
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise InvalidInputError("the pickle copies its own content over and over", reason="TOO_LARGE")


def unsafe(what: str) -> NoReturn:
    """Raises the error of a pickle that asks for more than arrays and plain values."""
    raise InvalidInputError(
        f"the pickle asks for {what[:200]}; only arrays of numbers and plain values are read", reason="UNSAFE_PICKLE"
    )


def damaged(wanted: str, given: str) -> NoReturn:
    """Raises the error of a pickle that makes no sense.

    What a pickle holds is told by type, never printed: what refers to itself over and over prints without end.
    """
    raise InvalidInputError(f"the pickle is damaged: wanted {wanted}, got {given}", reason="DAMAGED_PICKLE")


def kind(value: object) -> str:
    """What a value is, in a word."""
    return value.name if isinstance(value, Named) else type(value).__name__


def key(value: object) -> object:
    """A value that may be a key of a dict or a member of a set: hashing anything deeper could take for ever.

    Raises:
        InvalidInputError: UNSAFE_PICKLE.
    """
    if value is not None and type(value) not in (str, bytes, int, float, bool):
        unsafe(f"a key of type {kind(value)}")
    return value
