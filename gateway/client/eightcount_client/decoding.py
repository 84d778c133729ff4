"""JSON into frozen dataclasses and back. Unknown fields are tolerated, so that an older client reads a newer server."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from eightcount_client.errors import UnexpectedResponseError

T = TypeVar("T")
RAW = "raw"
"""A field of this name takes the JSON object as it came, with the fields that the class does not know."""


def decode(kind: type[T], body: object, *, where: str = "") -> T:
    """Return the dataclass `kind` with the values of a JSON object.

    Raises:
        UnexpectedResponseError: a field is missing or has another type.
    """
    where = where or kind.__name__
    if not isinstance(body, Mapping):
        raise _wrong_type(where, "an object", body)
    values: dict[str, Any] = {}
    for name, hint, required in _fields(kind):  # type: ignore[arg-type]
        if name == RAW:
            values[name] = dict(body)
        elif name in body:
            values[name] = _value(hint, body[name], f"{where}.{name}")
        elif required:
            raise UnexpectedResponseError(f"the server's answer has no field {where}.{name}")
    return kind(**values)


def encode(request: object) -> dict[str, Any]:
    """Return a request dataclass as a JSON object without the fields that are None: the server has their defaults."""
    return cast("dict[str, Any]", _encode_value(request))


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Return name, type and whether it is required, of each field."""
    hints = get_type_hints(kind)
    missing = dataclasses.MISSING
    return tuple(
        (field.name, hints[field.name], field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(kind)
    )


def _value(hint: Any, value: object, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin in (Union, types.UnionType):
        return None if value is None else _value(next(one for one in arguments if one is not type(None)), value, where)
    if origin is tuple:
        return tuple(_value(arguments[0], one, f"{where}[{index}]") for index, one in enumerate(_list(value, where)))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise _wrong_type(where, "an object", value)
        return {str(key): _value(arguments[1], one, f"{where}.{key}") for key, one in value.items()}
    if dataclasses.is_dataclass(hint):
        return decode(cast("type[Any]", hint), value, where=where)
    return _scalar(str if origin is Literal else hint, value, where)


def _scalar(hint: type, value: object, where: str) -> Any:
    if hint is datetime and isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise _wrong_type(where, "a date and time", value) from None
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise _wrong_type(where, hint.__name__, value)
    return value


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise _wrong_type(where, "a list", value)
    return value


def _encode_value(value: object) -> object:
    if dataclasses.is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: _encode_value(one) for name, one in pairs if one is not None}
    if isinstance(value, (list, tuple)):
        return [_encode_value(one) for one in value]
    return value


def _wrong_type(where: str, expected: str, given: object) -> UnexpectedResponseError:
    return UnexpectedResponseError(f"the server's answer has {type(given).__name__} at {where}; {expected} is expected")
