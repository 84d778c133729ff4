"""Pages of a list, newest first, by an opaque cursor over (created_at, id)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Generic, Protocol, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from eightcount_common.errors import InvalidInputError

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=200, description="maximum number of items in the response")]
CursorText = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the previous page")]


class Page(BaseModel, Generic[Item]):
    """A page of a list, newest first."""

    items: list[Item]
    next_cursor: str | None = Field(description="cursor of the next page; null on the last page")


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


CreatedAfter = Annotated[datetime | None, Query(description="only resources created after this time (ISO 8601)")]
CreatedBefore = Annotated[datetime | None, Query(description="only resources created before this time (ISO 8601)")]


def utc_text(time: datetime | None) -> str | None:
    """Return a time as records keep it: ISO 8601 in UTC with milliseconds. A time without a zone is in UTC."""
    if time is None:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="milliseconds")


def text_cursor(text: str | None) -> tuple[str, str] | None:
    """Read a cursor of a list whose times are text.

    Raises:
        InvalidInputError: INVALID_CURSOR.
    """
    cursor = Cursor.decode(text)
    return None if cursor is None else (str(cursor.created_at), cursor.id)


def page_of(items: Sequence[Item], limit: int, cursor_of: Callable[[Item], Cursor]) -> Page[Item]:
    """Return a page of at most `limit` items; one more item says that there is another page."""
    shown = list(items[:limit])
    more = len(items) > limit and shown
    return Page[Item](items=shown, next_cursor=cursor_of(shown[-1]).encode() if more else None)


class NamedModel(Protocol):
    """The properties by which lists of models are sorted."""

    name: str
    created_at: datetime | None


Named = TypeVar("Named", bound=NamedModel)


def page_of_models(models: Sequence[Named], limit: int, cursor: str | None) -> Page[Named]:
    """Return a page of models, newest first; models that do not say when they were made come last.

    Raises:
        InvalidInputError: INVALID_CURSOR.
    """

    def creation_time(model: Named) -> str:
        return utc_text(model.created_at) or ""

    after = text_cursor(cursor)
    ordered = sorted(sorted(models, key=lambda model: model.name), key=creation_time, reverse=True)
    rest = [
        model
        for model in ordered
        if after is None
        or creation_time(model) < after[0]
        or (creation_time(model) == after[0] and model.name > after[1])
    ]
    return page_of(rest, limit, lambda model: Cursor(creation_time(model), model.name))
