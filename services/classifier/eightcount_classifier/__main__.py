"""Starts the classifier service: `python -m eightcount_classifier`."""

from __future__ import annotations

from eightcount_classifier.service.main import main

if __name__ == "__main__":
    main()
