"""Starts the generator service: `python -m eightcount_generator`."""

from __future__ import annotations

from eightcount_generator.service.main import main

if __name__ == "__main__":
    main()
