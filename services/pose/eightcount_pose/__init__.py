"""The pose service: finds one dancer in every frame of a video with BlazePose and returns the keypoints."""
