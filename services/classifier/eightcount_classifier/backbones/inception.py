"""InceptionV3 without its top, averaged over the picture: 2048 features (Szegedy et al., 2015).

The architecture is Keras's; the weights come from a file that the user names. Only arrays are read from it: neither an
architecture nor any code.
"""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from eightcount_classifier.backbones.base import SIDE_PIXELS, Backbone, BackboneError, BackboneSource
from eightcount_classifier.backbones.keras_on_torch import keras_on_torch
from eightcount_common.motion import FloatArray

VARIABLE = "EIGHTCOUNT_CLASSIFIER_BACKBONE_WEIGHTS"
_FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
_ENDINGS = (".h5", ".hdf5", ".keras")
_HALF_RANGE = 127.5
_BUILDING = threading.Lock()


class InceptionV3:
    """The backbone of a file of weights; the network is built when features are first asked for.

    Raises:
        BackboneError: BACKBONE_MISSING.
    """

    def __init__(self, weights: Path) -> None:
        self._weights = weights
        self._sha256 = _digest(weights)
        self._lock = threading.Lock()
        self._network: Any = None

    @property
    def sha256(self) -> str:
        """Of the file of weights."""
        return self._sha256

    def features(self, pictures: NDArray[np.uint8]) -> FloatArray:
        """[N, 224, 224, 3] RGB pictures -> [N, 2048]; values are brought to -1 to 1, as the network was trained.

        Raises:
            BackboneError: BACKBONE_DAMAGED, BACKBONE_DIFFERS or FRAMES_NOT_INSTALLED.
        """
        network = self._built()
        with torch.inference_mode():
            # Keeps the channels last in memory, which is quicker than either order alone.
            batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / _HALF_RANGE - 1
            found = network(batch, training=False)
            return np.asarray(found.float().cpu().numpy(), np.float32)

    def _built(self) -> Any:
        with self._lock:
            if self._network is None:
                if _digest(self._weights) != self._sha256:
                    raise BackboneError(
                        f"the backbone's weights {self._weights.name} were replaced while the service runs; restart it",
                        reason="BACKBONE_DIFFERS",
                    )
                self._network = _built(self._weights)
            return self._network


def inception_of(weights: Path | None) -> BackboneSource:
    """Gives the backbone of that file; asks for the file each time until it is there.

    Args:
        weights: as the settings have it.
    """
    lock = threading.Lock()
    found: list[Backbone] = []

    def give() -> Backbone:
        with lock:
            if not found:
                if weights is None:
                    raise _missing(f"{VARIABLE} is not set")
                found.append(InceptionV3(weights.expanduser()))
            return found[0]

    return give


def architecture() -> Any:
    """The network with random weights."""
    keras = keras_on_torch()
    with _BUILDING, _channels_first(keras):
        return keras.applications.InceptionV3(
            include_top=False, weights=None, pooling="avg", input_shape=(3, SIDE_PIXELS, SIDE_PIXELS)
        )


def _built(weights: Path) -> Any:
    network = architecture()
    if weights.suffix not in _ENDINGS:
        raise BackboneError(
            f"the backbone's weights {weights.name} must be a file that ends in {', '.join(_ENDINGS)}: its ending says "
            "how it is to be read", reason="BACKBONE_DAMAGED",
        )  # fmt: skip
    try:
        network.load_weights(str(weights))
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, zipfile.BadZipFile) as error:
        raise BackboneError(
            f"{weights.name} does not hold the weights of InceptionV3 without its top, or it is damaged; wanted "
            f"{_FILE}, or a file that Keras saved of the same network", reason="BACKBONE_DAMAGED",
        ) from error  # fmt: skip
    return network


@contextmanager
def _channels_first(keras: Any) -> Iterator[None]:
    """Layers that are made inside have the channels of a picture before its rows, as torch has them."""
    before = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_first")
    try:
        yield
    finally:
        keras.config.set_image_data_format(before)


def _digest(weights: Path) -> str:
    try:
        with weights.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _missing(f"{VARIABLE} names {weights}, which cannot be read") from error


def _missing(what: str) -> BackboneError:
    return BackboneError(
        f"models of frames need the weights of InceptionV3, and {what}. Wanted is the file {_FILE}, the ImageNet "
        'weights that the Keras project publishes for InceptionV3 without its top ("notop"), or a .weights.h5 or '
        ".keras file of the same network",
        reason="BACKBONE_MISSING",
    )
