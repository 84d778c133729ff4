"""Video in, keypoints out: finds one dancer in every picture with BlazePose."""
