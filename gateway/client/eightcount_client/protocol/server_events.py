"""Server-sent events (WHATWG HTML, section 9.2) out of the lines of a response."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event; `id` is the last one that the stream named."""

    name: str
    data: str
    id: str = ""


@dataclass(slots=True)
class EventParser:
    """Collects lines into events; comments (heartbeats) and unknown fields are skipped."""

    _name: str = "message"
    _id: str = ""
    _data: list[str] = field(default_factory=list)

    def read_line(self, line: str) -> ServerEvent | None:
        """Return the event that this line completes."""
        if line:
            self._read_field(line)
            return None
        event = ServerEvent(self._name, "\n".join(self._data), self._id) if self._data else None
        self._name, self._data = "message", []
        return event

    def _read_field(self, line: str) -> None:
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if key == "event":
            self._name = value
        elif key == "data":
            self._data.append(value)
        elif key == "id":
            self._id = value
