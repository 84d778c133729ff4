"""Every row of the shared cases (`cases/README.tsv`), judged by its stated value; one line per module of cases."""

from __future__ import annotations

from tests.benchmarks.inputs.base import SharedCase
from tests.benchmarks.inputs.cases_apart import APART_CASES
from tests.benchmarks.inputs.cases_causes import CAUSES_CASES
from tests.benchmarks.inputs.cases_geometry import GEOMETRY_CASES
from tests.benchmarks.inputs.cases_metre import METRE_CASES
from tests.benchmarks.inputs.cases_motions import MOTIONS_CASES
from tests.benchmarks.inputs.cases_reading import READING_CASES
from tests.benchmarks.inputs.cases_steps import STEPS_CASES

SHARED_CASES: tuple[SharedCase, ...] = (
    *APART_CASES,
    *CAUSES_CASES,
    *STEPS_CASES,
    *METRE_CASES,
    *MOTIONS_CASES,
    *READING_CASES,
    *GEOMETRY_CASES,
)  # fmt: skip
