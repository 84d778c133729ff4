"""Following one dancer from frame to frame."""
