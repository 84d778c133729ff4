"""The kind `dance_training`."""

from __future__ import annotations

from eightcount_common.importing.styles_left import check_styles_differ
from eightcount_gateway.http.contract import GENERATOR_CALL, MAX_TRAINING_BYTES
from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.dance_training.artifacts import DanceTrainingFolder
from eightcount_gateway.kinds.dance_training.routes import router
from eightcount_gateway.kinds.dance_training.schemas import DanceTrainingBody, DanceTrainingRequest
from eightcount_gateway.kinds.dance_training.workflow import DanceTrainingJob
from eightcount_gateway.kinds.sources import refer_to
from eightcount_gateway.kinds.training_folder import training_sources
from eightcount_gateway.library.dance_models import base_family
from eightcount_gateway.threads import run_in_thread


async def _prepare(context: JobContext, body: DanceTrainingRequest) -> JsonObject:
    generator = context.backends.generator
    check_styles_differ(item.style for item in body.items if item.style)
    options = body.model_dump(exclude={"items"})
    if body.base:
        required = body.family if body.family_is_given else ""
        options["family"] = await base_family(generator, body.base, name=body.name, family=required)
    folder = DanceTrainingFolder.new(context.store)
    items = [item.model_dump() for item in body.items]
    await run_in_thread(folder.write_items, items)
    return options | {"folder": folder.folder, "item_count": len(items)}


def _uses(context: JobContext, job: Job) -> tuple[Resource, ...]:
    sources = training_sources(DanceTrainingFolder(context.store, job.text("folder")))
    return sources + refer_to("dance_model", [job.optional_text("base")])


DANCE_TRAINING = JobKind(
    name="dance_training",
    path="dance-trainings",
    tag="trainings",
    purpose="train dance models",
    steps={"extract": "Follow the dancers", "train": "Train the model"},
    workflow=DanceTrainingJob,
    request=DanceTrainingRequest,
    body=DanceTrainingBody,
    prepare=_prepare,
    failures=("STYLES_ALIKE", "MODEL_NOT_FOUND", "NO_DANCE_MODEL", "INVALID_BASE", *GENERATOR_CALL),
    deletion_failures=GENERATOR_CALL,
    lane="trainings",
    max_body_bytes=MAX_TRAINING_BYTES,
    artifacts=lambda _job: ("result.json",),
    routers=(router,),
    uses=_uses,
    outlives_sources=True,
    prefixes=lambda job: (f"dance-trainings/{job.text('folder')}/",),
    product=lambda job: Resource("dance_model", job.text("name")),
)
