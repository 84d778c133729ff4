"""Records of collections: how the API names them, and the classes of what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from eightcount_client.values.jobs import Job

T = TypeVar("T")
Q = TypeVar("Q")
J = TypeVar("J", bound=Job)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Resource(Generic[T]):
    """A collection of the API and the class of its members."""

    collection: str
    kind: type[T]


@dataclass(frozen=True, slots=True)
class JobResource(Resource[J], Generic[Q, J]):
    """A collection of jobs, and the class of the requests that create them."""

    request: type[Q]


@dataclass(frozen=True, slots=True)
class JobKind(JobResource[Q, J], Generic[Q, J, R]):
    """A kind of job with a result.

    Attributes:
        result_name: the artifact that is the result.
        result: its class.
    """

    result_name: str
    result: type[R]
