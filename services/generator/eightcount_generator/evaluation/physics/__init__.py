"""Whether a dance is physically plausible: bones, feet, smoothness."""
