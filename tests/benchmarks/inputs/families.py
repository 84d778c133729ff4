"""Every family of `make eval-input`; one line each."""

from __future__ import annotations

from tests.benchmarks.inputs.apart import SOUND_AND_PICTURE
from tests.benchmarks.inputs.base import Family
from tests.benchmarks.inputs.causes import CAUSES
from tests.benchmarks.inputs.geometry import GEOMETRY
from tests.benchmarks.inputs.metre import METRE_FAMILIES
from tests.benchmarks.inputs.motions import (
    BVH_DIALECTS,
    BVH_ODDITIES,
    READ_BACK,
    SKELETONS,
    SMPL_FILES,
    TRAINING_FOLDERS,
)
from tests.benchmarks.inputs.reading import READING_FAMILIES
from tests.benchmarks.inputs.steps import STEPS

FAMILIES: tuple[Family, ...] = (
    SOUND_AND_PICTURE,
    CAUSES,
    STEPS,
    BVH_DIALECTS, BVH_ODDITIES, SMPL_FILES, SKELETONS, READ_BACK, TRAINING_FOLDERS,
    *METRE_FAMILIES,
    *READING_FAMILIES,
    *GEOMETRY,
)  # fmt: skip
