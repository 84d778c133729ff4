"""The kinds of job, one folder each."""
