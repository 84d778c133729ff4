"""Domain values of the pose service to messages, and requests to domain values."""

from __future__ import annotations

from eightcount.common.v1 import common_pb2
from eightcount.motion.v1 import motion_pb2
from eightcount.pose.v1 import pose_pb2
from eightcount_common.errors import FieldViolation, InvalidInputError
from eightcount_common.media.container import MediaInfo
from eightcount_common.media.presentation import ShownPart
from eightcount_common.rpc.wire import encode_chunk
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.extraction import Chunk, Event, Finished, Progress, Started
from eightcount_pose.models import Variant
from eightcount_pose.tracking.dancer_choice import DancerChoice

_VARIANTS: dict[int, Variant] = {
    pose_pb2.MODEL_VARIANT_LITE: Variant.LITE,
    pose_pb2.MODEL_VARIANT_FULL: Variant.FULL,
    pose_pb2.MODEL_VARIANT_HEAVY: Variant.HEAVY,
}


def decode_variant(variant: int, *, default: Variant) -> Variant:
    """Return the landmark network that a request names.

    Raises:
        InvalidInputError: the value is not in the enum (UNKNOWN_MODEL).
    """
    if variant == pose_pb2.MODEL_VARIANT_UNSPECIFIED:
        return default
    if variant not in _VARIANTS:
        message = f"the model variant must be LITE, FULL or HEAVY; got {variant}"
        raise InvalidInputError(
            message, reason="UNKNOWN_MODEL", field_violations=[FieldViolation("model_variant", message)]
        )
    return _VARIANTS[variant]


def decode_choice(
    request: pose_pb2.ProbeRequest | pose_pb2.DescribeModelRequest | pose_pb2.ExtractRequest,
) -> DancerChoice | None:
    """Return the choice of a dancer; None for the main dancer.

    Raises:
        InvalidInputError: the position or the time lies outside its range (INVALID_DANCER).
    """
    if not request.HasField("dancer"):
        return None
    dancer = request.dancer
    return DancerChoice(dancer.x, dancer.y, dancer.at_seconds).quantize()


def encode_video_info(info: MediaInfo) -> pose_pb2.VideoInfo:
    """Return the properties of a video as a message."""
    return pose_pb2.VideoInfo(
        container=info.container,
        video_codec=info.video_codec,
        audio_codec=info.audio_codec,
        width=info.width,
        height=info.height,
        rotation_degrees=info.rotation_degrees,
        nominal_frame_rate=info.nominal_frame_rate,
        duration_seconds=info.duration_seconds,
        frame_count=info.frame_count,
        shown_part=_encode_part(info.view.shown_part),
    )


def _encode_part(part: ShownPart | None) -> pose_pb2.ShownPart | None:
    return pose_pb2.ShownPart(left=part.left, top=part.top, width=part.width, height=part.height) if part else None


def encode_event(event: Event) -> pose_pb2.ExtractResponse:
    """Return one event of an extraction as a message."""
    match event:
        case Started():
            return pose_pb2.ExtractResponse(started=_encode_started(event))
        case Chunk():
            chunk = encode_chunk(event.motion, first_frame=event.first_frame, checkpoint=event.checkpoint)
            return pose_pb2.ExtractResponse(chunk=chunk)
        case Progress():
            progress = common_pb2.Progress(done=event.done, total=event.total)
            return pose_pb2.ExtractResponse(progress=progress)
        case Finished():
            return pose_pb2.ExtractResponse(finished=_encode_finished(event))


def _encode_started(event: Started) -> pose_pb2.ExtractStarted:
    video = event.video
    header = motion_pb2.MotionHeader(
        skeleton=motion_pb2.Skeleton(name=BLAZEPOSE_33.name, keypoints=BLAZEPOSE_33.keypoints),
        model=event.model,
        image_width=video.width,
        image_height=video.height,
        nominal_frame_rate=video.nominal_frame_rate,
        duration_seconds=video.duration_seconds,
    )
    return pose_pb2.ExtractStarted(header=header, video=encode_video_info(video))


def _encode_finished(event: Finished) -> pose_pb2.ExtractFinished:
    warnings = [common_pb2.Warning(reason=warning.reason, message=warning.message) for warning in event.warnings]
    return pose_pb2.ExtractFinished(
        frames=event.frames, frames_with_dancer=event.frames_with_dancer, warnings=warnings
    )  # fmt: skip
