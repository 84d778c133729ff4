"""Distribution metrics: features of dances, FID and diversity."""
