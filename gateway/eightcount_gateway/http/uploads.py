"""The file of a multipart form, for every route that takes one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import Request
from starlette.requests import ClientDisconnect

from eightcount_common.errors import BusyError, InvalidInputError
from eightcount_gateway.http.multipart import FilePart, open_file_part
from eightcount_gateway.library.hashing import too_large

if TYPE_CHECKING:
    from eightcount_gateway.gateway import Gateway

UPLOAD_FINGERPRINT = "upload_fingerprint"
"""Member of the request's state: what identifies the file of a form."""
_FORM_OVERHEAD_BYTES = 64 * 1024
_WAIT_SECONDS = 30.0


def form(description: str) -> dict[str, Any]:
    """Return the OpenAPI of a form with one file."""
    file = {"type": "string", "format": "binary", "description": description}
    schema = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@asynccontextmanager
async def received_file(request: Request, gateway: Gateway, *, limit: int) -> AsyncIterator[FilePart]:
    """Yield the form's file as it comes; it counts among the uploads at the same time until the body ends.

    While too many run, the client waits: nothing is read of what it sends.

    Raises:
        TooLargeError: the client declares a body that is larger than the limit.
        BusyError: too many uploads run at the same time, and none has ended for a while.
        InvalidInputError: the body is not a form with a file.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit + _FORM_OVERHEAD_BYTES:
        raise too_large(limit)
    gateway.engine.expect_jobs()
    async with _place_among(gateway.uploads):
        part = await open_file_part(_body(request), request.headers.get("content-type", ""), field="file")
        if "idempotency-key" not in request.headers:
            yield part
            return
        digest = hashlib.sha256()
        yield FilePart(part.file_name, _hash_pieces(part.pieces, digest))
        setattr(request.state, UPLOAD_FINGERPRINT, f"{part.file_name}\n{digest.hexdigest()}")


@asynccontextmanager
async def _place_among(uploads: asyncio.Semaphore) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            await uploads.acquire()
    except TimeoutError as error:
        message = "too many uploads at the same time; try again later"
        raise BusyError(message, reason="TOO_MANY_UPLOADS") from error
    try:
        yield
    finally:
        uploads.release()


async def read_upload_fingerprint(request: Request) -> str:
    """Return what identifies the file of a form: its name and the hash of its content.

    Reads the body unless the endpoint did.

    Raises:
        InvalidInputError: the body is not a form with a file.
    """
    known: str | None = getattr(request.state, UPLOAD_FINGERPRINT, None)
    if known is not None:
        return known
    part = await open_file_part(_body(request), request.headers.get("content-type", ""), field="file")
    digest = hashlib.sha256()
    async for _ in _hash_pieces(part.pieces, digest):
        pass
    return f"{part.file_name}\n{digest.hexdigest()}"


async def _hash_pieces(pieces: AsyncIterator[bytes], digest: Any) -> AsyncIterator[bytes]:
    async for piece in pieces:
        digest.update(piece)
        yield piece


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as error:
        raise InvalidInputError(
            "the connection closed before the file was complete", reason="UPLOAD_CUT_SHORT"
        ) from error
