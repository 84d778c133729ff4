"""Tests of the code's structure: names, imports, the API, and the tables of kinds, services and engines."""
