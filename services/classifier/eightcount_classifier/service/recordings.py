"""The recordings of a training, read out of the object store as the family wants them."""

from __future__ import annotations

from typing import Any, Protocol

from eightcount.classifier.v1 import classifier_pb2
from eightcount_classifier.backbones.base import Backbone
from eightcount_classifier.dataset import Example
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.features.frame_features import FrameFeatures
from eightcount_classifier.features.windows import WINDOW_SECONDS, cut_windows
from eightcount_classifier.service.motions import read_body
from eightcount_classifier.service.video_features import VideoFeatures
from eightcount_classifier.training.generated_movements import generate_examples
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore

GENERATED = 20
"""Generated movements that are no dance, which every model of poses learns from besides the user's recordings."""
_FRAME_NOTES = """\
## What it looks at

Twenty pictures of every four seconds, the middle square of each, through InceptionV3 with weights whose sha256 begins
with `{digits}`; it works with these weights only. The network sees everything in the picture: the room, the light, the
clothes and how many people there are tell one recording from another as well as the dance does. See the probe of one
still picture.
"""


class Recordings(Protocol):
    """Reads the items of a request."""

    @property
    def extra(self) -> tuple[Example[Any], ...]:
        """Examples that are trained on besides."""

    @property
    def notes(self) -> str:
        """For the card."""

    @property
    def share(self) -> float:
        """Part of the whole work that the reading is."""

    @property
    def made_with(self) -> str:
        """What the data depend on besides the request."""

    def read(self, item: classifier_pb2.TrainItem, cancel: CancelToken) -> Any:
        """The data of an item.

        Raises:
            EightcountError: it cannot be learned from.
        """


class PoseRecordings:
    """Motions."""

    notes = ""
    share = 0.0
    made_with = ""

    def __init__(self, store: ObjectStore, seed: int) -> None:
        self._store = store
        self._seed = seed

    @property
    def extra(self) -> tuple[Example[Any], ...]:
        """Generated movements that are no dance."""
        return generate_examples(GENERATED, seed=self._seed)

    def read(self, item: classifier_pb2.TrainItem, cancel: CancelToken) -> BodyMotion:  # noqa: ARG002 - a moment's work
        """A motion in which the dancer is seen for long enough."""
        body = read_body(self._store, item.motion_uri, beats_seconds=item.beats_seconds)
        if not cut_windows(body).seen.any():
            raise InvalidInputError(
                f"the dancer must be seen for {WINDOW_SECONDS:.0f} s on end; got {body.seconds_seen:.1f} s in all",
                reason="TOO_SHORT",
            )
        return body


class FrameRecordings:
    """Videos, through the backbone."""

    extra = ()
    share = 0.5

    def __init__(self, store: ObjectStore, backbone: Backbone) -> None:
        self._films = VideoFeatures(store, backbone)
        self.made_with = backbone.sha256
        self.notes = _FRAME_NOTES.format(digits=backbone.sha256[:12])

    def read(self, item: classifier_pb2.TrainItem, cancel: CancelToken) -> FrameFeatures:
        """A video that is long enough."""
        if not item.video_uri:
            raise InvalidInputError("a family of frames wants a video, got none", reason="WANTS_VIDEO")
        film = self._films.read(item.video_uri, check=cancel.check)
        if film.seconds < WINDOW_SECONDS:
            raise InvalidInputError(
                f"the video is {film.seconds:.1f} s long; {WINDOW_SECONDS:.0f} s are needed", reason="TOO_SHORT"
            )
        return film
