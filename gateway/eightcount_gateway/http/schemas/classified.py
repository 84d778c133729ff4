"""Bodies of what the classifier finds: the style of a movement, and of each few seconds of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from eightcount_gateway.http.schemas.base import StoredBody

VerdictName = Literal["style", "unknown", "not_a_dance", "not_seen"]
_PROBABILITIES = {"hip_hop": 0.91, "ballet": 0.05, "not_a_dance": 0.04}


class WindowBody(StoredBody):
    """The classification of a window of a few seconds."""

    start_s: float = Field(examples=[2.0])
    end_s: float = Field(examples=[4.0])
    probabilities: dict[str, float] | None = Field(
        examples=[_PROBABILITIES], description="they sum to 1; null where the dancer was hardly visible"
    )
    verdict: VerdictName = Field(examples=["style"])
    style: str = Field(examples=["hip_hop"], description="empty unless the verdict is `style`")


class StyleAnswer(StoredBody):
    """The classification of a movement in short."""

    verdict: VerdictName = Field(examples=["style"])
    style: str = Field(examples=["hip_hop"], description="empty unless the verdict is `style`")
    probability: float | None = Field(
        examples=[0.91], description="of the style, or of the verdict `not_a_dance`; null with other verdicts"
    )
    next_style: str = Field(examples=["ballet"], description="the likeliest style besides `style`; empty without one")
    next_probability: float | None = Field(examples=[0.05], description="of `next_style`")


class ClassificationResult(StoredBody):
    """The classification of a movement."""

    model: str = Field(examples=["starter/3f2a9c41d0be"], description="name and version")
    styles: list[str] = Field(examples=[["hip_hop", "ballet"]])
    probabilities: dict[str, float] | None = Field(
        examples=[_PROBABILITIES],
        description="calibrated, for the whole motion; they sum to 1; null when the dancer was hardly visible",
    )
    verdict: VerdictName = Field(examples=["style"])
    style: str = Field(examples=["hip_hop"], description="empty unless the verdict is `style`")
    message: str = Field(examples=["This is hip hop, with 91 % certainty."])
    novelty: float | None = Field(
        examples=[0.42], description="distance from the training data; above 1 the verdict is `unknown`"
    )
    track_id: int = Field(examples=[1], description="identity of the tracked dancer")
    windows: list[WindowBody] = Field(description="in order of time")
