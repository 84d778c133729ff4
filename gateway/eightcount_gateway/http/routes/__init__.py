"""Routes that belong to no kind of job and to no stored resource."""
