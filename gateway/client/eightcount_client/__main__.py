"""`python -m eightcount_client` is the `eightcount` command."""

from eightcount_client.cli import main

main()
