"""The query parameters of `GET /v1/classifications` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

StyleName = Annotated[str, StringConstraints(max_length=64)]


async def filter_by_style(
    style: Annotated[
        list[StyleName] | None, Query(description="the named style is any of these; can be repeated")
    ] = None,
) -> Mapping[str, Sequence[str]]:
    """Return the styles to list."""
    return {"style": style or ()}
