"""The models that come with the service, and how they were made."""
