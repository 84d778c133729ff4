"""Keys of requests that are carried out once."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from eightcount_common.errors import ConflictError
from eightcount_gateway.http import idempotency
from eightcount_gateway.http.idempotency import IdempotencyKeys, StoredAnswer
from eightcount_gateway.jobs.database import open_database

ANSWER = StoredAnswer("print", 201, "/v1/videos/abc", "{}")


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return open_database(f"sqlite:///{tmp_path / 'jobs.sqlite'}")


@pytest.fixture
def keys(engine: sa.Engine) -> IdempotencyKeys:
    return IdempotencyKeys(engine, executor="here")


def test_a_key_is_claimed_once_and_then_has_its_answer(keys):
    assert keys.claim("k") is None
    with pytest.raises(ConflictError) as caught:
        keys.claim("k")
    assert caught.value.reason == "IDEMPOTENCY_KEY_IN_USE"
    keys.store("k", ANSWER)
    assert keys.claim("k") == ANSWER


def test_a_released_key_can_be_claimed_again(keys):
    keys.claim("k")
    keys.release("k")
    assert keys.claim("k") is None


def test_a_restart_releases_the_unanswered_keys_of_the_same_process_only(keys, engine):
    other = IdempotencyKeys(engine, executor="there")
    for name, of in (("mine", keys), ("theirs", other), ("answered", keys)):
        of.claim(name)
    keys.store("answered", ANSWER)
    IdempotencyKeys(engine, executor="here").release_abandoned()
    assert keys.claim("mine") is None
    assert keys.claim("answered") == ANSWER
    with pytest.raises(ConflictError):
        keys.claim("theirs")


def test_an_answer_is_forgotten_after_a_day_and_with_its_resource(keys, monkeypatch):
    now = 1e9
    monkeypatch.setattr(idempotency.time, "time", lambda: now)
    for name in ("old", "deleted"):
        keys.claim(name)
        keys.store(name, ANSWER if name == "deleted" else StoredAnswer("print", 201, "/v1/videos/other", "{}"))
    keys.forget(["abc"])
    assert keys.claim("deleted") is None
    now += idempotency.KEEP_SECONDS + 1
    assert keys.claim("old") is None
