"""Tests of the code's structure: names, size, imports, and the tables in which kinds, services and engines are registered."""
