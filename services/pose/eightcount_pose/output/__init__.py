"""What leaves the core: smoothed rows, warnings and the preview video."""
