"""Write `.env` beside this file with fresh random secrets for compose.yaml; an existing file is kept."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

TARGET = Path(__file__).resolve().with_name(".env")


def new_secrets() -> str:
    """Return the lines of an env file. The secrets are hexadecimal, so that a password needs no quoting in a URL."""
    return (
        "EIGHTCOUNT_STORE_S3_ACCESS_KEY=eightcount\n"
        f"EIGHTCOUNT_STORE_S3_SECRET_KEY={secrets.token_hex(24)}\n"
        f"POSTGRES_PASSWORD={secrets.token_hex(24)}\n"
        "# Keys that clients of the gateway must present, separated by commas; none is required when empty.\n"
        "EIGHTCOUNT_GATEWAY_API_KEYS=\n"
    )


def write(target: Path = TARGET) -> bool:
    """Write a file that only its owner can read; return False when it exists already."""
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as file:
        file.write(new_secrets())
    return True


if __name__ == "__main__":
    print(f"wrote {TARGET}" if write() else f"kept {TARGET}")  # noqa: T201 - this is a command
