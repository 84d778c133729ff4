"""Long recordings in blocks: what a step holds for a while does not grow with the length.

A filter needs neighbours, so a block comes with a margin on both sides that is worked on and thrown away; at the ends
of the recording there is none, and the filter treats them as it would for the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BLOCK_FRAMES = 512


@dataclass(frozen=True, slots=True)
class Block:
    """Frames of a recording.

    Attributes:
        frames: the block in the recording.
        padded: the block with its margins, in the recording.
        inner: the block within what is padded.
    """

    frames: slice
    padded: slice
    inner: slice


def blocks(frames: int, *, margin: int = 0) -> Iterator[Block]:
    """Consecutive blocks of a recording of so many frames."""
    for start in range(0, frames, BLOCK_FRAMES):
        stop = min(start + BLOCK_FRAMES, frames)
        first = max(0, start - margin)
        padded = slice(first, min(stop + margin, frames))
        yield Block(slice(start, stop), padded, slice(start - first, stop - first))


def gaussian_reach(sigma: float) -> int:
    """Neighbours that `scipy.ndimage.gaussian_filter1d` looks at on either side: four standard deviations."""
    return int(4.0 * sigma + 0.5)
