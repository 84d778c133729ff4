"""A training as it is asked for over gRPC: recordings out of the store, a model into it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

from eightcount.classifier.v1 import classifier_pb2
from eightcount_classifier.backbones.base import BackboneError, BackboneSource
from eightcount_classifier.dataset import Example
from eightcount_classifier.families import get_family, override_recipe
from eightcount_classifier.families.base import Family
from eightcount_classifier.service import codec
from eightcount_classifier.service.model_registry import ModelRegistry, check_new_name
from eightcount_classifier.service.recordings import FrameRecordings, PoseRecordings, Recordings
from eightcount_classifier.settings import ClassifierSettings
from eightcount_classifier.training.pipeline import TrainingConfig, TrainingResult, train_style_model
from eightcount_classifier.training.study import split_of
from eightcount_common.errors import CancelledError, EightcountError, InvalidInputError
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore
from eightcount_common.training.checkpoint import count_epochs
from eightcount_common.training.distributed import start_worker
from eightcount_common.working_folder import open_working_folder, request_identity

Send = Callable[[classifier_pb2.TrainResponse], None]


class Teacher:
    """Trains models; what it makes goes into the library."""

    def __init__(
        self, store: ObjectStore, library: ModelRegistry, settings: ClassifierSettings, backbone: BackboneSource
    ) -> None:  # fmt: skip
        self._store = store
        self._library = library
        self._settings = settings
        self._backbone = backbone

    def train(
        self, request: classifier_pb2.TrainRequest, cancel: CancelToken
    ) -> Iterator[classifier_pb2.TrainResponse]:
        """Tells how the training goes; the last message is the model.

        Raises:
            EightcountError: the request is malformed, or the recordings cannot serve.
        """
        check_new_name(request.name)
        family = override_recipe(get_family(request.family), epochs=request.options.max_epochs)
        yield from _told(lambda send: self._train(request, family, cancel, send))

    def _train(
        self, request: classifier_pb2.TrainRequest, family: Family, cancel: CancelToken, send: Send
    ) -> None:  # fmt: skip
        recordings = self._recordings(request, family)
        examples, rejected = _examples(request, recordings, cancel, send)
        order = TrainingConfig(request.name, family, request.options.seed, recordings.notes, recordings.extra)
        kept_apart = _kept_apart(examples, order.seed)
        runs, facts = self._settings.runs_folder, self._facts(request, recordings)
        with (
            open_working_folder(runs, request.name, facts) as folder,
            start_worker(device=self._settings.device) as worker,
        ):
            send(codec.encode_prepared(len(examples), rejected, kept_apart, resumed_epoch=count_epochs(folder)))
            product = train_style_model(
                order, examples, worker, folder=folder, check=cancel.check,
                report=lambda step: send(codec.encode_step(step, done_before=recordings.share)),
            )  # fmt: skip
            model = self._library.keep(product.model, product.files)
            send(self._finished(product, codec.encode_model(model, shipped=False)))

    def _recordings(self, request: classifier_pb2.TrainRequest, family: Family) -> Recordings:
        if family.input_kind == "poses":
            return PoseRecordings(self._store, request.options.seed)
        if not any(item.video_uri for item in request.items):
            raise InvalidInputError(f"the family {family.name!r} wants videos, got none", reason="WANTS_VIDEO")
        return FrameRecordings(self._store, self._backbone())

    def _facts(self, request: classifier_pb2.TrainRequest, recordings: Recordings) -> dict[str, Any]:
        """What tells this training from others: the same request goes on where it was cut short."""
        return {
            "family": request.family, "made_with": recordings.made_with,
            "seed": request.options.seed, "epochs": request.options.max_epochs,
            "items": [request_identity(item, self._store, uris=("motion_uri", "video_uri")) for item in request.items],
        }  # fmt: skip

    def _finished(self, product: TrainingResult, info: classifier_pb2.ModelInfo) -> classifier_pb2.TrainResponse:
        name = product.model.name
        uris = {file: self._store.uri(self._library.key(name, file)) for file in product.files}
        return classifier_pb2.TrainResponse(
            finished=classifier_pb2.TrainFinished(
                model=info, card_uri=uris["card.md"], report_uri=uris["report.json"],
                confusion_uri=uris["confusion.png"],
            )
        )  # fmt: skip


def _examples(
    request: classifier_pb2.TrainRequest, recordings: Recordings, cancel: CancelToken, send: Send
) -> tuple[list[Example[Any]], list[classifier_pb2.RejectedItem]]:
    """What can be learned from, and what cannot and why."""
    examples, rejected = [], []
    for number, item in enumerate(request.items, 1):
        cancel.check()
        source = codec.decode_source(item)
        try:
            if not item.style:
                raise InvalidInputError("the recording has no style", reason="NO_STYLE")
            data = recordings.read(item, cancel)
        except (CancelledError, BackboneError):  # none of the recording's faults
            raise
        except EightcountError as error:
            rejected.append(classifier_pb2.RejectedItem(label=source.label, reason=error.reason, message=error.message))
        else:
            examples.append(Example(item.style, source, data))
        if recordings.share:
            send(codec.encode_reading_progress(number, len(request.items), share=recordings.share))
    return examples, rejected


def _kept_apart(examples: list[Example[Any]], seed: int) -> tuple[str, ...]:
    """Ids that will not cross; none where there is no split, which the training itself complains of."""
    try:
        return split_of(examples, range(len(examples)), seed).kept_apart
    except InvalidInputError:
        return ()


def _told(work: Callable[[Send], None]) -> Iterator[classifier_pb2.TrainResponse]:
    """What work that reports by callback says, as an iterator; its error, if it has one, at the end."""
    said: Queue[classifier_pb2.TrainResponse | BaseException | None] = Queue()

    def run() -> None:
        try:
            work(said.put)
            said.put(None)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            said.put(error)

    thread = threading.Thread(target=run, name="training")
    thread.start()
    try:
        while (message := said.get()) is not None:
            if isinstance(message, BaseException):
                raise message
            yield message
    finally:
        thread.join()
