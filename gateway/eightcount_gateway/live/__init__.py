"""Live sessions: a dancer in front of a camera, over one WebSocket (docs/live.md)."""
