"""The `eightcount` command."""

from eightcount_client.cli.application import main

__all__ = ["main"]
