"""Detection of a take that is a mirror image of the reference."""

from __future__ import annotations

from eightcount_scoring.angles.joint_angles import JointAngles
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.angles.mirroring import mirror_angles
from eightcount_scoring.frame_blocks import blocks
from eightcount_scoring.running_mean import RunningMean
from eightcount_scoring.score.posture_points import posture_points

MIRROR_MARGIN = 0.05
"""Points by which the mirrored take must fit better to be reported; a judgement, not a measurement."""


def seems_mirrored(reference: JointAngles, take: JointAngles, scale: JointScale) -> bool:
    """Whether the mirrored take, on the common clock, fits the reference clearly better than the take itself."""
    unmirrored, mirrored = RunningMean(), RunningMean()
    for block in blocks(reference.seconds.size, margin=1):
        ours, theirs = reference[block.padded], take[block.padded]
        for fit, other in ((unmirrored, theirs), (mirrored, mirror_angles(theirs))):
            weights = ours.weights * other.weights * scale.importance
            fit.add(posture_points(ours, other, scale)[block.inner], weights[block.inner])
    return mirrored.overall_mean > unmirrored.overall_mean + MIRROR_MARGIN
