"""Pages of a list, newest first, by an opaque cursor over (created_at, id)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from eightcount_common.errors import InvalidInputError

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=200, description="largest number of items in the answer")]
CursorText = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before")]


class Page(BaseModel, Generic[Item]):
    """A page of a list, newest first."""

    items: list[Item]
    next_cursor: str | None = Field(description="where the next page starts; null on the last page")


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """The last item of a page.

    Attributes:
        created_at: seconds since the epoch, or ISO 8601, as the resource keeps it.
        id: of the item.
    """

    created_at: float | str
    id: str

    def encode(self) -> str:
        """Return the cursor as text for the client."""
        return base64.urlsafe_b64encode(json.dumps([self.created_at, self.id]).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str | None) -> Cursor | None:
        """Read what `encode` wrote; None for no text.

        Raises:
            InvalidInputError: INVALID_CURSOR; the text is no cursor.
        """
        if text is None:
            return None
        try:
            created_at, id_ = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (binascii.Error, ValueError, TypeError) as error:
            raise InvalidInputError(
                "cursor: the next_cursor of an earlier page is required", reason="INVALID_CURSOR"
            ) from error
        if not isinstance(created_at, float | int | str) or not isinstance(id_, str):
            raise InvalidInputError("cursor: the next_cursor of an earlier page is required", reason="INVALID_CURSOR")
        return cls(created_at, id_)
