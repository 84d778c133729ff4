"""Domain errors to gRPC statuses and back: the one table, and the details that travel beside the status.

A status carries `google.rpc.ErrorInfo` (the reason), and where they are known `google.rpc.BadRequest` (the fields that
violate a rule) and `google.rpc.RetryInfo` (when to try again).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import grpc
import grpc.aio
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from eightcount_common.errors import (
    BusyError,
    CancelledError,
    ConflictError,
    DeadlineExceededError,
    EightcountError,
    FieldViolation,
    InternalError,
    InvalidInputError,
    NotFoundError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
    UnusableMediaError,
)

M = TypeVar("M", bound=Message)

ERROR_DOMAIN = "eightcount"
STATUS_OF_ERROR: dict[type[EightcountError], grpc.StatusCode] = {
    InternalError: grpc.StatusCode.INTERNAL,
    InvalidInputError: grpc.StatusCode.INVALID_ARGUMENT,
    UnusableMediaError: grpc.StatusCode.FAILED_PRECONDITION,
    TooLargeError: grpc.StatusCode.OUT_OF_RANGE,
    NotFoundError: grpc.StatusCode.NOT_FOUND,
    ConflictError: grpc.StatusCode.ABORTED,
    UnauthenticatedError: grpc.StatusCode.UNAUTHENTICATED,
    BusyError: grpc.StatusCode.RESOURCE_EXHAUSTED,
    UnavailableError: grpc.StatusCode.UNAVAILABLE,
    DeadlineExceededError: grpc.StatusCode.DEADLINE_EXCEEDED,
    CancelledError: grpc.StatusCode.CANCELLED,
}
"""Error class -> gRPC status; a subclass has the status of its nearest ancestor."""
ERROR_OF_STATUS = {status: kind for kind, status in STATUS_OF_ERROR.items()}
"""gRPC status -> error class; a status that is not here is an `InternalError`."""
UNREACHABLE_RETRY_SECONDS = 5.0


def status_code(error: EightcountError) -> grpc.StatusCode:
    """Return the gRPC status of an error."""
    kinds = (kind for kind in type(error).__mro__ if kind in STATUS_OF_ERROR)
    return STATUS_OF_ERROR[next(kinds, InternalError)]


def encode_error(error: EightcountError) -> grpc.Status:
    """Return the gRPC status and details from which `decode_error` restores the error."""
    details: list[Message] = [error_details_pb2.ErrorInfo(reason=error.reason, domain=ERROR_DOMAIN)]
    if error.field_violations:
        violations = [
            error_details_pb2.BadRequest.FieldViolation(field=one.field, description=one.description)
            for one in error.field_violations
        ]
        details.append(error_details_pb2.BadRequest(field_violations=violations))
    if error.retry_after_seconds is not None:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromNanoseconds(round(error.retry_after_seconds * 1e9))
        details.append(retry)
    code: int = status_code(error).value[0]
    return rpc_status.to_status(
        status_pb2.Status(code=code, message=error.message, details=[_pack(detail) for detail in details])
    )


def decode_error(error: grpc.aio.AioRpcError) -> EightcountError:
    """Return the domain error of a failed call."""
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    kind = ERROR_OF_STATUS.get(error.code(), InternalError)
    details = list(status.details) if status else []
    info = _unpack(error_details_pb2.ErrorInfo(), details)
    if info is not None and info.domain == ERROR_DOMAIN:
        bad_request = _unpack(error_details_pb2.BadRequest(), details)
        retry = _unpack(error_details_pb2.RetryInfo(), details)
        violations = bad_request.field_violations if bad_request else ()
        return kind(
            error.details() or info.reason,
            reason=info.reason,
            field_violations=[FieldViolation(one.field, one.description) for one in violations],
            retry_after_seconds=retry.retry_delay.ToNanoseconds() / 1e9 if retry else None,
        )
    if kind is UnavailableError:
        return UnavailableError(
            "a service cannot be reached; try again later",
            reason="SERVICE_UNREACHABLE",
            retry_after_seconds=UNREACHABLE_RETRY_SECONDS,
        )
    return kind(error.details() or error.code().name)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise the domain error that the server raised in place of the transport's error.

    Raises:
        EightcountError: the call failed; the class tells whether a retry can help.
    """
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise decode_error(error) from error


def _pack(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed


def _unpack(message: M, details: Iterable[any_pb2.Any]) -> M | None:
    """Return the first detail of the message's type; None when there is none."""
    return next((message for detail in details if detail.Unpack(message)), None)
