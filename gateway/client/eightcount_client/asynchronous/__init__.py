"""The asynchronous client's transport and collections."""
