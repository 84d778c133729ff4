"""A comparison to try: a real dancer, a take with planted mistakes, and a check that they are found."""
