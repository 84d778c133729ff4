"""Bodies that every resource shares."""
