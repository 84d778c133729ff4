"""A training as it is asked for over gRPC: recordings out of the store, a model into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import CancelledError, EightcountError, InvalidInputError
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore
from eightcount_generator import codec
from eightcount_generator.card import card_of
from eightcount_generator.families import FAMILIES, Family, Order, Step, family_named
from eightcount_generator.library import DanceModels, check_name
from eightcount_generator.model_file import ModelLabel, version_of
from eightcount_generator.recordings import read_recordings
from eightcount_generator.sources.library import Recording

_READING = 0.7
"""Part of the whole work that the reading of the recordings is."""
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
        self, store: ObjectStore, models: DanceModels, *, families: Mapping[str, Family] = FAMILIES
    ) -> None:  # fmt: skip
        self._store = store
        self._models = models
        self._families = families

    def train(self, request: generator_pb2.TrainRequest, cancel: CancelToken) -> Iterator[generator_pb2.TrainResponse]:
        """Tells how the training goes; the last message is the model.

        Raises:
            EightcountError: the request is malformed, or the recordings cannot serve.
        """
        check_name(request.name)
        family = family_named(request.family, self._families)
        material = yield from self._read(request.items, cancel)
        data = yield from _taught(family, material, Order(request.seed, request.max_epochs), cancel)
        label = self._label(request, family, material, data)
        cancel.check()
        self._models.keep(label, data)
        info = codec.encode_model(label, takes_key_poses=family.takes_key_poses)
        finished = generator_pb2.TrainFinished(model=info, items_used=material.items_used, rejected=material.rejected)
        yield generator_pb2.TrainResponse(finished=finished)

    def _read(
        self, items: Sequence[generator_pb2.TrainItem], cancel: CancelToken
    ) -> Generator[generator_pb2.TrainResponse, None, Material]:
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
            yield codec.encode_step(Step("reading", _READING * number / len(items), note))
        if not material.recordings:
            raise InvalidInputError(_nothing_left(material.rejected), reason="NO_RECORDINGS")
        return material

    def _label(
        self, request: generator_pb2.TrainRequest, family: Family, material: Material, data: bytes
    ) -> ModelLabel:
        made_at = datetime.now(UTC).isoformat(timespec="microseconds")
        return ModelLabel(
            name=request.name,
            version=version_of(data),
            family=request.family,
            styles=family.read(data).styles,
            made_at=made_at,
            card=card_of(
                request.name, request.family, material.recordings, made_at=made_at, notes=family.notes,
                left_out=[(item.label, item.message) for item in material.rejected],
            ),
        )  # fmt: skip


def _taught(
    family: Family, material: Material, order: Order, cancel: CancelToken
) -> Generator[generator_pb2.TrainResponse, None, bytes]:
    steps = family.teach(material.recordings, order)
    while True:
        cancel.check()
        try:
            step = next(steps)
        except StopIteration as end:
            return bytes(end.value)
        yield codec.encode_step(Step(step.stage, _READING + (1 - _READING) * step.fraction_done, step.note))


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
