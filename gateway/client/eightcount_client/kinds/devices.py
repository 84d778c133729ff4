"""Phones and other devices in the same network as a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eightcount_client.kinds.kind import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that has joined.

    Attributes:
        name: as it called itself.
    """

    id: str
    name: str
    created_at: datetime | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An address that one device opens to join.

    Attributes:
        url: good once, until `expires_at`.
        qr_code: the address as a QR code: rows of modules, 1 for a dark one.
        fingerprint: SHA-256 of the certificate that the device is asked to trust.
    """

    url: str
    qr_code: tuple[str, ...]
    expires_at: datetime | None = None
    fingerprint: str = ""
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


DEVICES = Resource("devices", Device)
