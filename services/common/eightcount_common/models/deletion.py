"""Deletion of a model together with everything that its trainings kept."""

from __future__ import annotations

from typing import Protocol

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import NotFoundError
from eightcount_common.models.codec import decode_version
from eightcount_common.models.working_folder import WorkingFolders


class DeletableModels(Protocol):
    """A registry whose trained models can be deleted."""

    def delete(self, name: str, *, version: str | None = None) -> list[str]:
        """Delete every file of a trained model; return their URIs."""


def delete_model(models: DeletableModels, folders: WorkingFolders, reference: models_pb2.ModelRef) -> list[str]:
    """Delete a trained model, its files, and the folders of its interrupted trainings; return the URIs of the files.

    A training that never finished has folders only; they are deleted, too.

    Raises:
        NotFoundError: MODEL_NOT_FOUND; there is neither a model nor an interrupted training of that name.
        ConflictError: MODEL_IS_PRETRAINED, MODEL_VERSION_MISMATCH.
        InvalidInputError: INVALID_NAME.
    """
    try:
        uris = models.delete(reference.name, version=decode_version(reference))
    except NotFoundError:
        if folders.delete(reference.name):
            return []
        raise
    folders.delete(reference.name)
    return uris
