"""Keras with the torch backend: the only place that imports it, and only when it is needed."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from eightcount_classifier.backbones.base import BackboneError

_BACKEND = "torch"
_LOCK = threading.Lock()


def import_keras() -> ModuleType:
    """Import the module `keras`.

    Keras chooses its backend when it is first imported, from the environment and from a file in the home folder, which
    it writes if there is none. Both are set during the import only: other code of this process and its child processes
    see their usual environment, and a user's own Keras settings have no effect here.

    Raises:
        BackboneError: FRAMES_NOT_INSTALLED; KERAS_BACKEND_DIFFERS, Keras already uses another backend in this process.
    """
    try:
        with (
            _LOCK,
            tempfile.TemporaryDirectory(prefix="keras-") as home,
            _environment(KERAS_BACKEND=_BACKEND, KERAS_HOME=home),
        ):
            import keras
    except ImportError as error:
        raise BackboneError(
            f"models of frames require `pip install 'eightcount-classifier[frames]'`: {error}",
            reason="FRAMES_NOT_INSTALLED",
        ) from error
    found = keras.config.backend()
    if found != _BACKEND:
        raise BackboneError(
            f"Keras must use the backend {_BACKEND}; this process already uses {found}", reason="KERAS_BACKEND_DIFFERS"
        )
    module: ModuleType = keras
    return module


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set environment variables, and restore them afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
