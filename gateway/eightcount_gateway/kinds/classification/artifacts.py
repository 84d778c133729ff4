"""The objects that a classification leaves in the store."""

from __future__ import annotations

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.classifications import classification_as_json
from eightcount_common.storage import ObjectStore
from eightcount_gateway.library.documents import write_json


class ClassificationArtifacts:
    """Reads and writes `classifications/<id>/*`. Blocking: call it from a thread."""

    def __init__(self, store: ObjectStore, classification_id: str) -> None:
        self._store = store
        self.result_key = f"classifications/{classification_id}/result.json"

    def write_result(self, found: classifier_pb2.Classification) -> None:
        """Write the classification as JSON."""
        write_json(self._store, self.result_key, classification_as_json(found))
