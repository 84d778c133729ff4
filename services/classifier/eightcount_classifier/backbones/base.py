"""Interface of a backbone: a fixed network that turns images into features."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray
from eightcount_common.weights import WeightsError

SIDE_PIXELS = 224
"""Side of the square images that a backbone takes."""
FEATURES = 2048
"""Features of an image."""


class BackboneError(WeightsError):
    """The backbone's weights are missing, unreadable, or not those that a model was trained with."""

    default_reason: ClassVar[str] = "BACKBONE_MISSING"


class Backbone(Protocol):
    """A fixed image network; thread-safe. The same weights give the same features, up to rounding."""

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the weights file."""

    def features(self, images: NDArray[np.uint8]) -> FloatArray:
        """Map RGB images [N, 224, 224, 3] to features [N, 2048].

        Raises:
            BackboneError: the network cannot be built.
        """


BackboneSource = Callable[[], Backbone]
"""Returns the backbone of this process, always the same one; raises `BackboneError` if there is none."""


def check_backbone(backbone: Backbone, required_sha256: str) -> None:
    """Check that a model is used with the backbone that it was trained with.

    Raises:
        BackboneError: BACKBONE_DIFFERS.
    """
    if backbone.sha256 != required_sha256:
        raise BackboneError(
            f"the model was trained with the backbone weights of sha256 {required_sha256[:12]}...; this service "
            f"has those of {backbone.sha256[:12]}...; configure the former file, or train the model again",
            reason="BACKBONE_DIFFERS",
        )
