"""The jobs and records that there are, and which of them are made of, or need, which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eightcount_common.errors import ConflictError, NotFoundError
from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.library.deletion.derived_files import ContentUse
from eightcount_gateway.library.index import Entry, ResourceIndex
from eightcount_gateway.library.motions.refs import MotionRef
from eightcount_gateway.library.videos import Video

CONTENTS = "contents"
"""Field of a job's request that keeps the SHA-256 of its deleted videos, by their ids."""
_SOURCES = frozenset({"video", "dance"})
"""Types of resources that jobs are made of; other resources are only referred to."""
_MODELS = frozenset({"style_model", "dance_model"})
_MAX_PRECISE_VIDEOS = 2


@dataclass(frozen=True, slots=True)
class KeptResource:
    """A resource that stays because others need it."""

    resource: Resource
    needed_by: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    """A snapshot of every job, and of the index of videos.

    Attributes:
        kinds: by name.
        jobs: by id.
        uses: resources that a job is made of or refers to, by its id.
        videos: entries of the index by id, motions from files among them.
        has_content: whether the bytes of the video of that id are stored. Blocking.
    """

    kinds: Mapping[str, JobKind]
    jobs: Mapping[str, Job]
    uses: Mapping[str, tuple[Resource, ...]]
    videos: Mapping[str, Entry]
    has_content: Callable[[str], bool]

    @classmethod
    def read(cls, kinds: Mapping[str, JobKind], context: Any, index: ResourceIndex) -> Inventory:
        """Read the snapshot from the database and the store. Blocking."""
        jobs = {job.id: job for job in context.jobs.list_all() if job.kind in kinds}
        uses = {job.id: tuple(kinds[job.kind].uses(context, job)) for job in jobs.values()}

        def has_content(video_id: str) -> bool:
            try:
                video: Video = context.videos.get(video_id)
            except NotFoundError:
                return False
            return not video.content_deleted

        return cls(kinds, jobs, uses, {video.id: video for video in index.videos()}, has_content)

    def public(self, resource: Resource) -> Resource:
        """Return a resource as the API calls it: a video that is a motion from a file is a `motion`."""
        entry = self.videos.get(resource.id) if resource.type == "video" else None
        return Resource(entry.kind, entry.id) if entry else resource

    def dependents(self, target: Resource) -> list[Resource]:
        """Return the target and the jobs that were made of it alone, or of such jobs."""
        doomed = [target]
        if target.type == "style":
            doomed += [_resource(job) for job in self.jobs.values() if self._product(job) == target]
        while found := [_resource(job) for job in self.jobs.values() if self._is_made_of(job, doomed)]:
            doomed += found
        return doomed

    def require_idle(self, doomed: Iterable[Resource]) -> None:
        """Do nothing when no unfinished job is, uses or makes one of these resources.

        Raises:
            ConflictError: NOT_FINISHED.
        """
        gone = set(doomed)
        busy = [job for job in self.jobs.values() if not job.ended and self._touches(job, gone)]
        if busy:
            names = ", ".join(f"{job.kind} {job.id}" for job in busy[:5])
            raise ConflictError(f"jobs that have not ended need it; cancel them first: {names}", reason="NOT_FINISHED")

    def kept_jobs(self, doomed: Iterable[Resource]) -> list[KeptResource]:
        """Return the jobs that lose a source and are kept because they are made of something else as well."""
        gone = set(doomed)
        kept = []
        for job in self.jobs.values():
            sources = self._sources(job)
            if _resource(job) not in gone and not self.kinds[job.kind].outlives_sources and gone & set(sources):
                left = tuple(one for one in sources if one not in gone and self._exists(one))
                kept.append(KeptResource(_resource(job), left))
        return kept

    def contents_of_kept_jobs(self, doomed: Iterable[Resource]) -> dict[str, dict[str, str]]:
        """Return the contents of deleted videos that jobs which stay were made of, by job and by video."""
        gone = set(doomed)
        notes: dict[str, dict[str, str]] = {}
        for job in self.jobs.values():
            if _resource(job) in gone:
                continue
            lost = [
                one.id for one in self.uses[job.id] if one in gone and one.type == "video" and one.id in self.videos
            ]
            if lost:
                notes[job.id] = {video_id: self.videos[video_id].sha256 for video_id in lost}
        return notes

    def contents_of(self, doomed: Iterable[Resource]) -> list[str]:
        """Return the SHA-256 of every video among these resources and of those that their jobs were made of."""
        found: dict[str, None] = {}
        for resource in doomed:
            if resource.type == "video" and resource.id in self.videos:
                found[self.videos[resource.id].sha256] = None
            elif resource.id in self.jobs:
                found |= dict.fromkeys(self._contents(self.jobs[resource.id]))
        return list(found)

    def needs_of(self, sha256: str, gone: set[Resource]) -> list[tuple[Resource, ContentUse]]:
        """Return who needs files of a content, apart from resources that are `gone`."""
        needs: list[tuple[Resource, ContentUse]] = []
        for job in self.jobs.values():
            if _resource(job) not in gone and sha256 in set(self._contents(job)):
                needs += [(_resource(job), use) for use in self._content_uses(job, sha256)]
        for video in self.videos.values():
            resource = Resource("video", video.id)
            if video.sha256 == sha256 and resource not in gone and not self.has_content(video.id):
                needs.append((resource, ContentUse()))
        return needs

    def has_bytes(self, sha256: str, gone: set[Resource]) -> bool:
        """Return whether a video that is not `gone` has the bytes of a content. Blocking."""
        return any(
            video.sha256 == sha256 and Resource("video", video.id) not in gone and self.has_content(video.id)
            for video in self.videos.values()
        )

    def jobs_among(self, resources: Iterable[Resource]) -> list[Job]:
        """Return the jobs among these resources."""
        return [self.jobs[one.id] for one in resources if one.id in self.jobs and one.type in self.kinds]

    def unfinished_models(self, doomed: Iterable[Resource]) -> list[Resource]:
        """Return the models of deleted trainings that did not finish, if no other training is to make them."""
        gone = set(doomed)
        others = {self._product(job) for job in self.jobs.values() if _resource(job) not in gone}
        failed = [
            job for job in self.jobs_among(doomed) if job.status != "succeeded" and job.steps[0].state != "pending"
        ]
        products = [self._product(job) for job in failed]
        return list(dict.fromkeys(one for one in products if one and one.type in _MODELS and one not in others))

    def has_later_product(self, job: Job, product: Resource) -> bool:
        """Return whether a later job made the same model or style again."""
        return any(
            other.status == "succeeded" and other.created_at > job.created_at and self._product(other) == product
            for other in self.jobs.values()
        )

    def _is_made_of(self, job: Job, doomed: list[Resource]) -> bool:
        if _resource(job) in doomed or self.kinds[job.kind].outlives_sources:
            return False
        sources = self._sources(job)
        return any(one in doomed for one in sources) and all(one in doomed or not self._exists(one) for one in sources)

    def _touches(self, job: Job, gone: set[Resource]) -> bool:
        return _resource(job) in gone or self._product(job) in gone or bool(gone & set(self.uses[job.id]))

    def _product(self, job: Job) -> Resource | None:
        product = self.kinds[job.kind].product
        return product(job) if product else None

    def _sources(self, job: Job) -> list[Resource]:
        return [one for one in self.uses[job.id] if one.type in _SOURCES]

    def _exists(self, resource: Resource) -> bool:
        return resource.id in (self.videos if resource.type == "video" else self.jobs)

    def _contents(self, job: Job) -> Iterator[str]:
        noted = job.record(CONTENTS) or {}
        for one in self.uses[job.id]:
            if one.type == "video":
                video = self.videos.get(one.id)
                if sha256 := video.sha256 if video else noted.get(one.id):
                    yield sha256

    def _content_uses(self, job: Job, sha256: str) -> list[ContentUse]:
        """Return the motions of a content that a job uses: those whose models it names, if that is known for sure."""
        if not any(step.name.startswith("extract") for step in job.steps):
            return [ContentUse(motions=False)]
        models = [str(value) for name, value in job.request.items() if name.endswith("model_id") and value]
        sources = self._sources(job)
        if not models or len(sources) > _MAX_PRECISE_VIDEOS or self.kinds[job.kind].outlives_sources:
            return [ContentUse()]
        if any(one.id in self.videos and not self.has_content(one.id) for one in sources):
            return [ContentUse()]  # the motion was given, whatever model the job names
        return [ContentUse(MotionRef(sha256, "", model).name) for model in models]


def _resource(job: Job) -> Resource:
    return Resource(job.kind, job.id)
