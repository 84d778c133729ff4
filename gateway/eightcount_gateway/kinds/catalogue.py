"""Every kind of job that the gateway knows. A new kind is a folder beside this module, and one line here."""

from __future__ import annotations

from eightcount_gateway.jobs.kind import JobKind
from eightcount_gateway.kinds.classification.kind import CLASSIFICATION
from eightcount_gateway.kinds.comparison.kind import COMPARISON
from eightcount_gateway.kinds.dance.kind import DANCE
from eightcount_gateway.kinds.dance_training.kind import DANCE_TRAINING
from eightcount_gateway.kinds.extraction.kind import EXTRACTION
from eightcount_gateway.kinds.style_addition.kind import STYLE_ADDITION
from eightcount_gateway.kinds.style_training.kind import STYLE_TRAINING

KINDS: tuple[JobKind, ...] = (
    COMPARISON,
    CLASSIFICATION,
    STYLE_ADDITION,
    STYLE_TRAINING,
    DANCE,
    DANCE_TRAINING,
    EXTRACTION,
)
