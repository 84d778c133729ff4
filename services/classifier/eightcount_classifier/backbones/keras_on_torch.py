"""Keras, computing with torch: the one place where it is imported, and then only when it is needed."""

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


def keras_on_torch() -> ModuleType:
    """The module `keras`.

    Keras chooses what it computes with when it is first imported, from the environment and a file in the home folder
    that it writes when there is none. Both are set for that moment only: what else runs in this process or is started
    by it finds its environment as it was, and a user's own settings of Keras change nothing here.

    Raises:
        BackboneError: FRAMES_NOT_INSTALLED, or Keras already computes with something else in this process.
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
            f"models of frames need what `pip install 'eightcount-classifier[frames]'` installs: {error}",
            reason="FRAMES_NOT_INSTALLED",
        ) from error
    found = keras.config.backend()
    if found != _BACKEND:
        raise BackboneError(f"Keras already computes with {found}, wanted {_BACKEND}", reason="KERAS_BACKEND_DIFFERS")
    module: ModuleType = keras
    return module


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Sets variables, and puts them back."""
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
