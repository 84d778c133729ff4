"""`Idempotency-Key`: a creating request that is sent twice is carried out once (draft-ietf-httpapi-idempotency-key).

For 24 hours the same key with the same request gets the same answer; with another request it is refused. Compared are
the path and the value of the JSON body; of an upload the name and the content of its file, so that the file has to be
sent again. An answer that is an error is not kept: the key can be used again.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import Request
from fastapi.responses import Response

from eightcount_common.errors import ConflictError, FieldViolation, InvalidInputError
from eightcount_gateway.http.errors import KeyReusedError
from eightcount_gateway.jobs.database import METADATA

HEADER = "Idempotency-Key"
KEEP_SECONDS = 24 * 3600.0
_ABANDONED_SECONDS = 3600.0
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

TABLE = sa.Table(
    "eightcount_idempotency_keys",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("executor", sa.String(128), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False, index=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, default=""),
    sa.Column("status", sa.Integer),
    sa.Column("location", sa.Text, nullable=False, default=""),
    sa.Column("resource_id", sa.String(64), nullable=False, default="", index=True),
    sa.Column("body", sa.Text, nullable=False, default=""),
)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer that a key got, and the fingerprint of its request."""

    fingerprint: str
    status: int
    location: str
    body: str


class IdempotencyKeys:
    """Keys and their answers in the gateway's database. Blocking, but for `forget_async`."""

    def __init__(self, engine: sa.Engine, *, executor: str) -> None:
        self._engine = engine
        self._executor = executor

    def release_abandoned(self) -> None:
        """Release the keys of requests that an earlier process of this name did not finish."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(TABLE).where(TABLE.c.executor == self._executor, TABLE.c.status.is_(None)))

    def claim(self, key: str) -> StoredAnswer | None:
        """Claim a key for a request; return the answer if it has one already.

        Raises:
            ConflictError: IDEMPOTENCY_KEY_IN_USE; a request with this key is still being answered.
        """
        now = time.time()
        hashed = _hash(key)
        expired = sa.or_(
            TABLE.c.created_at < now - KEEP_SECONDS,
            sa.and_(TABLE.c.status.is_(None), TABLE.c.created_at < now - _ABANDONED_SECONDS),
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(TABLE).where(expired))
                connection.execute(sa.insert(TABLE).values(key=hashed, executor=self._executor, created_at=now))
        except sa.exc.IntegrityError:
            return self._answer(hashed)
        return None

    def store(self, key: str, answer: StoredAnswer) -> None:
        """Keep the answer of a claimed key."""
        values = {
            "fingerprint": answer.fingerprint,
            "status": answer.status,
            "location": answer.location,
            "resource_id": answer.location.rpartition("/")[2],
            "body": answer.body,
        }
        with self._engine.begin() as connection:
            connection.execute(sa.update(TABLE).where(TABLE.c.key == _hash(key)).values(values))

    def release(self, key: str) -> None:
        """Give up a claimed key, so that it can be used again."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(TABLE).where(TABLE.c.key == _hash(key)))

    def forget(self, resource_ids: Sequence[str]) -> None:
        """Forget the answers that created these resources."""
        if resource_ids:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(TABLE).where(TABLE.c.resource_id.in_(list(resource_ids))))

    async def forget_async(self, resource_ids: Sequence[str]) -> None:
        """As `forget`, from the event loop."""
        await asyncio.to_thread(self.forget, resource_ids)

    def _answer(self, hashed: str) -> StoredAnswer:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(TABLE).where(TABLE.c.key == hashed)).mappings().one_or_none()
        if row is None or row["status"] is None:
            raise ConflictError(
                "a request with this Idempotency-Key is still being answered",
                reason="IDEMPOTENCY_KEY_IN_USE", retry_after_seconds=1.0,
            )  # fmt: skip
        return StoredAnswer(row["fingerprint"], row["status"], row["location"], row["body"])


async def answer_once(
    keys: IdempotencyKeys,
    key: str,
    request: Request,
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
    read_fingerprint: Callable[[Request], Coroutine[Any, Any, str]],
) -> Response:
    """Answer a creating request, or give the answer that the same request got before.

    Raises:
        InvalidInputError: the key is not 1 to 255 visible ASCII characters.
        ConflictError: IDEMPOTENCY_KEY_IN_USE.
        KeyReusedError: the key came with another request before.
    """
    if not _KEY.fullmatch(key):
        rule = "1 to 255 visible ASCII characters are required"
        raise InvalidInputError(f"{HEADER}: {rule}", field_violations=[FieldViolation(HEADER, rule)])
    stored = await asyncio.to_thread(keys.claim, key)
    if stored is not None:
        if stored.fingerprint != _hash(f"{request.url.path}\n{await read_fingerprint(request)}"):
            raise KeyReusedError(f"this {HEADER} was sent before with another request")
        return _replay(stored)
    try:
        response = await handle(request)
    except BaseException:
        await asyncio.shield(asyncio.to_thread(keys.release, key))
        raise
    if response.status_code >= 300:
        await asyncio.to_thread(keys.release, key)
        return response
    fingerprint = _hash(f"{request.url.path}\n{await read_fingerprint(request)}")
    answer = StoredAnswer(
        fingerprint, response.status_code, response.headers.get("location", ""), bytes(response.body).decode()
    )
    await asyncio.to_thread(keys.store, key, answer)
    return response


def _replay(stored: StoredAnswer) -> Response:
    headers = {"Location": stored.location} if stored.location else {}
    return Response(
        stored.body, stored.status, headers={**headers, "Idempotency-Replayed": "true"}, media_type="application/json"
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
