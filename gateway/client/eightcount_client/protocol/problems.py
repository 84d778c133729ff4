"""Problem documents (RFC 9457) as typed errors."""

from __future__ import annotations

from typing import Any

import httpx

from eightcount_client.errors import FieldError, ProblemError, UnreachableError, problem_class


def problem_of(response: httpx.Response) -> ProblemError:
    """Return the error that a response with an error status stands for; its body must have been read."""
    problem = _document(response)
    detail = problem.get("detail") or problem.get("title") or f"the server answered {response.status_code}"
    return problem_class(response.status_code)(
        str(detail),
        status=response.status_code,
        reason=str(problem.get("reason") or f"HTTP_{response.status_code}"),
        field_errors=tuple(_field_errors(problem.get("errors"))),
        request_id=str(problem.get("request_id") or response.headers.get("X-Request-ID", "")),
        retry_after_seconds=_seconds(response.headers.get("Retry-After")),
    )


def unreachable(url: str, error: Exception) -> UnreachableError:
    """Return the error for a server that did not answer."""
    return UnreachableError(f"the server at {url} cannot be reached: {error or type(error).__name__}")


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _field_errors(errors: object) -> list[FieldError]:
    found = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    return [FieldError(str(one.get("field", "")), str(one.get("message", ""))) for one in found]


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.strip().isdigit() else None
