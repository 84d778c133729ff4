"""Deletion of a resource with everything that was made of it, and of nothing else.

Jobs are made of videos and of other jobs. Deleting a resource deletes the jobs that were made of it alone; a job that
is made of something else as well is kept until that goes, too. Motions, previews, music analyses and image
features belong to the content of a video (its SHA-256): they go with the last job, or record without content, that
needs them, image features also with the last copy of the bytes. Who needs what is read from jobs and records each time;
nothing is counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from eightcount_common.errors import NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_gateway.backends.backends import Backends
from eightcount_gateway.jobs.engine import JobEngine
from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.store import JobStore
from eightcount_gateway.library.deletion.derived_files import ContentFiles, list_content_files
from eightcount_gateway.library.deletion.ownership import CONTENTS, Inventory, KeptResource
from eightcount_gateway.library.index import ResourceIndex
from eightcount_gateway.library.skeletons import SkeletonLibrary
from eightcount_gateway.library.style_models import added_styles
from eightcount_gateway.library.videos import VideoLibrary
from eightcount_gateway.threads import run_in_thread


class DeletionContext(Protocol):
    """The parts of the gateway that deletion works with."""

    @property
    def store(self) -> ObjectStore:
        """The object store."""
        ...

    @property
    def videos(self) -> VideoLibrary:
        """The video records."""
        ...

    @property
    def skeletons(self) -> SkeletonLibrary:
        """The skeletons."""
        ...

    @property
    def backends(self) -> Backends:
        """The services."""
        ...

    @property
    def jobs(self) -> JobStore:
        """The jobs."""
        ...


@dataclass(frozen=True, slots=True)
class DeletionReport:
    """The resources that were deleted and kept; of a dry run, those that would be."""

    deleted: tuple[Resource, ...]
    kept: tuple[KeptResource, ...]
    dry_run: bool


@dataclass(slots=True)
class _Plan:
    inventory: Inventory
    resources: list[Resource] = field(default_factory=list)
    unfinished_models: list[Resource] = field(default_factory=list)
    contents: list[ContentFiles] = field(default_factory=list)
    kept: list[KeptResource] = field(default_factory=list)
    contents_to_note: dict[str, dict[str, str]] = field(default_factory=dict)


class Deletion:
    """Plans deletions and carries them out, one at a time."""

    def __init__(
        self, kinds: Mapping[str, JobKind], context: DeletionContext, index: ResourceIndex, engine: JobEngine
    ) -> None:
        self._kinds = kinds
        self._index = index
        self._context = context
        self._engine = engine
        self._lock = asyncio.Lock()

    async def delete(self, target: Resource, *, dry_run: bool = False) -> DeletionReport:
        """Delete a resource that exists, with everything that was made of it alone.

        Raises:
            NotFoundError: it was deleted meanwhile.
            ConflictError: NOT_FINISHED, a job that has not ended is or uses what would be deleted; or
                MODEL_IS_PRETRAINED.
        """
        async with self._lock:
            plan = await self._plan(target)
            if not dry_run:
                await self._carry_out(plan, target)
        public = plan.inventory.public
        deleted = (*map(public, plan.resources), *(files.resource for files in plan.contents))
        kept = (KeptResource(public(one.resource), tuple(map(public, one.needed_by))) for one in plan.kept)
        return DeletionReport(deleted, tuple(kept), dry_run)

    async def _plan(self, target: Resource) -> _Plan:
        inventory = await run_in_thread(Inventory.read, self._kinds, self._context, self._index)
        doomed = inventory.dependents(target)
        inventory.require_idle(doomed)
        plan = _Plan(inventory, resources=[*doomed, *await self._products(inventory, doomed)])
        plan.unfinished_models = inventory.unfinished_models(doomed)
        plan.kept = inventory.kept_jobs(doomed)
        plan.contents_to_note = inventory.contents_of_kept_jobs(doomed)
        await run_in_thread(self._plan_contents, plan, inventory, doomed)
        return plan

    def _plan_contents(self, plan: _Plan, inventory: Inventory, doomed: list[Resource]) -> None:
        """Find the files of contents that go, and those that are still needed."""
        gone = set(doomed)
        for sha256 in inventory.contents_of(doomed):
            needs = inventory.needs_of(sha256, gone)
            has_bytes = inventory.has_bytes(sha256, gone)
            for files in list_content_files(self._context.store, sha256):
                needed_by = tuple(dict.fromkeys(one for one, use in needs if files.is_needed(use)))
                if needed_by and (has_bytes or not files.requires_bytes):
                    plan.kept.append(KeptResource(files.resource, needed_by))
                else:
                    plan.contents.append(files)

    async def _products(self, inventory: Inventory, doomed: list[Resource]) -> list[Resource]:
        """Return the models and styles that the deleted trainings and additions made, and that are still theirs."""
        products: list[Resource] = []
        for job in inventory.jobs_among(doomed):
            product = self._kinds[job.kind].product
            if product is None or job.status != "succeeded":
                continue
            resource = product(job)
            if resource not in doomed and resource not in products and await self._is_product(inventory, job, resource):
                products.append(resource)
        inventory.require_idle(products)
        return products

    async def _is_product(self, inventory: Inventory, job: Job, resource: Resource) -> bool:
        """Return whether a model or style is the work of that job and of no later one."""
        if inventory.has_later_product(job, resource):
            return False
        if resource.type == "style":
            return resource.id in added_styles(await self._context.backends.classifier.list_models())
        services = self._context.backends
        client = services.classifier if resource.type == "style_model" else services.generator
        return any(model.name == resource.id for model in await client.list_models())

    async def _carry_out(self, plan: _Plan, target: Resource) -> None:
        """Delete what services keep first, then files, then rows and records; the target itself comes last."""
        for resource in plan.resources:
            await self._delete_in_service(resource, required=resource == target)
        for resource in plan.unfinished_models:
            await self._delete_checkpoints(resource)
        for job_id, contents in plan.contents_to_note.items():
            await run_in_thread(self._context.jobs.note_in_request, job_id, CONTENTS, contents)
        for files in plan.contents:
            await run_in_thread(files.delete, self._context.store)
        for resource in sorted(plan.resources, key=lambda one: one == target):
            await self._delete_here(resource)

    async def _delete_in_service(self, resource: Resource, *, required: bool) -> None:
        services = self._context.backends
        try:
            if resource.type == "style":
                await services.classifier.remove_style(resource.id)
            elif resource.type == "style_model":
                await services.classifier.delete_model(resource.id)
            elif resource.type == "dance_model":
                await services.generator.delete_model(resource.id)
        except NotFoundError:
            if required:
                raise

    async def _delete_checkpoints(self, model: Resource) -> None:
        """Delete the checkpoints of trainings that made no model, unless a model of that name exists."""
        services = self._context.backends
        client = services.classifier if model.type == "style_model" else services.generator
        if not any(one.name == model.id for one in await client.list_models()):
            with suppress(NotFoundError):
                await client.delete_model(model.id)

    async def _delete_here(self, resource: Resource) -> None:
        context = self._context
        if resource.type == "video":
            await run_in_thread(context.videos.delete, resource.id)
        elif resource.type == "skeleton":
            await run_in_thread(context.skeletons.delete, resource.id)
        elif resource.type in self._kinds:
            job = await run_in_thread(context.jobs.get, resource.id)
            for prefix in self._kinds[job.kind].prefixes(job):
                await run_in_thread(_delete_prefix, context.store, prefix)
            await self._engine.forget(job.id)


def _delete_prefix(store: ObjectStore, prefix: str) -> None:
    for key in [info.key for info in store.list(prefix)]:
        store.delete(key)
