"""`python -m eightcount_client.cli` is the `eightcount` command."""

from eightcount_client.cli.application import main

main()
