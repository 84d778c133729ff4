"""The Train and FineTune calls: recordings come from the object store, the model goes into it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eightcount.generator.v1 import generator_pb2
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import CancelledError, EightcountError, InvalidInputError
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore
from eightcount_common.training.distributed import start_worker
from eightcount_common.working_folder import ProgressMark, open_working_folder, request_identity
from eightcount_generator.families import (
    FAMILIES,
    Family,
    TrainingConfig,
    TrainingProgress,
    TrainingStage,
    find_family,
)
from eightcount_generator.service import codec
from eightcount_generator.service.model_registry import ModelRegistry, check_name
from eightcount_generator.service.recordings import load_recordings
from eightcount_generator.settings import GeneratorSettings
from eightcount_generator.sources.recording import Recording
from eightcount_generator.training_job import TrainingJob

Request = generator_pb2.TrainRequest | generator_pb2.FineTuneRequest
Event = generator_pb2.TrainProgress | generator_pb2.TrainFinished
_REASONS_SHOWN = 3


@dataclass(slots=True)
class TrainingData:
    """The recordings to train on, the number of items they come from, and the items that could not be used."""

    recordings: list[Recording] = field(default_factory=list)
    items_used: int = 0
    rejected: list[models_pb2.RejectedItem] = field(default_factory=list)


class Trainer:
    """Trains models and saves them in the registry."""

    def __init__(
        self, store: ObjectStore, models: ModelRegistry, settings: GeneratorSettings, *,
        families: Mapping[str, Family] = FAMILIES,
    ) -> None:  # fmt: skip
        self._store = store
        self._models = models
        self._settings = settings
        self._families = families

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
        base = self._models.model_file(request.base.name, version=codec.decode_version(request.base))
        family = find_family(base.metadata.family, self._families)
        job = TrainingJob(request.name, base.metadata.family, family, base)
        for event in self._events(job, request, cancel):
            yield generator_pb2.FineTuneResponse(**_response_field(event))

    def delete_checkpoints(self, name: str) -> None:
        """Delete the checkpoints of unfinished trainings of a model."""
        folder = self._settings.runs_folder.expanduser()
        for path in folder.glob(f"{name}-*") if folder.is_dir() else ():
            if re.fullmatch(r"[0-9a-f]{16}", path.name.removeprefix(f"{name}-")):
                shutil.rmtree(path, ignore_errors=True)

    def _events(self, job: TrainingJob, request: Request, cancel: CancelToken) -> Iterator[Event]:
        with open_working_folder(self._settings.runs_folder, job.name, self._identity(job, request)) as folder:
            mark = ProgressMark(folder)
            config = TrainingConfig(
                request.options.seed, codec.decode_max_epochs(request.options), folder, check=cancel.check
            )
            training_data = yield from self._read_items(request.items, mark, job.family.reading_share, cancel)
            data = yield from self._run_job(job, config, training_data, mark)
            excluded = [(item.label, item.message) for item in training_data.rejected]
            metadata = job.describe_model(data, training_data.recordings, excluded=excluded)
            cancel.check()
            self._models.save(metadata, data)
        info = codec.encode_model(
            metadata, supports_constraints=job.family.supports_constraints,
            is_default=metadata.name == self._models.default_name, size_bytes=self._models.size_bytes(metadata.name),
        )  # fmt: skip
        yield generator_pb2.TrainFinished(
            model=info, items_used=training_data.items_used, rejected=training_data.rejected
        )

    def _identity(self, job: TrainingJob, request: Request) -> dict[str, Any]:
        """Return what identifies this training, so that the same request resumes an interrupted one."""
        return {
            "family": job.family_name,
            "base": job.base.metadata.version if job.base else "",
            "seed": request.options.seed,
            "epochs": request.options.max_epochs,
            "items": [request_identity(item, self._store, uris=("motion_uri", "music_uri")) for item in request.items],
        }

    def _read_items(
        self, items: Sequence[models_pb2.TrainingItem], mark: ProgressMark, share: float, cancel: CancelToken
    ) -> Generator[Event, None, TrainingData]:
        training_data, seen = TrainingData(), Counter[str]()
        for number, item in enumerate(items, 1):
            name = _unique_name(item, seen)
            note = ""
            try:
                training_data.recordings += load_recordings(self._store, item, name=name, check=cancel.check)
                training_data.items_used += 1
            except CancelledError:
                raise
            except EightcountError as error:
                training_data.rejected.append(codec.encode_rejected_item(name, error))
                note = f"{name}: {error.message}"
            fraction = max(mark.fraction_done, share * number / len(items))
            yield codec.encode_progress(TrainingProgress(fraction, note, TrainingStage.READING))
        if not training_data.recordings:
            raise InvalidInputError(_no_recordings_message(training_data.rejected), reason="NO_RECORDINGS")
        return training_data

    def _run_job(
        self, job: TrainingJob, config: TrainingConfig, training_data: TrainingData, mark: ProgressMark
    ) -> Generator[Event, None, bytes]:
        share = job.family.reading_share
        with start_worker(device=self._settings.device) as worker:
            steps = job.run(training_data.recordings, replace(config, worker=worker))
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


def _unique_name(item: models_pb2.TrainingItem, seen: Counter[str]) -> str:
    """Return a name for the recording that differs from all earlier ones."""
    label = item.label or item.motion_uri
    seen[label] += 1
    return label if seen[label] == 1 else f"{label} ({seen[label]})"


def _no_recordings_message(rejected: Sequence[models_pb2.RejectedItem]) -> str:
    if not rejected:
        return "a training requires at least one recording; the request has none"
    shown = "; ".join(f"{item.label}: {item.message}" for item in rejected[:_REASONS_SHOWN])
    return f"none of the {len(rejected)} recordings can be used for training: {shown}"
