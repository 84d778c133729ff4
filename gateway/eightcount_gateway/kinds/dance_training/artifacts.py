"""The objects that a training of a dance model leaves in the store, below `dance-trainings/<folder>/`."""

from __future__ import annotations

from eightcount.generator.v1 import generator_pb2
from eightcount_gateway.kinds.rejections import Rejected
from eightcount_gateway.kinds.training_folder import Prepared, TrainingFolder
from eightcount_gateway.library.dance_models import dance_model_as_json
from eightcount_gateway.library.documents import write_json


class DanceTrainingFolder(TrainingFolder):
    """The folder of a training of dances."""

    root = "dance-trainings"

    def write_result(self, prepared: Prepared, finished: generator_pb2.TrainFinished) -> None:
        """Write the model, its card, and the recordings that were left out."""
        rejected = [*prepared.rejected, *map(Rejected.of_message, finished.rejected)]
        result = {
            "model": dance_model_as_json(finished.model) | {"card": finished.model.card},
            "items_used": finished.items_used,
            "rejected": [item.as_json() for item in rejected],
        }
        write_json(self._store, self.key("result.json"), result)
