"""How much of a dance is copied from known motions."""
