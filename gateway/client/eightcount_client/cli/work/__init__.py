"""What the commands do with a server. No terminal in here but the progress display."""
