"""How the distribution of a set of dances compares with recorded ones: FID and diversity."""
