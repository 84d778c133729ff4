"""Every family of `make eval-input`; one line each."""

from __future__ import annotations

from tests.benchmarks.inputs.apart import SOUND_AND_PICTURE
from tests.benchmarks.inputs.base import Family
from tests.benchmarks.inputs.causes import CAUSES

FAMILIES: tuple[Family, ...] = (
    SOUND_AND_PICTURE,
    CAUSES,
)  # fmt: skip
