"""Classifications: the style of a dance."""
