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
from eightcount_common.training.distributed import start_worker
from eightcount_common.working_folder import ProgressMark, open_working_folder, request_identity
from eightcount_generator import codec
from eightcount_generator.families import FAMILIES, Family, Order, Step, family_named
from eightcount_generator.lesson import Lesson
from eightcount_generator.library import DanceModels, check_name
from eightcount_generator.recordings import read_recordings
from eightcount_generator.settings import GeneratorSettings
from eightcount_generator.sources.library import Recording

Request = generator_pb2.TrainRequest | generator_pb2.FineTuneRequest
Event = generator_pb2.TrainProgress | generator_pb2.TrainFinished
_REASONS_TOLD = 3


@dataclass(slots=True)
class Material:
    """What can be learned from, of how many items it is, and what cannot be used and why."""

    recordings: list[Recording] = field(default_factory=list)
    items_used: int = 0
    rejected: list[generator_pb2.RejectedItem] = field(default_factory=list)


class Teacher:
    """Makes models; what it makes goes into the library."""

    def __init__(
        self, store: ObjectStore, models: DanceModels, settings: GeneratorSettings, *,
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
        lesson = Lesson(request.name, request.family, family_named(request.family, self._families))
        for event in self._events(lesson, request, cancel):
            yield generator_pb2.TrainResponse(**_field(event))

    def fine_tune(
        self, request: generator_pb2.FineTuneRequest, cancel: CancelToken
    ) -> Iterator[generator_pb2.FineTuneResponse]:
        """The same, from another model of the library.

        Raises:
            EightcountError: the same; NO_FINE_TUNING, the model's family cannot learn more.
        """
        check_name(request.name)
        base = self._models.file(request.base)
        lesson = Lesson(request.name, base.label.family, family_named(base.label.family, self._families), base)
        for event in self._events(lesson, request, cancel):
            yield generator_pb2.FineTuneResponse(**_field(event))

    def _events(self, lesson: Lesson, request: Request, cancel: CancelToken) -> Iterator[Event]:
        with open_working_folder(self._settings.runs_folder, lesson.name, self._facts(lesson, request)) as folder:
            progress = ProgressMark(folder)
            material = yield from self._read(request.items, progress, lesson.family.reading_share, cancel)
            data = yield from self._taught(lesson, request, material, folder, progress, cancel)
            left_out = [(item.label, item.message) for item in material.rejected]
            label = lesson.label(data, material.recordings, left_out=left_out)
            cancel.check()
            self._models.keep(label, data)
        info = codec.encode_model(label, takes_key_poses=lesson.family.takes_key_poses)
        yield generator_pb2.TrainFinished(model=info, items_used=material.items_used, rejected=material.rejected)

    def _facts(self, lesson: Lesson, request: Request) -> dict[str, Any]:
        """What tells this training from others: the same request goes on where it was cut short."""
        return {
            "family": lesson.family_name,
            "base": lesson.base.label.version if lesson.base else "",
            "seed": request.seed,
            "epochs": request.max_epochs,
            "items": [request_identity(item, self._store, uris=("motion_uri", "music_uri")) for item in request.items],
        }

    def _read(
        self, items: Sequence[generator_pb2.TrainItem], progress: ProgressMark, share: float, cancel: CancelToken
    ) -> Generator[Event, None, Material]:
        material, seen = Material(), Counter[str]()
        for number, item in enumerate(items, 1):
            name = _name(item, seen)
            note = ""
            try:
                material.recordings += read_recordings(self._store, item, name=name, check=cancel.check)
                material.items_used += 1
            except CancelledError:
                raise
            except EightcountError as error:
                material.rejected.append(codec.encode_rejected(name, error))
                note = f"{name}: {error.message}"
            fraction = max(progress.fraction_done, share * number / len(items))
            yield codec.encode_step(Step("reading", fraction, note))
        if not material.recordings:
            raise InvalidInputError(_nothing_left(material.rejected), reason="NO_RECORDINGS")
        return material

    def _taught(
        self,
        lesson: Lesson,
        request: Request,
        material: Material,
        folder: Path,
        progress: ProgressMark,
        cancel: CancelToken,
    ) -> Generator[Event, None, bytes]:
        share = lesson.family.reading_share
        with start_worker(device=self._settings.device) as worker:
            order = Order(request.seed, request.max_epochs, folder, worker, cancel.check)
            steps = lesson.steps(material.recordings, order)
            while True:
                cancel.check()
                try:
                    step = next(steps)
                except StopIteration as end:
                    return bytes(end.value)
                fraction = progress.advance(share + (1 - share) * step.fraction_done)
                yield codec.encode_step(replace(step, fraction_done=fraction))


def _field(event: Event) -> dict[str, Any]:
    return {"progress" if isinstance(event, generator_pb2.TrainProgress) else "finished": event}


def _name(item: generator_pb2.TrainItem, seen: Counter[str]) -> str:
    """What the recording is called; another name than any before."""
    label = item.label or item.motion_uri
    seen[label] += 1
    return label if seen[label] == 1 else f"{label} ({seen[label]})"


def _nothing_left(rejected: Sequence[generator_pb2.RejectedItem]) -> str:
    if not rejected:
        return "wanted recordings to learn from, got none"
    told = "; ".join(f"{item.label}: {item.message}" for item in rejected[:_REASONS_TOLD])
    return f"none of the {len(rejected)} recordings can be learned from: {told}"
