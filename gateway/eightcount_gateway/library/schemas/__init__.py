"""The bodies of the stored resources."""
