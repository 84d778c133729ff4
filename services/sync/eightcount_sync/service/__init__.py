"""The gRPC service: everything that knows protobuf, gRPC or the object store."""
