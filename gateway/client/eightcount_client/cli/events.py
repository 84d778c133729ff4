"""Server-sent events (WHATWG HTML, section 9.2) out of the lines of a response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """An event's name and data."""

    name: str
    data: str


def parse_events(lines: Iterable[str]) -> Iterator[ServerEvent]:
    """The events as they complete; comments (heartbeats) and unknown fields are skipped."""
    name, data = "message", list[str]()
    for line in lines:
        if not line:
            if data:
                yield ServerEvent(name, "\n".join(data))
            name, data = "message", []
            continue
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if key == "event":
            name = value
        elif key == "data":
            data.append(value)
