"""Base of the families whose inputs are poses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.features.pose_rows import build_window_rows
from eightcount_classifier.features.windows import Windows, cut_windows
from eightcount_common.motion import FloatArray


@dataclass(frozen=True, slots=True)
class PoseFamily:
    """Base class: windows of four seconds, one second apart, as rows of joints."""

    input_kind: Literal["poses", "frames"] = "poses"

    def windows(self, data: BodyMotion) -> Windows:
        """Return windows of four seconds, one second apart."""
        return cut_windows(data)

    def inputs(self, data: BodyMotion, windows: Windows) -> FloatArray:
        """Return the rows [W, 120, 39] of the windows in which the dancer is seen."""
        return build_window_rows(data, windows)

    def split_windows(self, data: BodyMotion, windows: Windows) -> list[BodyMotion]:
        """Return each window in which the dancer is seen as a motion of its own."""
        return [data.part(start, start + windows.length) for start in windows.starts[windows.seen].tolist()]
