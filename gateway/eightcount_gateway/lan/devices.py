"""The devices that were invited and have joined. A device shows a secret in a cookie; only its hash is stored."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from eightcount_common.errors import NotFoundError, UnauthenticatedError
from eightcount_gateway.http.paging import Cursor
from eightcount_gateway.jobs.database import METADATA

INVITATION_SECONDS = 15 * 60.0
_KEY_BYTES = 16
_SECRET_BYTES = 32

DEVICES = sa.Table(
    "eightcount_devices",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("secret_hash", sa.String(64), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Device:
    """A device that has joined."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A key with which one device may join.

    Attributes:
        expires_at: from when on it is refused.
    """

    key: str
    expires_at: datetime


class Devices:
    """The devices of one server. Blocking, but for `find`, which every request from the network asks."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._invited: dict[str, float] = {}
        with engine.connect() as connection:
            rows = connection.execute(sa.select(DEVICES.c.secret_hash, DEVICES.c.id)).all()
        self._ids: dict[str, str] = {row.secret_hash: row.id for row in rows}

    def invite(self) -> Invitation:
        """Return a new invitation; it is forgotten when the server stops."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        now = time.time()
        with self._lock:
            self._invited = {hashed: until for hashed, until in self._invited.items() if until > now}
            self._invited[_hash(key)] = now + INVITATION_SECONDS
        return Invitation(key, datetime.fromtimestamp(now + INVITATION_SECONDS, UTC))

    def join(self, key: str, name: str) -> tuple[Device, str]:
        """Let a device in by an invitation, which is used up; return the device and its secret.

        Raises:
            UnauthenticatedError: INVITATION_UNKNOWN; there is no such invitation any more.
        """
        with self._lock:
            until = self._invited.pop(_hash(key), 0.0)
        if until < time.time():
            raise UnauthenticatedError(
                "this invitation was used before, is too old, or was made before a restart", reason="INVITATION_UNKNOWN"
            )
        secret, now, id_ = secrets.token_urlsafe(_SECRET_BYTES), round(time.time(), 6), uuid.uuid4().hex
        with self._engine.begin() as connection:
            connection.execute(
                sa.insert(DEVICES).values(id=id_, name=name, secret_hash=_hash(secret), created_at=now)
            )  # fmt: skip
        self._ids[_hash(secret)] = id_
        return Device(id_, name, datetime.fromtimestamp(now, UTC)), secret

    def find(self, secret: str) -> str | None:
        """Return the id of the device with this secret; None if there is none."""
        return self._ids.get(_hash(secret))

    def list(self, *, limit: int, after: Cursor | None) -> Sequence[Device]:
        """Return devices, newest first."""
        statement = sa.select(DEVICES).order_by(DEVICES.c.created_at.desc(), DEVICES.c.id.desc()).limit(limit)
        if after is not None:
            place = sa.tuple_(DEVICES.c.created_at, DEVICES.c.id)
            statement = statement.where(place < sa.tuple_(after.created_at, after.id))
        with self._engine.connect() as connection:
            return [_device(row) for row in connection.execute(statement).mappings()]

    def get(self, device_id: str) -> Device:
        """Return a device.

        Raises:
            NotFoundError: DEVICE_NOT_FOUND.
        """
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(DEVICES).where(DEVICES.c.id == device_id)).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"no device {device_id}", reason="DEVICE_NOT_FOUND")
        return _device(row)

    def remove(self, device_id: str) -> None:
        """Let a device in no longer."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(DEVICES).where(DEVICES.c.id == device_id))
        self._ids = {hashed: id_ for hashed, id_ in self._ids.items() if id_ != device_id}


def _device(row: sa.RowMapping) -> Device:
    return Device(row["id"], row["name"], datetime.fromtimestamp(row["created_at"], UTC))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
