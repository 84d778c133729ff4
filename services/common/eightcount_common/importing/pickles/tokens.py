"""Intermediate items on the stack of a pickle, and the errors that refuse a pickle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from eightcount_common.errors import InvalidInputError, TooLargeError


class Token:
    """An item that exists only while a value is being built, and is not a value itself."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NamedCallable(Token):
    """A callable that a pickle names, one of `KNOWN`."""

    name: str


class Arguments(tuple[object, ...], Token):
    """A tuple that holds a token."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Unfinished(Token):
    """An array or dtype whose state comes later in the pickle.

    Attributes:
        finish: builds the value from its state.
        memo_keys: where it was memoized; the value replaces it there.
    """

    finish: Callable[[object], object]
    memo_keys: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Budget:
    """Bytes that may still be copied while a pickle is read, so that few bytes of file cannot become many in memory."""

    bytes_left: int

    def spend(self, size: int) -> None:
        """Subtract bytes from the budget.

        Raises:
            TooLargeError: the budget is exhausted.
        """
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise TooLargeError("the pickle copies its own content over and over")


def refuse_unsafe(what: str) -> NoReturn:
    """Raise the error for a pickle that requires more than arrays and plain values."""
    raise InvalidInputError(
        f"the pickle requires {what[:200]}; only arrays of numbers and plain values are read", reason="UNSAFE_PICKLE"
    )


def refuse_damaged(expected: str, given: str) -> NoReturn:
    """Raise the error for a malformed pickle.

    The content of a pickle is described by its type and never printed: printing a self-referential value never ends.
    """
    raise InvalidInputError(f"the pickle is damaged: expected {expected}; got {given}", reason="DAMAGED_PICKLE")


def type_name(value: object) -> str:
    """Return the name of a value's type, or of the callable that it stands for."""
    return value.name if isinstance(value, NamedCallable) else type(value).__name__


def check_key(value: object) -> object:
    """Return a value that may be a key of a dict or a member of a set: hashing anything deeper could take for ever.

    Raises:
        InvalidInputError: UNSAFE_PICKLE.
    """
    if value is not None and type(value) not in (str, bytes, int, float, bool):
        refuse_unsafe(f"a key of type {type_name(value)}")
    return value
