"""Video and audio files: read safely, decoded, scaled and written. Needs the extra `media` or `video`."""
