"""One record per kind of job: everything that the engine, the routes and the deletion know of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from fastapi import APIRouter
from pydantic import BaseModel

from eightcount_gateway.jobs.model import Job, JsonObject, Lane, Step
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """Names a stored resource: its type (`video`, `motion`, `comparison` ...) and its id."""

    type: str
    id: str


class Workflow(Protocol):
    """The work of one job."""

    @property
    def steps(self) -> Steps:
        """The steps in order."""


def _use_nothing(_context: Any, _job: Job) -> Iterable[Resource]:
    return ()


def _expect_long(_context: Any, _request: JsonObject) -> float:
    return float("inf")


async def _filter_nothing() -> Mapping[str, Sequence[str]]:
    return {}


def _has_no_artifacts(_job: Job) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of job.

    Attributes:
        name: as jobs and events call it, for example `style_training`.
        path: segment of its URLs, for example `style-trainings`.
        tag: heading of its operations in the API's documentation; kinds and resources can share one.
        purpose: what its jobs do, to complete "jobs that ..." below that heading.
        steps: titles by name of the step, in order.
        workflow: makes the work of a job from the context, the job and its progress.
        request: body of POST.
        body: body of a job.
        prepare: checks a request before a job is created, and completes it; it returns what the job keeps.
        failures: reasons with which POST can fail, besides those of every operation.
        deletion_failures: the same of DELETE, of kinds with a product.
        units: what a step counts, by its name: "frames" or "files"; steps that are not here count nothing.
        select_steps: names of the steps of one request; all of them when None.
        lane: of every job of this kind; None where it follows from `expect_seconds`.
        expect_seconds: how long a job will probably compute, from the context and its request. Blocking.
        max_body_bytes: largest body of POST.
        has_page: whether `/<path>/<id>` is a page of the web interface.
        artifacts: names of the files below a job's URL once it has succeeded.
        routers: routes of the artifacts.
        uses: resources that a job is made of or refers to, read from its request and the context's store. Blocking.
        outlives_sources: whether what a job makes stays when the videos and dances that it is made of are deleted.
        prefixes: prefixes of the objects in the store that belong to one job alone.
        filter_answers: dependency that reads the query parameters which only lists of this kind have; it returns values
            by field of the answer, any when there are none.
        product: the resource beside the job that it made, if it has one (a model, a style).
    """

    name: str
    path: str
    tag: str
    purpose: str
    steps: Mapping[str, str]
    workflow: Callable[[Any, Job, JobProgress], Workflow]
    request: type[BaseModel]
    body: type[BaseModel]
    prepare: Callable[[Any, Any], Awaitable[JsonObject]]
    failures: tuple[str, ...] = ()
    deletion_failures: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    select_steps: Callable[[JsonObject], Sequence[str]] | None = None
    lane: Lane | None = None
    expect_seconds: Callable[[Any, JsonObject], float] = _expect_long
    max_body_bytes: int = 64 * 1024
    has_page: bool = False
    artifacts: Callable[[Job], Sequence[str]] = _has_no_artifacts
    routers: tuple[APIRouter, ...] = field(default=())
    uses: Callable[[Any, Job], Iterable[Resource]] = _use_nothing
    outlives_sources: bool = False
    prefixes: Callable[[Job], Sequence[str]] = _has_no_artifacts
    filter_answers: Callable[..., Awaitable[Mapping[str, Sequence[str]]]] = _filter_nothing
    product: Callable[[Job], Resource] | None = None

    @property
    def title(self) -> str:
        """The name as words: `style training`."""
        return self.name.replace("_", " ")

    @property
    def operation(self) -> str:
        """The name in operation ids: `StyleTraining`."""
        return "".join(word.capitalize() for word in self.name.split("_"))

    @property
    def operations(self) -> str:
        """The plural in operation ids: `StyleTrainings`."""
        return "".join(word.capitalize() for word in self.path.split("-"))

    @property
    def not_found(self) -> str:
        """Reason with which a job that does not exist is answered."""
        return f"{self.name.upper()}_NOT_FOUND"

    def new_steps(self, request: JsonObject) -> tuple[Step, ...]:
        """Return the steps of a job with that request, all of them pending."""
        names = self.select_steps(request) if self.select_steps else tuple(self.steps)
        return tuple(Step(name) for name in names)

    def select_lane(self, context: object, request: JsonObject, *, bounds_seconds: tuple[float, float]) -> Lane:
        """Return the lane of a new job, given the bounds between short, middle and long ones. Blocking."""
        if self.lane:
            return self.lane
        lanes: tuple[Lane, ...] = ("short", "middle", "long")
        return lanes[bisect_right(bounds_seconds, self.expect_seconds(context, request))]

    def url(self, job_id: str) -> str:
        """Return the URL of a job."""
        return f"/v1/{self.path}/{job_id}"
