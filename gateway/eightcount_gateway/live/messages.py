"""The JSON messages of a live session, in both directions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from eightcount_common.errors import FieldViolation, InvalidInputError
from eightcount_gateway.http.schemas.base import Body, DancerBody, FieldError, Model, VideoId
from eightcount_gateway.http.schemas.classified import ClassificationResult, VerdictName
from eightcount_gateway.http.schemas.reports import ComparisonReport, TimelineEntry

MAX_TEXT_BYTES = 64 * 1024
MAX_SIDE = 1920


class StartMessage(Body):
    """Begins a session: the first message, unless a session is resumed."""

    type: Literal["start"]
    reference_video_id: VideoId | None = Field(
        None, description="the dance to copy; its motion must have been extracted. Without one nothing is scored"
    )
    reference_model: Model | None = Field(
        None,
        description="the pose network of the reference's motion; null: that of `model`, which is best, as two networks "
        "differ by what looks like mistakes",
    )
    reference_dancer: DancerBody | None = Field(None, description="the dancer whose motion was extracted")
    model: Model = Field("full", description="the pose network for the frames of the camera")
    mirrored: bool = Field(False, description="the dancer mirrors the reference, as one who faces a teacher does")
    styles: bool = Field(False, description="whether the style is named while the dancer dances")
    width: int = Field(ge=16, le=MAX_SIDE, description="of the frames, in pixels")
    height: int = Field(ge=16, le=MAX_SIDE)


class ResumeMessage(Body):
    """Takes up a session whose connection broke."""

    type: Literal["resume"]
    session: str = Field(max_length=64, description="from the message `ready`")


class FinishMessage(Body):
    """Ends the session; the result follows."""

    type: Literal["finish"]


ClientMessage = Annotated[StartMessage | ResumeMessage | FinishMessage, Field(discriminator="type")]
_CLIENT_MESSAGE: TypeAdapter[StartMessage | ResumeMessage | FinishMessage] = TypeAdapter(ClientMessage)


class ReadyMessage(BaseModel):
    """The session is open, or was taken up again: frames or keypoints may come."""

    type: Literal["ready"] = "ready"
    session: str = Field(description="with which the session can be resumed")
    resume_seconds: float = Field(description="for how long after the connection breaks")
    keypoints: list[str] = Field(description="names of the keypoints, in the order of `pose`")
    bones: list[tuple[int, int]] = Field(description="which of them are joined")
    joints: list[str] = Field(description="names of the joints, in the order of `states`")
    counts: list[TimelineEntry] = Field(description="the counts of the reference, without scores")


class PoseMessage(BaseModel):
    """The dancer in one frame, for clients that send frames."""

    type: Literal["pose"] = "pose"
    seconds: float
    keypoints: list[tuple[float, float, float]] | None = Field(
        description="x and y in pixels, visibility; null when nobody was found"
    )
    several_people: bool
    dropped: int = Field(description="number of frames so far that came too fast to be looked at")


class StatesMessage(BaseModel):
    """The joints at one pose."""

    type: Literal["states"] = "states"
    seconds: float
    reference_seconds: float
    multiples: list[float | None] = Field(description="above 1 the joint is wrong; null when it cannot be compared")


class CountMessage(BaseModel):
    """The score of a count; the first one may still change a little, the final one follows three seconds later."""

    type: Literal["count"] = "count"
    entry: TimelineEntry
    final: bool


class EightCountMessage(BaseModel):
    """Score, lateness and energy of an eight-count."""

    type: Literal["eight_count"] = "eight_count"
    eight_count: int
    end_s: float
    score: float | None
    timing_ms: float = Field(description="by how much most limbs were late; negative is early, 0 on time")
    energy: float | None = Field(description="range of motion as a multiple of the reference's")


class StyleMessage(BaseModel):
    """The style of the last few seconds."""

    type: Literal["style"] = "style"
    start_s: float
    end_s: float
    verdict: VerdictName
    style: str = Field(description="empty unless the verdict is `style`")
    probabilities: dict[str, float] | None = Field(description="null where the dancer was hardly visible")


class ResultMessage(BaseModel):
    """The end of a session."""

    type: Literal["result"] = "result"
    report: ComparisonReport | None = Field(description="null without a reference, or when too little was danced")
    style: ClassificationResult | None
    poses: int = Field(description="number of poses that were looked at")
    dropped: int


class ErrorMessage(BaseModel):
    """Something went wrong; when it is `fatal` the connection closes after it."""

    type: Literal["error"] = "error"
    reason: str
    detail: str
    errors: list[FieldError] = Field(default_factory=list)
    fatal: bool = True


ServerMessage = (
    ReadyMessage | PoseMessage | StatesMessage | CountMessage | EightCountMessage | StyleMessage | ResultMessage
    | ErrorMessage
)  # fmt: skip


def parse_message(text: str) -> StartMessage | ResumeMessage | FinishMessage:
    """Return the message of a client.

    Raises:
        InvalidInputError: INVALID_INPUT.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise InvalidInputError(f"a message may have at most {MAX_TEXT_BYTES} bytes")
    try:
        return _CLIENT_MESSAGE.validate_json(text)
    except ValidationError as error:
        violations = [
            FieldViolation(".".join(map(str, one["loc"][1:])) or "type", one["msg"]) for one in error.errors()
        ]
        raise InvalidInputError("the message is not one of a live session", field_violations=violations) from error
