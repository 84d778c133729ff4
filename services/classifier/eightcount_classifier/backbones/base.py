"""What a backbone is: a fixed network that turns pictures into features."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray
from eightcount_common.weights import WeightsError

SIDE_PIXELS = 224
"""Side of the square pictures that a backbone is given."""
FEATURES = 2048
"""Features that a backbone makes of a picture."""


class BackboneError(WeightsError):
    """The backbone's weights are not there, cannot be read, or are not those that a model was trained with."""

    default_reason: ClassVar[str] = "BACKBONE_MISSING"


class Backbone(Protocol):
    """Safe for threads. The same weights give the same features, up to rounding."""

    @property
    def sha256(self) -> str:
        """Of the file of weights, hexadecimal."""

    def features(self, pictures: NDArray[np.uint8]) -> FloatArray:
        """[N, 224, 224, 3] RGB pictures -> [N, 2048] features.

        Raises:
            BackboneError: the network cannot be built.
        """


BackboneSource = Callable[[], Backbone]
"""Gives the backbone of this process, always the same; raises `BackboneError` when there is none."""


def check_same(backbone: Backbone, wanted_sha256: str) -> None:
    """Makes sure that a model is used with the backbone that it was trained with.

    Raises:
        BackboneError: BACKBONE_DIFFERS.
    """
    if backbone.sha256 != wanted_sha256:
        raise BackboneError(
            f"the model was trained on features of the weights with sha256 {wanted_sha256[:12]}..., this service has "
            f"those with {backbone.sha256[:12]}...; name the file of the former, or train again",
            reason="BACKBONE_DIFFERS",
        )
