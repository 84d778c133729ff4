"""Clients of the gRPC services, one module a service."""
