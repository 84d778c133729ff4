"""Answers of the server that are good, or the error they stand for."""

from __future__ import annotations

import httpx

from eightcount_client.cli.outcomes import error_of_response


def checked_stream(response: httpx.Response) -> httpx.Response:
    """As `checked`, for an answer whose body was not read yet."""
    if response.is_error:
        response.read()
    return checked(response)


def checked(response: httpx.Response) -> httpx.Response:
    """The response when it is good.

    Raises:
        CliError: it is a problem; its reason and detail are the server's.
    """
    if response.is_success:
        return response
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    reason = str(problem.get("reason") or f"HTTP_{response.status_code}")
    message = str(problem.get("detail") or problem.get("title") or f"the server answered {response.status_code}")
    raise error_of_response(response.status_code, reason=reason, message=message)
