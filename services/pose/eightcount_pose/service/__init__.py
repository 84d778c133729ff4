"""The gRPC service around the core: servicer, codec and wiring."""
