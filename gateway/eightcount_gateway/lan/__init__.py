"""Phones and other devices in the same network: TLS by an authority of our own, and who is let in (docs/phones.md)."""
