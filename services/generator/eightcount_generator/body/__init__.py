"""The body that dances: its skeleton, kinematics, fitting to recordings, and post-processing."""
