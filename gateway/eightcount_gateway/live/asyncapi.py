"""The messages of live sessions as an AsyncAPI document: `python -m eightcount_gateway.live.asyncapi --out FILE`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from eightcount_gateway.live.messages import FinishMessage, ResumeMessage, ServerMessage, StartMessage
from eightcount_gateway.live.packets import MAX_PACKET_BYTES
from eightcount_gateway.live.route import PATH

_CLIENT = (StartMessage, ResumeMessage, FinishMessage)
_SCHEMAS = "#/components/schemas/"
_PACKET = "PacketMessage"
Json = dict[str, Any]


def build_document() -> Json:
    """Return the document (AsyncAPI 3.0)."""
    server: tuple[type[BaseModel], ...] = get_args(ServerMessage)
    models: tuple[type[BaseModel], ...] = (*_CLIENT, *server)
    schemas: Json = {}
    for model in models:
        schema = model.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}", mode="serialization")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    messages = {model.__name__: _describe(model) for model in models} | {_PACKET: _describe_packet()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Eightcount live sessions",
            "version": "1",
            "description": "A dancer in front of a camera: frames or keypoints in; poses, counts and a result out.",
        },
        "channels": {
            "live": {
                "address": PATH,
                "bindings": {"ws": {"method": "GET"}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "send": _operation("receive", [*(model.__name__ for model in _CLIENT), _PACKET]),
            "receive": _operation("send", [model.__name__ for model in server]),
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _describe(model: type[BaseModel]) -> Json:
    return {
        "name": get_args(model.model_fields["type"].annotation)[0],
        "summary": (model.__doc__ or "").strip(),
        "contentType": "application/json",
        "payload": {"$ref": f"{_SCHEMAS}{model.__name__}"},
    }


def _describe_packet() -> Json:
    from eightcount_gateway.live import packets

    return {
        "name": "packet",
        "summary": (packets.__doc__ or "").strip(),
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary", "maxLength": MAX_PACKET_BYTES},
    }


def _operation(action: str, names: list[str]) -> Json:
    """Return an operation from the server's point of view."""
    references = [{"$ref": f"#/channels/live/messages/{name}"} for name in names]
    return {"action": action, "channel": {"$ref": "#/channels/live"}, "messages": references}


def main() -> int:
    """Write the document to a file or to standard output."""
    parser = argparse.ArgumentParser(description="Write the AsyncAPI document of live sessions.")
    parser.add_argument("--out", type=Path, help="file to write; standard output by default")
    out: Path | None = parser.parse_args().out
    text = json.dumps(build_document(), indent=2) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
