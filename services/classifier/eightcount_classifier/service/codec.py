"""Between messages and the values of the core."""

from __future__ import annotations

from collections.abc import Sequence

from eightcount.classifier.v1 import classifier_pb2
from eightcount_classifier.dataset import Source
from eightcount_classifier.inference.classification import Classification, Prediction, Verdict, WindowPrediction
from eightcount_classifier.model import StyleModel
from eightcount_classifier.training.pipeline import Step
from eightcount_common.errors import EightcountError

_VERDICTS = {
    Verdict.STYLE: classifier_pb2.VERDICT_STYLE,
    Verdict.UNKNOWN: classifier_pb2.VERDICT_UNKNOWN,
    Verdict.NOT_A_DANCE: classifier_pb2.VERDICT_NOT_A_DANCE,
    Verdict.NOT_SEEN: classifier_pb2.VERDICT_NOT_SEEN,
}


def encode_window(window: WindowPrediction) -> classifier_pb2.Window:
    """The answer for a stretch of a motion."""
    return classifier_pb2.Window(
        start_seconds=window.start_seconds,
        end_seconds=window.end_seconds,
        probabilities=window.prediction.probabilities.tolist(),
        verdict=_VERDICTS[window.prediction.verdict],
        style=window.prediction.style,
    )


def encode_classification(
    model: StyleModel, classification: Classification, *, track_id: int
) -> classifier_pb2.Classification:
    """The answer for a whole motion."""
    whole = classification.whole
    return classifier_pb2.Classification(
        model=f"{model.name}/{model.version}",
        styles=model.labels.styles,
        probabilities=whole.probabilities.tolist(),
        verdict=_VERDICTS[whole.verdict],
        style=whole.style,
        message=describe_prediction(whole),
        windows=[encode_window(window) for window in classification.windows],
        track_id=track_id,
        novelty=whole.novelty,
    )


def describe_prediction(answer: Prediction) -> str:
    """The answer in a sentence."""
    if answer.verdict is Verdict.NOT_SEEN:
        return "The dancer was not seen for four seconds on end, which is the least that can be judged."
    if answer.verdict is Verdict.NOT_A_DANCE:
        return f"This does not look like a dance ({answer.probabilities[-1]:.0%} sure)."
    if answer.verdict is Verdict.UNKNOWN:
        why = "it is unlike anything the model was trained on" if answer.novelty > 1 else "no style stands out"
        return f"This looks like a dance of a style that the model does not know: {why}."
    return f"This looks like {answer.style} ({answer.probabilities[:-1].max():.0%} sure)."


def encode_model(model: StyleModel, *, shipped: bool) -> classifier_pb2.ModelInfo:
    """What is known of a model."""
    return classifier_pb2.ModelInfo(
        name=model.name,
        version=model.version,
        family=model.family.name,
        styles=model.labels.styles,
        shipped=shipped,
        balanced_accuracy=model.metadata.balanced_accuracy,
        card=model.metadata.card,
    )


def encode_unusable_model(name: str, error: EightcountError, *, family: str, shipped: bool) -> classifier_pb2.ModelInfo:
    """A model that cannot be used as things are; its card says why."""
    return classifier_pb2.ModelInfo(
        name=name, family=family, shipped=shipped, balanced_accuracy=float("nan"), card=error.message
    )


def encode_step(step: Step, *, done_before: float = 0.0) -> classifier_pb2.TrainResponse:
    """An epoch of a training, when a part of the whole work was done before the first one."""
    return classifier_pb2.TrainResponse(
        epoch=classifier_pb2.TrainEpoch(
            stage=step.stage,
            epoch=step.epoch.number,
            epochs=step.epoch.total,
            training_loss=step.epoch.training_loss,
            validation_loss=step.epoch.validation_loss,
            fraction_done=done_before + (1 - done_before) * step.fraction_done,
        )
    )


def encode_reading_progress(number: int, total: int, *, share: float) -> classifier_pb2.TrainResponse:
    """So many of the recordings of a training have been looked at, which is a share of the whole work."""
    return classifier_pb2.TrainResponse(
        epoch=classifier_pb2.TrainEpoch(
            stage="looking at the recordings",
            epoch=number,
            epochs=total,
            training_loss=float("nan"),
            validation_loss=float("nan"),
            fraction_done=share * number / total,
        )
    )


def decode_source(item: classifier_pb2.TrainItem) -> Source:
    """Where a recording comes from."""
    return Source(
        item.label or item.motion_uri or item.video_uri,
        take=item.take,
        performer=item.performer,
        choreography=item.choreography,
        music=item.music,
        camera=item.camera,
    )


def encode_prepared(
    used: int, rejected: Sequence[classifier_pb2.RejectedItem], kept_apart: Sequence[str], *, resumed_epoch: int
) -> classifier_pb2.TrainResponse:
    """How a training begins."""
    return classifier_pb2.TrainResponse(
        prepared=classifier_pb2.TrainPrepared(
            items_used=used, rejected=rejected, kept_apart=kept_apart, resumed_epoch=resumed_epoch
        )
    )
