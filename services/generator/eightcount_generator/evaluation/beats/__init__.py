"""How well a dance keeps the beat of its music."""
