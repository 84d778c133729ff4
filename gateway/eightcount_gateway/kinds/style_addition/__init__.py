"""Style additions: a style for the few-shot model."""
