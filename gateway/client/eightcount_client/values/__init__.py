"""Requests and answers of the API as frozen dataclasses."""
