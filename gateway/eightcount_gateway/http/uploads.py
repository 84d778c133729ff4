"""The file of a multipart form, for every route that takes one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Request
from starlette.requests import ClientDisconnect

from eightcount_common.errors import BusyError, InvalidInputError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http.multipart import FilePart, open_file_part
from eightcount_gateway.library.hashing import too_large

_FORM_OVERHEAD_BYTES = 64 * 1024


def form(description: str) -> dict[str, Any]:
    """OpenAPI of a form with one file."""
    file = {"type": "string", "format": "binary", "description": description}
    schema = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@asynccontextmanager
async def received_file(request: Request, gateway: Gateway, *, limit: int) -> AsyncIterator[FilePart]:
    """The form's file as it comes; one of the places for uploads is taken until the body ends.

    Raises:
        TooLargeError: the client says that it is larger than the limit.
        BusyError: every place is taken.
        InvalidInputError: the body is no form with a file.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit + _FORM_OVERHEAD_BYTES:
        raise too_large(limit)
    if gateway.uploads.locked():
        raise BusyError("too many uploads at the same time; try again later", reason="TOO_MANY_UPLOADS")
    gateway.engine.expect_jobs()
    async with gateway.uploads:
        yield await open_file_part(_body(request), request.headers.get("content-type", ""), field="file")


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as error:
        raise InvalidInputError(
            "the client went away before the file was complete", reason="UPLOAD_CUT_SHORT"
        ) from error
