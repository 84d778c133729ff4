"""People in one frame: decoding what the networks give."""
