"""The side-by-side video: both dancers in sync, with joints over their limit in red."""

from eightcount_scoring.rendering.scene import Caption, JointErrors, PoseTrack, RenderOptions, Scene
from eightcount_scoring.rendering.side_by_side import Progress, VideoFiles, render_side_by_side

__all__ = [
    "Caption",
    "JointErrors",
    "PoseTrack",
    "Progress",
    "RenderOptions",
    "Scene",
    "VideoFiles",
    "render_side_by_side",
]
