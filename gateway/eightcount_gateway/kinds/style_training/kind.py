"""The kind `style_training`."""

from __future__ import annotations

from eightcount_common.importing.styles_left import check_styles_differ
from eightcount_gateway.http.contract import CLASSIFIER_CALL, MAX_TRAINING_BYTES
from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.style_training.artifacts import FILES, StyleTrainingFolder
from eightcount_gateway.kinds.style_training.routes import router
from eightcount_gateway.kinds.style_training.schemas import StyleTrainingBody, StyleTrainingRequest
from eightcount_gateway.kinds.style_training.workflow import StyleTrainingJob
from eightcount_gateway.kinds.training_folder import training_sources
from eightcount_gateway.threads import run_in_thread


async def _prepare(context: JobContext, body: StyleTrainingRequest) -> JsonObject:
    context.backends.require("classifier")
    check_styles_differ(item.style for item in body.items)
    folder = StyleTrainingFolder.new(context.store)
    items = [item.model_dump() for item in body.items]
    await run_in_thread(folder.write_items, items)
    return body.model_dump(exclude={"items"}) | {"folder": folder.folder, "item_count": len(items)}


def _uses(context: JobContext, job: Job) -> tuple[Resource, ...]:
    return training_sources(StyleTrainingFolder(context.store, job.text("folder")))


STYLE_TRAINING = JobKind(
    name="style_training",
    path="style-trainings",
    tag="trainings",
    purpose="train style models",
    steps={"extract": "Follow the dancers", "train": "Train the model"},
    workflow=StyleTrainingJob,
    request=StyleTrainingRequest,
    body=StyleTrainingBody,
    prepare=_prepare,
    failures=("CLASSIFIER_NOT_CONFIGURED", "STYLES_ALIKE"),
    deletion_failures=CLASSIFIER_CALL,
    lane="trainings",
    max_body_bytes=MAX_TRAINING_BYTES,
    artifacts=lambda _job: ("result.json", *FILES),
    routers=(router,),
    uses=_uses,
    outlives_sources=True,
    prefixes=lambda job: (f"style-trainings/{job.text('folder')}/",),
    product=lambda job: Resource("style_model", job.text("name")),
)
