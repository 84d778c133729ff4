"""JSON documents and protobuf messages as objects of the store."""

from __future__ import annotations

import io
import json
from typing import Any

from google.protobuf.message import Message

from eightcount_common.rpc.wire import write_delimited
from eightcount_common.storage import ObjectStore


def encode_delimited(message: Message) -> bytes:
    """Return a message with its length before it, as in files of many messages."""
    file = io.BytesIO()
    write_delimited(file, message)
    return file.getvalue()


def write_json(store: ObjectStore, key: str, value: Any) -> None:
    """Write a value as JSON. Blocking."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    store.put(key, io.BytesIO(text.encode()), media_type="application/json")


def read_json(store: ObjectStore, key: str) -> Any:
    """Read what `write_json` wrote. Blocking.

    Raises:
        NotFoundError: there is no such object.
    """
    return json.loads(b"".join(store.read(key)))
