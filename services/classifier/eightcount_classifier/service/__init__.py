"""The gRPC service around the classifier: servicer, codec, model registry over the object store, and trainings."""
