"""The client knows every collection and every field of the gateway's OpenAPI document."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import click
import pytest

from eightcount_client import Client
from eightcount_client.cli.commands.data import list_data
from eightcount_client.decoding import RAW
from eightcount_client.kinds.comparison import FrameErrors, SkeletonTrack
from eightcount_client.kinds.dance import MusicCounts
from eightcount_client.kinds.devices import Invitation
from eightcount_client.kinds.kind import JobKind, JobResource
from eightcount_client.values.alignments import Alignment, AlignmentRequest
from eightcount_client.values.deletions import Deletion
from tests.fakes.contract import document

OTHERS = {
    "DanceModel", "StyleModel",  # those with a card have more fields
    "DanceTrainingItem",  # fewer fields than an item of a style training
    "FieldError", "Problem",  # read by protocol/problems.py
    "JoinRequest",  # sent by a page
    "KnownVideoRequest",  # arguments of `find_known_video`
    "Health", "Readiness", "ReadinessProblem",  # for probes
    "StyleTrainingReport",  # `read_json` returns it as it is
}  # fmt: skip
"""Schemas without a class of their own."""


def resources() -> list[Any]:
    """Records of all collections."""
    with Client("http://127.0.0.1:9") as client:
        return [collection._resource for collection in client.collections.values()]


KINDS = [resource for resource in resources() if isinstance(resource, JobResource)]


def references(schema: object) -> list[str]:
    """Names of the schemas that a schema refers to."""
    return re.findall(r'"#/components/schemas/(\w+)"', json.dumps(schema))


def operation(method: str, path: str) -> dict[str, Any]:
    return document()["paths"][path][method]


def answer(method: str, path: str, status: str = "200") -> str:
    """Name of the schema of a successful answer."""
    (name,) = references(operation(method, path)["responses"][status]["content"]["application/json"])
    return name


def roots() -> Iterator[tuple[str, type]]:
    """Schemas and the classes that the client reads or writes them with."""
    paths = document()["paths"]
    for resource in resources():
        member = next((path for path in paths if re.fullmatch(rf"/v1/{resource.collection}/{{\w+}}", path)), "")
        if "get" in paths[member]:
            yield answer("get", member), resource.kind
    for kind in KINDS:
        yield references(operation("post", f"/v1/{kind.collection}")["requestBody"])[0], kind.request
        if isinstance(kind, JobKind):
            ending = f"}}/{kind.result_name}"
            (path,) = [path for path in paths if path.startswith(f"/v1/{kind.collection}/") and path.endswith(ending)]
            yield answer("get", path), kind.result
    yield from (("AlignmentRequest", AlignmentRequest), ("Alignment", Alignment), ("DeletionBody", Deletion))
    yield from (("FrameErrorsBody", FrameErrors), ("SkeletonTrackBody", SkeletonTrack))
    yield from (("MusicCounts", MusicCounts), ("InvitationBody", Invitation))


def dataclasses_of(hint: object) -> list[type]:
    """Dataclasses inside of a type hint."""
    return (
        [hint] if dataclasses.is_dataclass(hint) else [one for part in get_args(hint) for one in dataclasses_of(part)]
    )


def pairs() -> dict[str, type]:
    """Every schema that is reached, and its class."""
    found: dict[str, type] = {}
    waiting = list(roots())
    while waiting:
        name, kind = waiting.pop()
        if name in found:
            continue
        found[name] = kind
        hints = get_type_hints(kind)
        for field, schema in document()["components"]["schemas"][name]["properties"].items():
            waiting += zip(references(schema), dataclasses_of(hints.get(field)), strict=False)
    return found


@pytest.mark.parametrize(("name", "kind"), pairs().items(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_class_has_the_fields_of_its_schema(name, kind):
    fields = {field.name for field in dataclasses.fields(kind)} - {RAW}
    properties = set(document()["components"]["schemas"][name]["properties"])
    assert fields > properties if name in OTHERS else fields == properties


def test_every_schema_has_a_class():
    schemas = {name for name in document()["components"]["schemas"] if not name.startswith("Page_")}
    assert schemas - OTHERS - set(pairs()) == {"AddedStyle"}, "styles are listed and deleted by their name"


def test_every_collection_can_be_used_and_is_in_the_help_of_the_command():
    paths = document()["paths"]
    collections = {path.split("/")[2] for path, methods in paths.items() if path.count("/") == 2 and "get" in methods}
    with Client("http://127.0.0.1:9") as client:
        assert set(client.collections) == collections
        assert all(getattr(client, name.replace("-", "_")) is one for name, one in client.collections.items())
    help_text = list_data.get_help(click.Context(list_data))
    assert all(name in help_text for name in collections)
