"""Classifications as the JSON that HTTP serves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from eightcount.classifier.v1 import classifier_pb2

NOT_A_DANCE = "not_a_dance"
_DIGITS = 4


def classification_as_json(found: classifier_pb2.Classification) -> dict[str, Any]:
    """Convert a classification: probabilities by name; what is not known is None."""
    styles = list(found.styles)
    return {
        "model": f"{found.model.name}/{found.model.version}",
        "styles": styles,
        "probabilities": _by_name(styles, found.probabilities),
        "verdict": _verdict(found.verdict),
        "style": found.style,
        "message": found.message,
        "novelty": round(found.novelty, _DIGITS) if math.isfinite(found.novelty) else None,
        "track_id": found.track_id,
        "windows": [window_as_json(window, styles) for window in found.windows],
    }


def window_as_json(window: classifier_pb2.Window, styles: Sequence[str]) -> dict[str, Any]:
    """The classification of a window, likewise."""
    return {
        "start_s": round(window.start_seconds, _DIGITS),
        "end_s": round(window.end_seconds, _DIGITS),
        "probabilities": _by_name(styles, window.probabilities),
        "verdict": _verdict(window.verdict),
        "style": window.style,
    }


def _by_name(styles: Sequence[str], probabilities: Sequence[float]) -> dict[str, float] | None:
    if not probabilities:
        return None
    rounded = (round(value, _DIGITS) for value in probabilities)
    return dict(zip((*styles, NOT_A_DANCE), rounded, strict=True))


def _verdict(number: classifier_pb2.Verdict.ValueType) -> str:
    """`VERDICT_NOT_A_DANCE` -> `not_a_dance`."""
    return classifier_pb2.Verdict.Name(number).removeprefix("VERDICT_").lower()
