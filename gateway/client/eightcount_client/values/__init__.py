"""Requests and responses of the API as frozen dataclasses."""
