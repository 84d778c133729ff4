"""The work of the commands: calls of a server, without a terminal except for the progress display."""
