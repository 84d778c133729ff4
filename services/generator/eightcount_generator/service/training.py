"""The Train and FineTune calls: recordings come from the object store, the model goes into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from eightcount.generator.v1 import generator_pb2
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.styles_left import check_styles_left
from eightcount_common.models.codec import decode_max_epochs, decode_version
from eightcount_common.models.names import check_name
from eightcount_common.models.training_items import TrainingData, read_items
from eightcount_common.models.working_folder import ProgressMark, WorkingFolders, request_identity
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore
from eightcount_common.training.distributed import start_worker
from eightcount_generator.families import (
    FAMILIES,
    Family,
    TrainingConfig,
    TrainingProgress,
    TrainingStage,
    find_family,
)
from eightcount_generator.service import codec
from eightcount_generator.service.model_registry import DanceModelRegistry
from eightcount_generator.service.recordings import load_recordings
from eightcount_generator.settings import GeneratorSettings
from eightcount_generator.sources.recording import Recording
from eightcount_generator.training_job import TrainingJob

Request = generator_pb2.TrainRequest | generator_pb2.FineTuneRequest
Event = generator_pb2.TrainProgress | generator_pb2.TrainFinished
_REASONS_SHOWN = 3


class Trainer:
    """Trains models and saves them in the registry.

    Attributes:
        folders: folders of the trainings that are running or interrupted.
    """

    def __init__(
        self, store: ObjectStore, models: DanceModelRegistry, settings: GeneratorSettings, *,
        families: Mapping[str, Family] = FAMILIES,
    ) -> None:  # fmt: skip
        self._store = store
        self._models = models
        self._settings = settings
        self._families = families
        self.folders = WorkingFolders(settings.runs_folder)

    def train(self, request: generator_pb2.TrainRequest, cancel: CancelToken) -> Iterator[generator_pb2.TrainResponse]:
        """Train a model; yield progress, then the model.

        Raises:
            EightcountError: the request is malformed, or the recordings cannot be used.
        """
        check_name(request.name)
        job = TrainingJob(request.name, request.family, find_family(request.family, self._families))
        for event in self._events(job, request, cancel):
            yield generator_pb2.TrainResponse(**_response_field(event))

    def fine_tune(
        self, request: generator_pb2.FineTuneRequest, cancel: CancelToken
    ) -> Iterator[generator_pb2.FineTuneResponse]:
        """Fine-tune a model of the registry; yield progress, then the new model.

        Raises:
            EightcountError: as `train`; NO_FINE_TUNING, the family of the base model cannot be fine-tuned.
        """
        check_name(request.name)
        base = self._models.read_model_file(request.base.name, version=decode_version(request.base))
        family = find_family(base.metadata.family, self._families)
        job = TrainingJob(request.name, base.metadata.family, family, base)
        for event in self._events(job, request, cancel):
            yield generator_pb2.FineTuneResponse(**_response_field(event))

    def _events(self, job: TrainingJob, request: Request, cancel: CancelToken) -> Iterator[Event]:
        with self.folders.open(job.name, self._identity(job, request)) as folder:
            mark = ProgressMark(folder)
            config = TrainingConfig(
                request.options.seed, decode_max_epochs(request.options), folder, check=cancel.check
            )
            items = yield from self._read_recordings(request.items, mark, job.family.reading_share, cancel)
            recordings = [recording for used in items.used for recording in used]
            data = yield from self._run_job(job, config, recordings, mark)
            excluded = [(item.label, item.message) for item in items.rejected]
            metadata = job.describe_model(data, recordings, excluded=excluded)
            cancel.check()
            self._models.save_model(metadata, data)
        info = codec.encode_model(
            metadata, supports_constraints=job.family.supports_constraints,
            is_default=metadata.name == self._models.default_name, size_bytes=self._models.size_bytes(metadata.name),
        )  # fmt: skip
        yield generator_pb2.TrainFinished(model=info, items_used=len(items.used), rejected=items.rejected)

    def _identity(self, job: TrainingJob, request: Request) -> dict[str, Any]:
        """Return what identifies this training, so that the same request resumes an interrupted one."""
        return {
            "family": job.family_name,
            "base": job.base.metadata.version if job.base else "",
            "seed": request.options.seed,
            "epochs": request.options.max_epochs,
            "items": [request_identity(item, self._store, uris=("motion_uri", "music_uri")) for item in request.items],
        }

    def _read_recordings(
        self, items: Sequence[models_pb2.TrainingItem], mark: ProgressMark, share: float, cancel: CancelToken
    ) -> Generator[Event, None, TrainingData[list[Recording]]]:
        def read(item: models_pb2.TrainingItem, label: str) -> list[Recording]:
            return load_recordings(self._store, item, name=label, check=cancel.check)

        reading = read_items(items, _make_labels(items), read)
        while True:
            try:
                step = next(reading)
            except StopIteration as end:
                data: TrainingData[list[Recording]] = end.value
                break
            note = f"{step.rejected.label}: {step.rejected.message}" if step.rejected else ""
            fraction = max(mark.fraction_done, share * step.number / step.total)
            yield codec.encode_progress(TrainingProgress(fraction, note, TrainingStage.READING))
        if not data.used:
            raise InvalidInputError(_no_recordings_message(data.rejected), reason="NO_RECORDINGS")
        wanted = [(item.style, label) for item, label in zip(items, _make_labels(items), strict=True)]
        reasons = {item.label: item.message for item in data.rejected}
        check_styles_left(wanted, [recordings[0].style for recordings in data.used], reasons)
        return data

    def _run_job(
        self, job: TrainingJob, config: TrainingConfig, recordings: Sequence[Recording], mark: ProgressMark
    ) -> Generator[Event, None, bytes]:
        share = job.family.reading_share
        with start_worker(device=self._settings.device) as worker:
            steps = job.run(recordings, replace(config, worker=worker))
            while True:
                config.check()
                try:
                    progress = next(steps)
                except StopIteration as end:
                    return bytes(end.value)
                fraction = mark.advance(share + (1 - share) * progress.fraction_done)
                yield codec.encode_progress(replace(progress, fraction_done=fraction))


def _response_field(event: Event) -> dict[str, Any]:
    return {"progress" if isinstance(event, generator_pb2.TrainProgress) else "finished": event}


def _make_labels(items: Sequence[models_pb2.TrainingItem]) -> list[str]:
    """Return a name for each recording that differs from all others."""
    seen, labels = Counter[str](), []
    for item in items:
        label = item.label or item.motion_uri
        seen[label] += 1
        labels.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return labels


def _no_recordings_message(rejected: Sequence[models_pb2.RejectedItem]) -> str:
    if not rejected:
        return "a training requires at least one recording; the request has none"
    shown = "; ".join(f"{item.label}: {item.message}" for item in rejected[:_REASONS_SHOWN])
    return f"none of the {len(rejected)} recordings can be used for training: {shown}"
