"""Durable jobs: comparisons and extractions that survive the death of the gateway."""
