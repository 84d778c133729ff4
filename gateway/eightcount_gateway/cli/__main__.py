"""`python -m eightcount_gateway.cli` is the `eightcount` command."""

from eightcount_gateway.cli.application import main

main()
