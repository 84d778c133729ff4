"""Typed client of Eightcount's HTTP API: `Client` for synchronous programs, `AsyncClient` for asyncio.

Names are loaded when they are first used, so that importing the package, as the command line does, costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eightcount_client.client import AsyncClient, Client
    from eightcount_client.errors import (
        AuthenticationError,
        BusyError,
        ConflictError,
        EightcountError,
        ForbiddenError,
        InvalidRequestError,
        NotFoundError,
        ProblemError,
        ServerFaultError,
        UnexpectedResponseError,
        UnreachableError,
        UnusableMediaError,
    )
    from eightcount_client.kinds.classification import ClassificationRequest
    from eightcount_client.kinds.comparison import ComparisonRequest
    from eightcount_client.kinds.dance import DanceEdit, DanceRequest, KeyPose
    from eightcount_client.kinds.dance_training import DanceTrainingRequest
    from eightcount_client.kinds.extraction import ExtractionRequest
    from eightcount_client.kinds.style_addition import StyleAdditionRequest
    from eightcount_client.kinds.style_training import StyleTrainingRequest
    from eightcount_client.values.alignments import AlignmentRequest
    from eightcount_client.values.beats import OwnBeats
    from eightcount_client.values.jobs import Job, JobCancelledError, JobFailedError, Step
    from eightcount_client.values.poses import Dancer
    from eightcount_client.values.recordings import TrainingItem

_MODULES = {
    "client": (
        "AsyncClient",
        "Client",
    ),
    "errors": (
        "AuthenticationError",
        "BusyError",
        "ConflictError",
        "EightcountError",
        "ForbiddenError",
        "InvalidRequestError",
        "NotFoundError",
        "ProblemError",
        "ServerFaultError",
        "UnexpectedResponseError",
        "UnreachableError",
        "UnusableMediaError",
    ),
    "kinds.classification": ("ClassificationRequest",),
    "kinds.comparison": ("ComparisonRequest",),
    "kinds.dance": (
        "DanceEdit",
        "DanceRequest",
        "KeyPose",
    ),
    "kinds.dance_training": ("DanceTrainingRequest",),
    "kinds.extraction": ("ExtractionRequest",),
    "kinds.style_addition": ("StyleAdditionRequest",),
    "kinds.style_training": ("StyleTrainingRequest",),
    "values.alignments": ("AlignmentRequest",),
    "values.jobs": (
        "Job",
        "JobCancelledError",
        "JobFailedError",
        "Step",
    ),
    "values.beats": ("OwnBeats",),
    "values.poses": ("Dancer",),
    "values.recordings": ("TrainingItem",),
}
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
    "OwnBeats",
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
