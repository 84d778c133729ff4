"""The synchronous client's transport and collections."""
