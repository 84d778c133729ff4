"""The pose network, the dancer and the motion that a job's request names."""

from __future__ import annotations

from eightcount_common.errors import ConflictError, InternalError
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.library.motions.refs import Dancer, MotionRef


def read_pose_model(job: Job) -> str:
    """Return the size of the pose network; `model` of a dance is its dance model."""
    return job.text("pose_model" if "pose_model" in job.request else "model")


def read_dancer(job: Job, role: str = "") -> Dancer | None:
    """Return the dancer to follow in the video of that role; None for the main dancer.

    Raises:
        InternalError: the request has something else in that field.
    """
    value = job.request.get(_field_of_role(role, "dancer"))
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InternalError(f"job request: a dancer with x, y and at_seconds is required; got {type(value).__name__}")
    return Dancer(**value)


def model_id_field(job: Job, role: str = "") -> str:
    """Return the field of the request that names the pose model; in a comparison every chosen dancer has one."""
    return _field_of_role(role, "model_id") if read_dancer(job, role) else "model_id"


def find_motion(job: Job, sha256: str, role: str = "") -> MotionRef:
    """Return the motion of a video that the job works with, in a comparison as `reference` or `take`.

    Raises:
        ConflictError: NOT_FINISHED; the pose service has not been asked yet.
    """
    model = job.request.get(model_id_field(job, role))
    if not isinstance(model, str):
        raise ConflictError(f"the job is {job.status}; the motion is not complete", reason="NOT_FINISHED")
    return MotionRef(sha256, read_pose_model(job), model, read_dancer(job, role))


def _field_of_role(role: str, name: str) -> str:
    return f"{role}_{name}" if role else name
