"""The Train call: recordings come from the object store, the model goes into the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from eightcount.classifier.v1 import classifier_pb2
from eightcount.models.v1 import models_pb2
from eightcount_classifier.backbones.base import BackboneError, BackboneSource
from eightcount_classifier.dataset import Example
from eightcount_classifier.families import get_family, override_recipe
from eightcount_classifier.families.base import Family
from eightcount_classifier.service import codec
from eightcount_classifier.service.model_registry import StyleModelRegistry
from eightcount_classifier.service.recordings import FrameReader, PoseReader, RecordingReader
from eightcount_classifier.settings import ClassifierSettings
from eightcount_classifier.training.pipeline import TrainingConfig, TrainingResult, train_style_model
from eightcount_classifier.training.study import make_study_split
from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.styles_left import check_styles_left
from eightcount_common.models.callback_stream import stream_callbacks
from eightcount_common.models.codec import decode_max_epochs
from eightcount_common.models.registry import ModelOrigin
from eightcount_common.models.training_items import ItemRead, TrainingData, read_items
from eightcount_common.models.working_folder import WorkingFolders, request_identity
from eightcount_common.rpc import CancelToken
from eightcount_common.steps import run_steps
from eightcount_common.storage import ObjectStore
from eightcount_common.training.checkpoint import count_epochs
from eightcount_common.training.distributed import start_worker

_LEAST_RECORDINGS = 2
"""Recordings of each style that a split into training and test data requires."""
Send = Callable[[classifier_pb2.TrainResponse], None]


class Trainer:
    """Trains models and saves them in the registry.

    Attributes:
        folders: folders of the trainings that are running or interrupted.
    """

    def __init__(
        self, store: ObjectStore, models: StyleModelRegistry, settings: ClassifierSettings, backbone: BackboneSource
    ) -> None:  # fmt: skip
        self._store = store
        self._models = models
        self._settings = settings
        self._backbone = backbone
        self.folders = WorkingFolders(settings.runs_folder)

    def train(
        self, request: classifier_pb2.TrainRequest, cancel: CancelToken
    ) -> Iterator[classifier_pb2.TrainResponse]:
        """Train a model; yield progress, then the model.

        Raises:
            EightcountError: the request is malformed, or the recordings cannot be used.
        """
        self._models.check_new_name(request.name)
        family = override_recipe(get_family(request.family), epochs=decode_max_epochs(request.options) or 0)

        def work(send: Send) -> None:
            self._train(request, family, cancel, send)

        yield from stream_callbacks(work, thread_name="training")

    def _train(
        self, request: classifier_pb2.TrainRequest, family: Family, cancel: CancelToken, send: Send
    ) -> None:  # fmt: skip
        reader = self._make_reader(request, family)
        data = _read_examples(request.items, reader, cancel, send)
        config = TrainingConfig(request.name, family, request.options.seed, reader.notes, reader.extra)
        split_by = _find_split_ids(data.used, config.seed)
        with (
            self.folders.open(request.name, self._identity(request, reader)) as folder,
            start_worker(device=self._settings.device) as worker,
        ):
            resumed_epoch = count_epochs(folder)
            send(codec.encode_prepared(len(data.used), data.rejected, split_by, resumed_epoch=resumed_epoch))
            _check_styles_left(request.items, data)
            result = train_style_model(
                config, data.used, worker, folder=folder, check=cancel.check,
                report=lambda progress: send(codec.encode_epoch(progress, share_before=reader.share)),
            )  # fmt: skip
            model = self._models.save(result.model, result.files)
            size_bytes = self._models.size_bytes(model.name)
            is_default = model.name == self._models.default_name
            info = codec.encode_model(
                model, origin=ModelOrigin.TRAINED, is_default=is_default, size_bytes=size_bytes
            )  # fmt: skip
            send(self._encode_finished(result, info))

    def _make_reader(self, request: classifier_pb2.TrainRequest, family: Family) -> RecordingReader:
        if family.input_kind == "poses":
            return PoseReader(self._store, request.options.seed)
        if not any(item.video_uri for item in request.items):
            raise InvalidInputError(
                f"the family {family.name!r} requires videos; no item has one", reason="VIDEO_REQUIRED"
            )
        return FrameReader(self._store, self._backbone())

    def _identity(self, request: classifier_pb2.TrainRequest, reader: RecordingReader) -> dict[str, Any]:
        """Return what identifies this training, so that the same request resumes an interrupted one."""
        return {
            "family": request.family, "made_with": reader.data_version,
            "seed": request.options.seed, "epochs": request.options.max_epochs,
            "items": [request_identity(item, self._store, uris=("motion_uri", "video_uri")) for item in request.items],
        }  # fmt: skip

    def _encode_finished(self, result: TrainingResult, info: models_pb2.ModelInfo) -> classifier_pb2.TrainResponse:
        uris = {file: self._models.uri(info.name, file) for file in result.files}
        return classifier_pb2.TrainResponse(
            finished=classifier_pb2.TrainFinished(
                model=info, card_uri=uris["card.md"], report_uri=uris["report.json"],
                confusion_uri=uris["confusion.png"],
            )
        )  # fmt: skip


def _read_examples(
    items: Sequence[models_pb2.TrainingItem], reader: RecordingReader, cancel: CancelToken, send: Send
) -> TrainingData[Example[Any]]:
    """Read the labelled recordings."""

    def read(item: models_pb2.TrainingItem, _: str) -> Example[Any]:
        cancel.check()
        if not item.style:
            raise InvalidInputError("a recording requires a style; the item has none", reason="NO_STYLE")
        return Example(item.style, codec.decode_source(item), reader.load(item, cancel))

    def report(item: ItemRead) -> None:
        if reader.share:
            send(codec.encode_reading_progress(item, share=reader.share))

    labels = [codec.make_label(item) for item in items]
    return run_steps(read_items(items, labels, read, fatal=(BackboneError,)), report)


def _check_styles_left(items: Sequence[models_pb2.TrainingItem], data: TrainingData[Example[Any]]) -> None:
    """Stop where a style keeps too few recordings; the rejected ones have been sent by then."""
    wanted = [(item.style, codec.make_label(item)) for item in items]
    reasons = {one.label: one.message for one in data.rejected}
    check_styles_left(wanted, [example.style for example in data.used], reasons, at_least=_LEAST_RECORDINGS)


def _find_split_ids(examples: list[Example[Any]], seed: int) -> tuple[str, ...]:
    """Return the kinds of id that the split keeps apart; none if there is no split, about which the training raises."""
    try:
        return make_study_split(examples, range(len(examples)), seed).kept_apart
    except InvalidInputError:
        return ()
