"""Recordings of a training, loaded from the object store as the family requires."""

from __future__ import annotations

from typing import Any, Protocol

from eightcount.models.v1 import models_pb2
from eightcount_classifier.backbones.base import Backbone
from eightcount_classifier.dataset import Example
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.features.frame_features import FrameFeatures
from eightcount_classifier.features.windows import WINDOW_SECONDS, cut_windows
from eightcount_classifier.service.motions import load_body
from eightcount_classifier.service.video_features import VideoFeatures
from eightcount_classifier.training.generated_movements import generate_examples
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore

GENERATED = 20
"""Generated movements that are not dances, on which every model of poses is trained besides the user's recordings."""
_FRAME_NOTES = """\
## Input

Twenty frames of every four seconds, cropped to their central square, through InceptionV3 with weights whose sha256
begins with `{digits}`; the model works with these weights only. The network sees the whole image: room, light, clothes
and number of people distinguish recordings as well as the dance does. See the probe of one still frame.
"""


class RecordingReader(Protocol):
    """Loads the items of a training request."""

    @property
    def extra(self) -> tuple[Example[Any], ...]:
        """Further examples to train on."""

    @property
    def notes(self) -> str:
        """Notes for the model card."""

    @property
    def share(self) -> float:
        """Fraction of the whole training that loading takes."""

    @property
    def data_version(self) -> str:
        """Whatever the data depend on besides the request."""

    def load(self, item: models_pb2.TrainingItem, cancel: CancelToken) -> Any:
        """Load the data of an item.

        Raises:
            EightcountError: the item cannot be used for training.
        """


class PoseReader:
    """Loads motions."""

    notes = ""
    share = 0.0
    data_version = ""

    def __init__(self, store: ObjectStore, seed: int) -> None:
        self._store = store
        self._seed = seed

    @property
    def extra(self) -> tuple[Example[Any], ...]:
        """Generated movements that are not dances."""
        return generate_examples(GENERATED, seed=self._seed)

    def load(self, item: models_pb2.TrainingItem, cancel: CancelToken) -> BodyMotion:  # noqa: ARG002 - takes a moment
        """Load a motion in which the dancer is seen for long enough."""
        body = load_body(self._store, item.motion_uri, beats_seconds=item.beats_seconds)
        check_length(body)
        return body


def check_length(body: BodyMotion) -> None:
    """Do nothing when the dancer is seen for long enough.

    Raises:
        InvalidInputError: TOO_SHORT.
    """
    if not cut_windows(body).seen.any():
        raise InvalidInputError(
            f"the dancer must be seen for {WINDOW_SECONDS:.0f} s without interruption; the dancer is seen for "
            f"{body.seconds_seen:.1f} s in all",
            reason="TOO_SHORT",
        )


class FrameReader:
    """Loads image features of videos."""

    extra = ()
    share = 0.5

    def __init__(self, store: ObjectStore, backbone: Backbone) -> None:
        self._features = VideoFeatures(store, backbone)
        self.data_version = backbone.sha256
        self.notes = _FRAME_NOTES.format(digits=backbone.sha256[:12])

    def load(self, item: models_pb2.TrainingItem, cancel: CancelToken) -> FrameFeatures:
        """Load the features of a video that is long enough."""
        if not item.video_uri:
            raise InvalidInputError("a family of frames requires a video; the item has none", reason="VIDEO_REQUIRED")
        video = self._features.load(item.video_uri, check=cancel.check)
        if video.seconds < WINDOW_SECONDS:
            raise InvalidInputError(
                f"the video must be at least {WINDOW_SECONDS:.0f} s long; it is {video.seconds:.1f} s long",
                reason="TOO_SHORT",
            )
        return video
