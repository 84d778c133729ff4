"""The kinds of jobs and of other resources: for each its request, its job, its result, and its record."""
