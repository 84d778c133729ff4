"""Conversion between messages and the values of the core."""

from __future__ import annotations

import math
from collections.abc import Sequence

from eightcount.classifier.v1 import classifier_pb2
from eightcount.models.v1 import models_pb2
from eightcount_classifier.dataset import Source
from eightcount_classifier.inference.classification import Classification, Prediction, Verdict, WindowPrediction
from eightcount_classifier.model import StyleModel
from eightcount_classifier.training.pipeline import TrainingProgress
from eightcount_common.errors import EightcountError
from eightcount_common.models.codec import encode_origin
from eightcount_common.models.registry import ModelOrigin
from eightcount_common.models.training_items import ItemRead

_VERDICTS = {
    Verdict.STYLE: classifier_pb2.VERDICT_STYLE,
    Verdict.UNKNOWN: classifier_pb2.VERDICT_UNKNOWN,
    Verdict.NOT_A_DANCE: classifier_pb2.VERDICT_NOT_A_DANCE,
    Verdict.NOT_SEEN: classifier_pb2.VERDICT_NOT_SEEN,
}
READING_STAGE = "reading the recordings"


def encode_window(window: WindowPrediction) -> classifier_pb2.Window:
    """Encode the prediction for a window."""
    return classifier_pb2.Window(
        start_seconds=window.start_seconds,
        end_seconds=window.end_seconds,
        probabilities=window.prediction.probabilities.tolist(),
        verdict=_VERDICTS[window.prediction.verdict],
        style=window.prediction.style or None,
    )


def encode_started(model: StyleModel) -> classifier_pb2.ClassifyStarted:
    """Encode the model with which a stream is classified."""
    return classifier_pb2.ClassifyStarted(
        model=models_pb2.ModelRef(name=model.name, version=model.version), styles=model.labels.styles
    )


def encode_classification(
    model: StyleModel, classification: Classification, *, track_id: int
) -> classifier_pb2.Classification:
    """Encode the classification of a whole motion."""
    whole = classification.whole
    return classifier_pb2.Classification(
        model=models_pb2.ModelRef(name=model.name, version=model.version),
        styles=model.labels.styles,
        probabilities=whole.probabilities.tolist(),
        verdict=_VERDICTS[whole.verdict],
        style=whole.style or None,
        message=describe_prediction(whole),
        windows=[encode_window(window) for window in classification.windows],
        track_id=track_id,
        novelty=whole.novelty,
    )


def describe_prediction(prediction: Prediction) -> str:
    """Return the prediction as a sentence for the dancer."""
    if prediction.verdict is Verdict.NOT_SEEN:
        return "The dancer was not visible for four seconds without interruption, the minimum for a classification."
    if prediction.verdict is Verdict.NOT_A_DANCE:
        return f"This does not look like a dance ({prediction.probabilities[-1]:.0%} sure)."
    if prediction.verdict is Verdict.UNKNOWN:
        why = "it is unlike anything that the model was trained on" if prediction.novelty > 1 else "no style stands out"
        return f"This looks like a dance of a style that the model does not know: {why}."
    return f"This looks like {prediction.style} ({prediction.probabilities[:-1].max():.0%} sure)."


def encode_model(
    model: StyleModel, *, origin: ModelOrigin, is_default: bool, size_bytes: int
) -> models_pb2.ModelInfo:  # fmt: skip
    """Encode the metadata of a model."""
    accuracy = model.metadata.balanced_accuracy
    return models_pb2.ModelInfo(
        name=model.name,
        version=model.version,
        family=model.family.name,
        styles=model.labels.styles,
        origin=encode_origin(origin),
        card=model.metadata.card,
        created_at_seconds=model.metadata.created_at_seconds,
        balanced_accuracy=None if math.isnan(accuracy) else accuracy,
        is_default=is_default,
        size_bytes=size_bytes,
    )


def encode_unusable_model(
    name: str, error: EightcountError, *, family: str, origin: ModelOrigin, is_default: bool, size_bytes: int
) -> models_pb2.ModelInfo:  # fmt: skip
    """Encode a model that cannot be used at present; its card gives the reason."""
    return models_pb2.ModelInfo(
        name=name, family=family, origin=encode_origin(origin), card=error.message, is_default=is_default,
        size_bytes=size_bytes,
    )  # fmt: skip


def encode_epoch(progress: TrainingProgress, *, share_before: float = 0.0) -> classifier_pb2.TrainResponse:
    """Encode a finished epoch; `share_before` is the fraction of the whole work before the first epoch."""
    epoch = progress.epoch
    return classifier_pb2.TrainResponse(
        epoch=classifier_pb2.TrainEpoch(
            stage=progress.stage,
            epoch=epoch.number,
            epochs=epoch.total,
            training_loss=epoch.training_loss,
            validation_loss=None if math.isnan(epoch.validation_loss) else epoch.validation_loss,
            fraction_done=share_before + (1 - share_before) * progress.fraction_done,
        )
    )


def encode_reading_progress(item: ItemRead, *, share: float) -> classifier_pb2.TrainResponse:
    """Encode the progress of reading the recordings; `share` is the fraction of the whole work that reading takes."""
    return classifier_pb2.TrainResponse(
        epoch=classifier_pb2.TrainEpoch(
            stage=READING_STAGE,
            epoch=item.number,
            epochs=item.total,
            training_loss=float("nan"),
            fraction_done=share * item.number / item.total,
        )
    )


def make_label(item: models_pb2.TrainingItem) -> str:
    """Return the name of a recording in reports."""
    return item.label or item.motion_uri or item.video_uri


def decode_source(item: models_pb2.TrainingItem) -> Source:
    """Decode the origin of a recording."""
    return Source(
        make_label(item),
        take=item.take,
        performer=item.performer,
        choreography=item.choreography,
        music=item.music,
        camera=item.camera,
    )


def encode_prepared(
    used: int, rejected: Sequence[models_pb2.RejectedItem], split_by: Sequence[str], *, resumed_epoch: int
) -> classifier_pb2.TrainResponse:
    """Encode the start of a training."""
    return classifier_pb2.TrainResponse(
        prepared=classifier_pb2.TrainPrepared(
            items_used=used, rejected=rejected, split_by=split_by, resumed_epoch=resumed_epoch or None
        )
    )
