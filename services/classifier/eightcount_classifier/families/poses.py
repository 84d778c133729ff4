"""How families of poses see a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eightcount_classifier.body import BodyMotion
from eightcount_classifier.frames import rows_of_windows
from eightcount_classifier.windows import Windows, windows_of
from eightcount_common.motion import FloatArray


@dataclass(frozen=True, slots=True)
class OfPoses:
    """What all families of poses share: windows of four seconds, a second apart, as rows of joints."""

    looks_at: Literal["poses", "frames"] = "poses"

    def windows(self, data: BodyMotion) -> Windows:
        """Four seconds, a second apart."""
        return windows_of(data)

    def inputs(self, data: BodyMotion, windows: Windows) -> FloatArray:
        """[W, 120, 39] rows."""
        return rows_of_windows(data, windows)

    def pieces(self, data: BodyMotion, windows: Windows) -> list[BodyMotion]:
        """The windows."""
        return [data.part(start, start + windows.length) for start in windows.starts[windows.seen].tolist()]
