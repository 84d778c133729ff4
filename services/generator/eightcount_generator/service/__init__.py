"""The part of the generator that touches gRPC, protobuf messages or the object store."""
