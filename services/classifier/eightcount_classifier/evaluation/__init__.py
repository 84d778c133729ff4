"""How good a model is, and how much of it is the recording."""
