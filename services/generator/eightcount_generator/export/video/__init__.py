"""Renders a dance as a video: a mannequin on a floor, drawn on the CPU."""
