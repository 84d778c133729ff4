"""Sizes of the network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkSizes:
    """Widths of the network.

    Attributes:
        layers: layers of the music encoder.
        width: width of the encoder.
        heads: attention heads.
        head_width: width of a head.
        inner: width of the feed-forward parts.
        reach_frames: reach of the attention to either side.
        pose_width: width of an embedded pose.
        hidden: width of each decoder cell.
        dropout: share of values that is dropped in training.

    Raises:
        ValueError: a size is not above 0.
    """

    layers: int = 2
    width: int = 128
    heads: int = 4
    head_width: int = 32
    inner: int = 256
    reach_frames: int = 100
    pose_width: int = 128
    hidden: int = 192
    dropout: float = 0.1

    def __post_init__(self) -> None:
        whole = (
            self.layers, self.width, self.heads, self.head_width, self.inner, self.reach_frames, self.pose_width,
            self.hidden,
        )  # fmt: skip
        if not all(isinstance(size, int) and size > 0 for size in whole) or not 0 <= self.dropout < 1:
            raise ValueError(f"sizes must be above 0, got {self}")

    @property
    def context_frames(self) -> int:
        """Frames of music before and after one that can influence its encoding."""
        return self.layers * self.reach_frames


LAPTOP = NetworkSizes()
PUBLISHED = NetworkSizes(layers=2, width=200, heads=8, head_width=64, inner=1024, pose_width=50, hidden=1024)
"""Sizes of the published code: 26 million weights, most of them in the decoder."""
