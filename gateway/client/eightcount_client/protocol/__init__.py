"""The protocol without input or output: both clients build their calls and read their answers here."""
