"""Bodies of `/v1/alignments`."""

from __future__ import annotations

from pydantic import Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, OTHER_EXAMPLE_ID, Body


class AlignmentRequest(Body):
    """Align two recordings by their sound."""

    a_video_id: str = Field(max_length=64, examples=[EXAMPLE_ID])
    b_video_id: str = Field(max_length=64, examples=[OTHER_EXAMPLE_ID])
    search_speed: bool = Field(False, description="also try other playing speeds; slower")
