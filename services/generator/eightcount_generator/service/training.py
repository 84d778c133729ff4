"""A training as it is asked for over gRPC: recordings out of the store, a model into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import CancelledError, EightcountError, InvalidInputError
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore
from eightcount_common.training.distributed import placed
from eightcount_common.working_folder import Mark, facts_of, working_folder
from eightcount_generator.families import FAMILIES, Family, TrainingConfig, TrainingProgress, find_family
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
    """What can be learned from, of how many items it is, and what cannot be used and why."""

    recordings: list[Recording] = field(default_factory=list)
    items_used: int = 0
    rejected: list[generator_pb2.RejectedItem] = field(default_factory=list)


class Trainer:
    """Makes models; what it makes goes into the library."""

    def __init__(
        self, store: ObjectStore, models: ModelRegistry, settings: GeneratorSettings, *,
        families: Mapping[str, Family] = FAMILIES,
    ) -> None:  # fmt: skip
        self._store = store
        self._models = models
        self._settings = settings
        self._families = families

    def train(self, request: generator_pb2.TrainRequest, cancel: CancelToken) -> Iterator[generator_pb2.TrainResponse]:
        """Tells how the training goes; the last message is the model.

        Raises:
            EightcountError: the request is malformed, or the recordings cannot serve.
        """
        check_name(request.name)
        job = TrainingJob(request.name, request.family, find_family(request.family, self._families))
        for event in self._events(job, request, cancel):
            yield generator_pb2.TrainResponse(**_response_field(event))

    def fine_tune(
        self, request: generator_pb2.FineTuneRequest, cancel: CancelToken
    ) -> Iterator[generator_pb2.FineTuneResponse]:
        """The same, from another model of the library.

        Raises:
            EightcountError: the same; NO_FINE_TUNING, the model's family cannot learn more.
        """
        check_name(request.name)
        base = self._models.model_file(request.base)
        job = TrainingJob(request.name, base.metadata.family, find_family(base.metadata.family, self._families), base)
        for event in self._events(job, request, cancel):
            yield generator_pb2.FineTuneResponse(**_response_field(event))

    def _events(self, job: TrainingJob, request: Request, cancel: CancelToken) -> Iterator[Event]:
        with working_folder(self._settings.runs_folder, job.name, self._identity(job, request)) as folder:
            mark = Mark(folder)
            training_data = yield from self._read_items(request.items, mark, job.family.reading_share, cancel)
            data = yield from self._run_job(job, request, training_data, folder, mark, cancel)
            excluded = [(item.label, item.message) for item in training_data.rejected]
            label = job.describe_model(data, training_data.recordings, excluded=excluded)
            cancel.check()
            self._models.save(label, data)
        info = codec.encode_model(label, takes_key_poses=job.family.takes_key_poses)
        yield generator_pb2.TrainFinished(
            model=info, items_used=training_data.items_used, rejected=training_data.rejected
        )

    def _identity(self, job: TrainingJob, request: Request) -> dict[str, Any]:
        """What tells this training from others: the same request goes on where it was cut short."""
        return {
            "family": job.family_name,
            "base": job.base.metadata.version if job.base else "",
            "seed": request.seed,
            "epochs": request.max_epochs,
            "items": [facts_of(item, self._store, uris=("motion_uri", "music_uri")) for item in request.items],
        }

    def _read_items(
        self, items: Sequence[generator_pb2.TrainItem], mark: Mark, share: float, cancel: CancelToken
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
            yield codec.encode_progress(TrainingProgress("reading", fraction, note))
        if not training_data.recordings:
            raise InvalidInputError(_no_recordings_message(training_data.rejected), reason="NO_RECORDINGS")
        return training_data

    def _run_job(
        self,
        job: TrainingJob,
        request: Request,
        training_data: TrainingData,
        folder: Path,
        mark: Mark,
        cancel: CancelToken,
    ) -> Generator[Event, None, bytes]:
        share = job.family.reading_share
        with placed(device=self._settings.device) as place:
            config = TrainingConfig(request.seed, request.max_epochs, folder, place, cancel.check)
            steps = job.run(training_data.recordings, config)
            while True:
                cancel.check()
                try:
                    step = next(steps)
                except StopIteration as end:
                    return bytes(end.value)
                fraction = mark.reach(share + (1 - share) * step.fraction_done)
                yield codec.encode_progress(replace(step, fraction_done=fraction))


def _response_field(event: Event) -> dict[str, Any]:
    return {"progress" if isinstance(event, generator_pb2.TrainProgress) else "finished": event}


def _unique_name(item: generator_pb2.TrainItem, seen: Counter[str]) -> str:
    """What the recording is called; another name than any before."""
    label = item.label or item.motion_uri
    seen[label] += 1
    return label if seen[label] == 1 else f"{label} ({seen[label]})"


def _no_recordings_message(rejected: Sequence[generator_pb2.RejectedItem]) -> str:
    if not rejected:
        return "wanted recordings to learn from, got none"
    told = "; ".join(f"{item.label}: {item.message}" for item in rejected[:_REASONS_SHOWN])
    return f"none of the {len(rejected)} recordings can be learned from: {told}"
