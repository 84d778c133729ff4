"""Inputs of the models: standardised bodies, windows, kinematics, and features of video frames."""
