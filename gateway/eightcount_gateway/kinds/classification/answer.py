"""The answer of a classification: its result in short, as lists show it."""

from __future__ import annotations

from typing import Any

from eightcount_gateway.jobs.model import JsonObject


def summarize(result: dict[str, Any]) -> JsonObject:
    """Return the fields of a `StyleAnswer` for a classification as JSON."""
    probabilities: dict[str, float] = result["probabilities"] or {}
    others = [style for style in result["styles"] if style != result["style"]]
    following = max(others, key=lambda style: probabilities.get(style, 0.0), default="")
    return {
        "verdict": result["verdict"],
        "style": result["style"],
        "probability": probabilities.get(result["style"] or result["verdict"]),
        "next_style": following if following in probabilities else "",
        "next_probability": probabilities.get(following),
    }
