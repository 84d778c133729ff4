"""What to change: scores for every joint and count, the worst moments, feedback, and the picture of it."""
