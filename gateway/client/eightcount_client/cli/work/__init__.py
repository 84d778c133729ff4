"""The work of the commands on a server. The progress display is their only access to the terminal."""
