"""Training of style models: objectives, cross-validation, and the pipeline from recordings to a model."""
