"""A classification as the classifier service would give it, and the models that it lists."""

from __future__ import annotations

import math
from collections.abc import Iterable

from eightcount.classifier.v1 import classifier_pb2
from eightcount.models.v1 import models_pb2
from tests.fakes.classifier import model_info

STYLES = (
    "ballet_jazz",
    "breakdance",
    "hip_hop",
    "house",
    "krump",
    "locking",
    "popping",
    "street_jazz",
    "waack",
    "la_style",
)
_MODEL = models_pb2.ModelRef(name="starter", version="3f2a9c41d0be")
_VERDICTS = {
    4: classifier_pb2.VERDICT_NOT_SEEN,
    5: classifier_pb2.VERDICT_NOT_A_DANCE,
    6: classifier_pb2.VERDICT_UNKNOWN,
}
"""By the second at which a window starts; every other one has a style."""


def sample_models() -> list[models_pb2.ModelInfo]:
    """A pretrained model whose card has markup in it, and one that was trained here and has no card."""
    card = "# Starter\n\nKnows ten styles.\n\n<img src=x onerror=alert(1)>\n"
    return [
        model_info(styles=STYLES, balanced_accuracy=0.872, card=card),
        model_info("our-studio", version="90ab12cd34ef", family="pose-lstm", styles=["bachata", "salsa"],
                   balanced_accuracy=None, card=""),
    ]  # fmt: skip


def sample_classification(
    duration_s: float, verdict: classifier_pb2.Verdict = classifier_pb2.VERDICT_STYLE
) -> classifier_pb2.Classification:
    """Hip hop that becomes house; in between the dancer leaves, stands around, and does something unknown."""
    named = verdict == classifier_pb2.VERDICT_STYLE
    found = classifier_pb2.Classification(
        model=_MODEL, styles=STYLES, verdict=verdict, style="hip_hop" if named else None,
        probabilities=_in_order(_shares(0.3, 0.05)), message="This looks like hip hop; house comes next.", novelty=0.5,
        track_id=1,
    )  # fmt: skip
    for number in range(int(duration_s) - 1):
        found.windows.append(_window(float(number), number / (duration_s - 2), number))
    return found


def _window(start: float, part: float, number: int) -> classifier_pb2.Window:
    verdict = _VERDICTS.get(number, classifier_pb2.VERDICT_STYLE)
    named = verdict == classifier_pb2.VERDICT_STYLE
    match verdict:
        case classifier_pb2.VERDICT_NOT_SEEN:
            probabilities: Iterable[float] = ()
        case classifier_pb2.VERDICT_UNKNOWN:
            probabilities = (*[0.09] * len(STYLES), 0.1)
        case _:
            probabilities = _in_order(_shares(part, 0.04 if named else 0.8))
    return classifier_pb2.Window(
        start_seconds=start, end_seconds=start + 2.0, probabilities=probabilities, verdict=verdict,
        style=("hip_hop" if part < 0.6 else "house") if named else None,
    )  # fmt: skip


def _shares(part: float, none: float) -> dict[str, float]:
    """Probabilities by style; those of "not a dance" come last."""
    weights = dict.fromkeys(STYLES, 0.004) | {
        "hip_hop": 0.1 + math.cos(part * math.pi / 2) ** 2, "house": 0.1 + math.sin(part * math.pi / 2) ** 2,
        "krump": 0.12, "popping": 0.06 + 0.05 * part,
    }  # fmt: skip
    rest = (1 - none) / sum(weights.values())
    return {style: weight * rest for style, weight in weights.items()} | {"not_a_dance": none}


def _in_order(shares: dict[str, float]) -> tuple[float, ...]:
    return (*(shares[style] for style in STYLES), shares["not_a_dance"])
