"""Evaluation of models: splits that do not leak, metrics, probes, report and card."""
