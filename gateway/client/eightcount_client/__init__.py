"""Typed client of Eightcount's HTTP API: `Client` for synchronous programs, `AsyncClient` for asyncio.

Names are loaded when they are first used, so that importing the package, as the command line does, costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eightcount_client.async_client import AsyncClient
    from eightcount_client.client import Client
    from eightcount_client.errors import (
        AuthenticationError,
        BusyError,
        ConflictError,
        EightcountError,
        ForbiddenError,
        InvalidRequestError,
        JobCancelledError,
        JobFailedError,
        NotFoundError,
        ProblemError,
        ServerFaultError,
        UnexpectedResponseError,
        UnreachableError,
        UnusableMediaError,
    )
    from eightcount_client.values.jobs import Job, Step
    from eightcount_client.values.requests import (
        AlignmentRequest,
        ClassificationRequest,
        ComparisonRequest,
        DanceEdit,
        Dancer,
        DanceRequest,
        DanceTrainingRequest,
        ExtractionRequest,
        KeyPose,
        StyleAdditionRequest,
        StyleTrainingRequest,
        TrainingItem,
    )

_MODULES = {
    "async_client": ("AsyncClient",),
    "client": ("Client",),
    "errors": (
        "AuthenticationError", "BusyError", "ConflictError", "EightcountError", "ForbiddenError",
        "InvalidRequestError", "JobCancelledError", "JobFailedError", "NotFoundError", "ProblemError",
        "ServerFaultError", "UnexpectedResponseError", "UnreachableError", "UnusableMediaError",
    ),
    "values.jobs": ("Job", "Step"),
    "values.requests": (
        "AlignmentRequest", "ClassificationRequest", "ComparisonRequest", "DanceEdit", "DanceRequest",
        "DanceTrainingRequest", "Dancer", "ExtractionRequest", "KeyPose", "StyleAdditionRequest",
        "StyleTrainingRequest", "TrainingItem",
    ),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AlignmentRequest",
    "AsyncClient",
    "AuthenticationError",
    "BusyError",
    "ClassificationRequest",
    "Client",
    "ComparisonRequest",
    "ConflictError",
    "DanceEdit",
    "DanceRequest",
    "DanceTrainingRequest",
    "Dancer",
    "EightcountError",
    "ExtractionRequest",
    "ForbiddenError",
    "InvalidRequestError",
    "Job",
    "JobCancelledError",
    "JobFailedError",
    "KeyPose",
    "NotFoundError",
    "ProblemError",
    "ServerFaultError",
    "Step",
    "StyleAdditionRequest",
    "StyleTrainingRequest",
    "TrainingItem",
    "UnexpectedResponseError",
    "UnreachableError",
    "UnusableMediaError",
]


def __getattr__(name: str) -> object:
    """Load the module of a public name."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
