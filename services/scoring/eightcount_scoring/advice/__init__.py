"""What the dancer is told: moments, feedback, warnings."""
