"""One request of the API, and how its answer is read."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx

from eightcount_client.decoding import decode
from eightcount_client.errors import UnexpectedResponseError
from eightcount_client.kinds.devices import Invitation

T = TypeVar("T")
Params = Mapping[str, str | int | bool | list[str]]

_OTHER_READ_SECONDS = 660.0
"""An alignment is answered when it is finished."""
_CANCEL_SECONDS = 10.0
_REPLAY_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request and the reader of its answer.

    Attributes:
        repeatable: whether it can be sent again when nobody knows if it arrived.
        accepted: statuses besides those of success that `read` takes.
        read_seconds: how long the server may take to answer; None for the client's setting.
        attempts: how often it is sent at most; None for the client's setting.
    """

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    json: Any = None
    params: Params = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = False
    accepted: tuple[int, ...] = ()
    read_seconds: float | None = None
    attempts: int | None = None


def get(path: str, kind: type[T], params: Params | None = None) -> Call[T]:
    """Return a call that reads a resource."""
    return Call("GET", path, lambda response: decode(kind, json_of(response)), params=params or {}, repeatable=True)


def get_json(path: str, params: Params | None = None) -> Call[Any]:
    """Return a call that reads any JSON."""
    return Call("GET", path, json_of, params=params or {}, repeatable=True)


def create(path: str, body: object, kind: type[T]) -> Call[T]:
    """Return a call that creates a resource; its Idempotency-Key lets it be sent again without harm."""
    return Call(
        "POST", path, lambda response: decode(kind, json_of(response)),
        json=body, headers=idempotency_header(), repeatable=True,
    )  # fmt: skip


def invite_device() -> Call[Invitation]:
    """Return a call that invites a device; one that was lost is forgotten by the server after a while."""
    return Call(
        "POST", "/v1/devices/invitations", lambda response: decode(Invitation, json_of(response)), repeatable=True
    )  # fmt: skip


def replay(creation: Call[T]) -> Call[T]:
    """Return a call that asks for what a creation made whose answer was lost to an interruption.

    It has the same Idempotency-Key, so that nothing is created twice, and is not waited for long.
    """
    return replace(creation, read_seconds=_CANCEL_SECONDS, attempts=_REPLAY_ATTEMPTS)


def compute(path: str, body: object, kind: type[T]) -> Call[T]:
    """Return a call that is answered with the result itself, which may take minutes."""
    return Call(
        "POST", path, lambda response: decode(kind, json_of(response)),
        json=body, repeatable=True, read_seconds=_OTHER_READ_SECONDS,
    )  # fmt: skip


def cancel(path: str, kind: type[T]) -> Call[T]:
    """Return a call that cancels a job; it is not waited for long, as it follows an interruption."""
    return Call(
        "POST", f"{path}/cancel", lambda response: decode(kind, json_of(response)), read_seconds=_CANCEL_SECONDS
    )


def delete(path: str, kind: type[T], params: Params | None = None) -> Call[T]:
    """Return a call that deletes a resource."""
    return Call("DELETE", path, lambda response: decode(kind, json_of(response)), params=params or {})


def find_known_video(sha256: str, file_name: str, model: str | None) -> Call[str]:
    """Return the call that looks for a recording by its content; its result is an id, or empty."""
    body = {"sha256": sha256, "file_name": file_name} | ({"model": model} if model else {})
    missing = httpx.codes.NOT_FOUND
    return Call(
        "POST", "/v1/videos/known", lambda answer: "" if answer.status_code == missing else str(json_of(answer)["id"]),
        json=body, repeatable=True, accepted=(missing,),
    )  # fmt: skip


def delete_video_content(video_id: str) -> Call[None]:
    """Return the call that deletes a video and keeps what was found in it."""
    return Call("DELETE", f"{path_of('videos', video_id)}/content", lambda _: None)


def idempotency_header() -> dict[str, str]:
    """Return a header with a new Idempotency-Key."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def path_of(collection: str, *parts: str) -> str:
    """Return the path of a resource, with its id quoted."""
    return "/".join(["/v1", collection, *(quote(part, safe="") for part in parts)])


def json_of(response: httpx.Response) -> Any:
    """Return the JSON of an answer.

    Raises:
        UnexpectedResponseError: it has none.
    """
    try:
        return response.json()
    except ValueError:
        text = f"the server answered {response.request.method} {response.request.url.path} with no JSON"
        raise UnexpectedResponseError(f"{text}; is it Eightcount?") from None
