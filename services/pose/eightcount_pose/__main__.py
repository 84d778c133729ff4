"""The pose service as a process: `python -m eightcount_pose`."""

from __future__ import annotations

from eightcount_pose.service.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
