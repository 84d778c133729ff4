"""The body that dances: its bones, how they turn, what they may not do."""
