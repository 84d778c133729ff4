"""The output of an extraction: smoothed rows, warnings and the preview video."""
