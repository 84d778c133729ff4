"""The objects that a classification leaves in the store."""

from __future__ import annotations

from typing import Any

from eightcount_common.storage import ObjectStore
from eightcount_gateway.library.documents import write_json


class ClassificationArtifacts:
    """Reads and writes `classifications/<id>/*`. Blocking: call it from a thread."""

    def __init__(self, store: ObjectStore, classification_id: str) -> None:
        self._store = store
        self.result_key = f"classifications/{classification_id}/result.json"

    def write_result(self, result: dict[str, Any]) -> None:
        """Write the classification as JSON."""
        write_json(self._store, self.result_key, result)
