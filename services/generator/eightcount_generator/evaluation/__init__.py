"""How good a dance is: the measures of the field, each with what chance would score."""
