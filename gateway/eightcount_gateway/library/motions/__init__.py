"""Motions: extraction, storage under the content they were extracted from, import from files, and export."""
