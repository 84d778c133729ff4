"""Objects of the store as HTTP responses, whole or in ranges (RFC 9110, section 14)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import iterate_in_threadpool

from eightcount_common.storage import ObjectStore
from eightcount_gateway.http.head import HEAD_KEY
from eightcount_gateway.http.problems import problem

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_SANDBOX = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""For users' bytes opened as a page of their own."""


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes start <= i < stop."""

    start: int
    stop: int


def parse_range(header: str, size: int) -> Span | None:
    """Return the range that is asked for; None when the header is to be ignored (RFC 9110, 14.2).

    Several ranges in one request are answered with the whole object, as the RFC permits.

    Raises:
        ValueError: the range lies outside of the object.
    """
    match = _RANGE.fullmatch(header.strip().replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < start:
            return None
    if start >= stop:
        raise ValueError(f"range {header!r} lies outside of {size} bytes")
    return Span(start, stop)


async def respond(
    request: Request, store: ObjectStore, key: str, *, media_type: str, etag: str, file_name: str | None = None
) -> Response:
    """Return the object, or the part that the request asks for.

    Raises:
        NotFoundError: there is no such object.
    """
    size = (await asyncio.to_thread(store.stat, key)).size_bytes
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": f'"{etag}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": _SANDBOX,
    }
    if file_name:
        headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    span, status = Span(0, size), 200
    wanted = request.headers.get("range")
    if wanted and request.headers.get("if-range", headers["ETag"]) == headers["ETag"]:
        try:
            asked = parse_range(wanted, size)
        except ValueError as error:
            return _unsatisfiable(request, size, str(error))
        if asked is not None:
            span, status = asked, 206
            headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    headers["Content-Length"] = str(span.stop - span.start)
    if request.method == "HEAD" or HEAD_KEY in request.scope:
        return Response(status_code=status, headers=headers, media_type=media_type)
    return StreamingResponse(_read(store, key, span), status, headers=headers, media_type=media_type)


async def _read(store: ObjectStore, key: str, span: Span) -> AsyncIterator[bytes]:
    async for piece in iterate_in_threadpool(store.read(key, start=span.start, stop=span.stop)):
        yield piece


def _unsatisfiable(request: Request, size: int, detail: str) -> Response:
    return problem(
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "RANGE_NOT_SATISFIABLE", detail,
        instance=request.url.path, headers={"Content-Range": f"bytes */{size}"},
    )  # fmt: skip


async def respond_json(request: Request, body: type[BaseModel], read: Callable[[], Any], *, etag: str) -> Response:
    """Return a stored JSON document as a `body`, whichever version wrote it.

    Args:
        request: that asks for it.
        body: type of the answer; fills what earlier versions did not write.
        read: reads the document. Blocking; it is called in a thread.
        etag: changes with the document.

    Raises:
        NotFoundError: there is no such document.
    """
    headers = {"ETag": f'"{etag}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    text = await asyncio.to_thread(lambda: body.model_validate(read()).model_dump_json())
    return Response(text, headers=headers, media_type="application/json")
