"""A training as it is asked for over gRPC: recordings out of the store, a model into it."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

from eightcount.classifier.v1 import classifier_pb2
from eightcount_classifier import codec
from eightcount_classifier.body import BodyMotion
from eightcount_classifier.dataset import Example
from eightcount_classifier.families import family_named, trained_otherwise
from eightcount_classifier.families.base import Family
from eightcount_classifier.generated import generated_examples
from eightcount_classifier.library import ModelLibrary, check_new_name
from eightcount_classifier.motions import read_body
from eightcount_classifier.settings import ClassifierSettings
from eightcount_classifier.training.checkpoint import epochs_done
from eightcount_classifier.training.distributed import placed
from eightcount_classifier.training.production import Order, Product, produce
from eightcount_classifier.training.study import split_of
from eightcount_classifier.windows import WINDOW_SECONDS, windows_of
from eightcount_common.errors import EightcountError, InvalidInputError
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore

GENERATED = 20
"""Generated movements that are no dance, which every model of poses learns from besides the user's recordings."""
Send = Callable[[classifier_pb2.TrainResponse], None]


class Teacher:
    """Trains models; what it makes goes into the library."""

    def __init__(self, store: ObjectStore, library: ModelLibrary, settings: ClassifierSettings) -> None:
        self._store = store
        self._library = library
        self._settings = settings

    def train(
        self, request: classifier_pb2.TrainRequest, cancel: CancelToken
    ) -> Iterator[classifier_pb2.TrainResponse]:
        """Tells how the training goes; the last message is the model.

        Raises:
            EightcountError: the request is malformed, or the recordings cannot serve.
        """
        check_new_name(request.name)
        family = trained_otherwise(family_named(request.family), epochs=request.options.max_epochs)
        yield from _told(lambda send: self._train(request, family, cancel, send))

    def _train(
        self, request: classifier_pb2.TrainRequest, family: Family, cancel: CancelToken, send: Send
    ) -> None:  # fmt: skip
        examples, rejected = self._examples(request, cancel)
        order = Order(
            request.name, family, request.options.seed, extra=generated_examples(GENERATED, seed=request.options.seed)
        )
        folder = self._settings.runs_folder.expanduser() / _fingerprint(request)
        kept_apart = _kept_apart(examples, order.seed)
        send(codec.encode_prepared(len(examples), rejected, kept_apart, resumed_epoch=epochs_done(folder)))
        with placed(device=self._settings.device) as place:
            product = produce(
                order, examples, place, folder=folder, report=lambda step: send(codec.encode_step(step)),
                check=cancel.check,
            )  # fmt: skip
        model = self._library.keep(product.model, product.files)
        send(self._finished(product, codec.encode_model(model, shipped=False)))
        shutil.rmtree(folder, ignore_errors=True)

    def _examples(
        self, request: classifier_pb2.TrainRequest, cancel: CancelToken
    ) -> tuple[list[Example[BodyMotion]], list[classifier_pb2.RejectedItem]]:
        examples, rejected = [], []
        for item in request.items:
            cancel.check()
            source = codec.decode_source(item)
            try:
                body = self._body(item)
            except EightcountError as error:
                rejected.append(
                    classifier_pb2.RejectedItem(label=source.label, reason=error.reason, message=error.message)
                )
            else:
                examples.append(Example(item.style, source, body))
        return examples, rejected

    def _body(self, item: classifier_pb2.TrainItem) -> BodyMotion:
        if not item.style:
            raise InvalidInputError("the recording has no style", reason="NO_STYLE")
        body = read_body(self._store, item.motion_uri, beats_seconds=item.beats_seconds)
        if not windows_of(body).seen.any():
            raise InvalidInputError(
                f"the dancer must be seen for {WINDOW_SECONDS:.0f} s on end; got {body.seconds_seen:.1f} s in all",
                reason="TOO_SHORT",
            )
        return body

    def _finished(self, product: Product, info: classifier_pb2.ModelInfo) -> classifier_pb2.TrainResponse:
        name = product.model.name
        uris = {file: self._store.uri(self._library.key(name, file)) for file in product.files}
        return classifier_pb2.TrainResponse(
            finished=classifier_pb2.TrainFinished(
                model=info, card_uri=uris["card.md"], report_uri=uris["report.json"],
                confusion_uri=uris["confusion.png"],
            )
        )  # fmt: skip


def _kept_apart(examples: list[Example[BodyMotion]], seed: int) -> tuple[str, ...]:
    """Ids that will not cross; none where there is no split, which the training itself complains of."""
    try:
        return split_of(examples, range(len(examples)), seed).kept_apart
    except InvalidInputError:
        return ()


def _fingerprint(request: classifier_pb2.TrainRequest) -> str:
    """A name for the folder of this training: the same request goes on in the same folder."""
    facts: dict[str, Any] = {
        "family": request.family, "seed": request.options.seed, "epochs": request.options.max_epochs,
        "items": [item.SerializeToString(deterministic=True).hex() for item in request.items],
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return f"{request.name}-{digest[:16]}"


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
