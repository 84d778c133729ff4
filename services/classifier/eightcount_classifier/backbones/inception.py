"""InceptionV3 without its top, averaged over the image: 2048 features (Szegedy et al., 2015).

The architecture is that of Keras; the weights come from a file that the user names. Only arrays are read from it:
neither an architecture nor any code.
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
from eightcount_classifier.backbones.keras_on_torch import import_keras
from eightcount_common.motion import FloatArray

VARIABLE = "EIGHTCOUNT_CLASSIFIER_BACKBONE_WEIGHTS"
_FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
_ENDINGS = (".h5", ".hdf5", ".keras")
_HALF_RANGE = 127.5
_BUILDING = threading.Lock()


class InceptionV3:
    """The backbone of a weights file; the network is built when features are first computed.

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
        """Digest of the weights file."""
        return self._sha256

    def features(self, images: NDArray[np.uint8]) -> FloatArray:
        """Map RGB images [N, 224, 224, 3], scaled to -1 to 1 as in training, to features [N, 2048].

        Raises:
            BackboneError: BACKBONE_DAMAGED, BACKBONE_DIFFERS or FRAMES_NOT_INSTALLED.
        """
        network = self._load_network()
        with torch.inference_mode():
            # The channels stay last in memory, which is faster than either order alone.
            batch = torch.from_numpy(images).permute(0, 3, 1, 2).float() / _HALF_RANGE - 1
            found = network(batch, training=False)
            return np.asarray(found.float().cpu().numpy(), np.float32)

    def _load_network(self) -> Any:
        with self._lock:
            if self._network is None:
                if _digest(self._weights) != self._sha256:
                    raise BackboneError(
                        f"the backbone weights {self._weights.name} were replaced while the service was running; "
                        "restart it",
                        reason="BACKBONE_DIFFERS",
                    )
                self._network = _build_network(self._weights)
            return self._network


def open_inception_lazily(weights: Path | None) -> BackboneSource:
    """Return a source of the backbone of a file, which is opened at the first call that finds it.

    Args:
        weights: path from the settings; None if it is not configured.
    """
    lock = threading.Lock()
    found: list[Backbone] = []

    def open_backbone() -> Backbone:
        with lock:
            if not found:
                if weights is None:
                    raise _missing_weights(f"{VARIABLE} is not set")
                found.append(InceptionV3(weights.expanduser()))
            return found[0]

    return open_backbone


def build_architecture() -> Any:
    """Return the network with random weights."""
    keras = import_keras()
    with _BUILDING, _channels_first(keras):
        return keras.applications.InceptionV3(
            include_top=False, weights=None, pooling="avg", input_shape=(3, SIDE_PIXELS, SIDE_PIXELS)
        )


def _build_network(weights: Path) -> Any:
    network = build_architecture()
    if weights.suffix not in _ENDINGS:
        raise BackboneError(
            f"the backbone weights {weights.name} must be a file that ends in {', '.join(_ENDINGS)}: the ending "
            "determines its format", reason="BACKBONE_DAMAGED",
        )  # fmt: skip
    try:
        network.load_weights(str(weights))
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, zipfile.BadZipFile) as error:
        raise BackboneError(
            f"{weights.name} does not hold the weights of InceptionV3 without its top, or it is damaged; required is "
            f"{_FILE}, or a file that Keras saved of the same network", reason="BACKBONE_DAMAGED",
        ) from error  # fmt: skip
    return network


@contextmanager
def _channels_first(keras: Any) -> Iterator[None]:
    """Build layers inside with the channels of an image first, as in torch."""
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
        raise _missing_weights(f"{VARIABLE} names {weights}, which cannot be read") from error


def _missing_weights(what: str) -> BackboneError:
    return BackboneError(
        f"models of frames require the weights of InceptionV3, and {what}. Required is the file {_FILE}, the ImageNet "
        'weights that the Keras project publishes for InceptionV3 without its top ("notop"), or a .weights.h5 or '
        ".keras file of the same network",
        reason="BACKBONE_MISSING",
    )
