"""Joint angles of both dancers, in comparable form."""
