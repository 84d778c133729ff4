"""Errors as problem details (RFC 9457), from the one error table."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from eightcount_common.errors import BusyError, EightcountError, UnauthenticatedError, UnavailableError

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER_SECONDS = "5"


def problem(
    status: HTTPStatus,
    reason: str,
    detail: str,
    *,
    instance: str,
    headers: dict[str, str] | None = None,
    **members: Any,
) -> JSONResponse:
    """A problem document."""
    content = {
        "type": f"urn:eightcount:problem:{reason.lower().replace('_', '-')}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "reason": reason,
        "instance": instance,
        **members,
    }
    return JSONResponse(content, status.value, headers=headers, media_type=MEDIA_TYPE)


def problem_of(error: EightcountError, instance: str) -> JSONResponse:
    """The problem document of a domain error."""
    headers = {}
    if isinstance(error, BusyError | UnavailableError):
        headers["Retry-After"] = _RETRY_AFTER_SECONDS
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = 'Basic realm="Eightcount", charset="UTF-8"'
    return problem(error.http_status, error.reason, error.message, instance=instance, headers=headers)


def install(app: FastAPI) -> None:
    """Makes the application answer every error as a problem."""

    @app.exception_handler(EightcountError)
    async def _domain(request: Request, error: EightcountError) -> JSONResponse:
        return problem_of(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"field": ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]), "message": one["msg"]}
            for one in error.errors()
        ]
        detail = "; ".join(f"{one['field']}: {one['message']}" for one in errors)
        return problem(
            HTTPStatus.BAD_REQUEST, "INVALID_INPUT", detail, instance=request.url.path, errors=errors
        )  # fmt: skip

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        headers = dict(error.headers) if error.headers else None
        return problem(status, status.name, str(error.detail), instance=request.url.path, headers=headers)
