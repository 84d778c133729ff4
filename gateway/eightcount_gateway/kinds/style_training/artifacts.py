"""The objects that a training of a style model leaves in the store, below `style-trainings/<folder>/`."""

from __future__ import annotations

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import NotFoundError
from eightcount_gateway.kinds.rejections import Rejected
from eightcount_gateway.kinds.training_folder import Prepared, TrainingFolder
from eightcount_gateway.library.documents import write_json
from eightcount_gateway.library.style_models import model_as_json

ID_FIELDS = ("performer", "choreography", "music", "take", "camera")
"""Ids by which training and test data are kept apart."""

FILES = {"card.md": "text/markdown; charset=utf-8", "report.json": "application/json", "confusion.png": "image/png"}
"""Files of a finished training, and their media types."""


class StyleTrainingFolder(TrainingFolder):
    """The folder of a training of styles."""

    root = "style-trainings"

    def write_result(
        self,
        prepared: Prepared,
        started: classifier_pb2.TrainPrepared,
        finished: classifier_pb2.TrainFinished,
    ) -> None:
        """Write the result and copies of the model's files: a later training of that name replaces the originals."""
        uris = {
            "card.md": finished.card_uri,
            "report.json": finished.report_uri,
            "confusion.png": finished.confusion_uri,
        }
        for name, uri in uris.items():
            self._copy(uri, name)
        rejected = [*prepared.rejected, *map(Rejected.of_message, started.rejected)]
        result = {
            "model": model_as_json(finished.model),
            "items_used": started.items_used,
            "rejected": [item.as_json() for item in rejected],
            "split_by": list(started.split_by),
        }
        write_json(self._store, self.key("result.json"), result)

    def _copy(self, uri: str, name: str) -> None:
        if not uri:
            return
        try:
            with self._store.open(self._store.key(uri)) as file:
                self._store.put(self.key(name), file, media_type=FILES[name].partition(";")[0])
        except NotFoundError:
            return  # not every family draws a confusion matrix
