"""How good a dance is, as the field measures it."""
