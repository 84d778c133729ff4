"""Names the style of a dance, and learns new ones."""
