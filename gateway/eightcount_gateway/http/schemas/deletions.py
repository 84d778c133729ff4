"""Bodies of DELETE."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.library.deletion.deletion import DeletionReport


class ResourceBody(BaseModel):
    """A resource: its type and its id."""

    resource: str = Field(
        examples=["comparison"],
        description="type of the resource: a kind of job, `video`, `motion`, `preview`, `style` ...",
    )
    id: str = Field(
        examples=[EXAMPLE_ID],
        description="id; for extracted motions SHA-256 and pose model, for models and styles the name",
    )

    @classmethod
    def of(cls, resource: Resource) -> ResourceBody:
        """Return a resource as a body."""
        return cls(resource=resource.type, id=resource.id)


class KeptBody(ResourceBody):
    """A resource that is kept because others need it; it goes with the last of them."""

    needed_by: list[ResourceBody]


class DeletionBody(BaseModel):
    """The resources that were deleted and kept; in a dry run, those that would be."""

    deleted: list[ResourceBody]
    kept: list[KeptBody]
    dry_run: bool

    @classmethod
    def of(cls, report: DeletionReport) -> DeletionBody:
        """Return a report as a body."""
        return cls(
            deleted=[ResourceBody.of(one) for one in report.deleted],
            kept=[
                KeptBody(
                    resource=one.resource.type,
                    id=one.resource.id,
                    needed_by=[ResourceBody.of(by) for by in one.needed_by],
                )
                for one in report.kept
            ],
            dry_run=report.dry_run,
        )
