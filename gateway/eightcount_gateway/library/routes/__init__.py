"""The routes of the stored resources."""
