"""Ends the services when their supervisor is gone, however it went; a process of its own that needs nothing else.

Standard input tells which process groups live: `+ID` when one starts, `-ID` when one has ended. Its end means that the
supervisor is gone: what still lives gets SIGTERM and, after a while, SIGKILL. Works where PR_SET_PDEATHSIG does not
exist, and reaches the processes that a service started itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

GRACE_SECONDS = 15.0
_POLL_SECONDS = 0.1


def main() -> None:
    """Read until the supervisor is gone, then end what it left."""
    living: set[int] = set()
    for line in sys.stdin:
        (living.add if line[0] == "+" else living.discard)(int(line[1:]))
    _signal(living, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(_lives(group) for group in living):
        time.sleep(_POLL_SECONDS)
    _signal(living, signal.SIGKILL)


def _signal(groups: set[int], kind: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, kind)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
