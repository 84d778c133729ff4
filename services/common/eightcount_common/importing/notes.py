"""Notes of a reader about a file that it read all the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileNote:
    """One thing that was read differently from what the file states, or left out.

    Attributes:
        reason: machine-readable, for example FRAMES_MISCOUNTED.
        message: a sentence with the numbers.
    """

    reason: str
    message: str
