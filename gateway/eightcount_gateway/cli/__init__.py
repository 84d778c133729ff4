"""The `eightcount` command."""

from eightcount_gateway.cli.application import main

__all__ = ["main"]
