"""Processing of long motions in blocks, so that the memory of a step does not grow with the length.

A filter needs neighbours, so a block has a margin on both sides that is processed and discarded. At the ends of the
motion there is no margin, and the filter treats them as it would for the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BLOCK_FRAMES = 512


@dataclass(frozen=True, slots=True)
class Block:
    """A range of frames with its margins.

    Attributes:
        frames: the block within the motion.
        padded: the block with its margins within the motion.
        inner: the block within the padded range.
    """

    frames: slice
    padded: slice
    inner: slice


def blocks(frames: int, *, margin: int = 0) -> Iterator[Block]:
    """Yield consecutive blocks of a motion of `frames` frames."""
    for start in range(0, frames, BLOCK_FRAMES):
        stop = min(start + BLOCK_FRAMES, frames)
        first = max(0, start - margin)
        padded = slice(first, min(stop + margin, frames))
        yield Block(slice(start, stop), padded, slice(start - first, stop - first))


def gaussian_reach(sigma: float) -> int:
    """Return the reach of `scipy.ndimage.gaussian_filter1d` on either side, in samples: four standard deviations."""
    return int(4.0 * sigma + 0.5)
