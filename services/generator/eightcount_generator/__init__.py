"""The generator service: generates dances to music, exports them, and trains dance models."""
