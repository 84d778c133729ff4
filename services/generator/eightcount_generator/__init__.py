"""Music in, a dance out."""
