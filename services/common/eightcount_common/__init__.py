"""Shared by every Eightcount service: motion values, errors, storage, media, RPC and training."""
