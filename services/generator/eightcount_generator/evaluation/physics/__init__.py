"""Physical plausibility: constant bones, foot contact, smoothness."""
