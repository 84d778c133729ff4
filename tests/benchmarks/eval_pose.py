"""Accuracy of the poses against four calibrated cameras and images annotated by people: `make eval-pose`.

Needs the folder of evaluation media (`EIGHTCOUNT_EVAL_MEDIA`), which is not part of the project. MediaPipe's Pose
Landmarker (heavy, video mode) is measured beside ours. The truth in space is triangulated from MediaPipe's keypoints of
single frames, without tracking and smoothing: no part of it comes from either of the two pipelines, but the network is
the same, so errors of the network that are alike in all four views are not seen.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from tests.benchmarks.annotated import as_video, read_annotated
from tests.benchmarks.cameras import read_qualisys, reprojection_errors
from tests.benchmarks.pose_measures import (
    ANGLES,
    BODY,
    Spread,
    angle_deg,
    bone_variation,
    centre_on_hips,
    delay_seconds,
    find_still_joints,
    fit_similarity,
    jitter,
    share_within,
)
from tests.benchmarks.pose_motions import Estimators, Motion, empty_motion
from tests.benchmarks.pose_scene import MAN_LATE_FRAMES, Scene, Views, is_on_man, triangulate_views
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
Array = NDArray[np.float64]
Pair = tuple[Views, Views]
"""Views of our estimator and of the peer."""

CLIPS = "open/video/pose2sim_multicam"
CAMERAS = ("cam01", "cam02", "cam03", "cam04")
PCK_TORSOS = 0.2
POSITIONS = "% of the torso, median / mean / 90th percentile"
SPACES = "mm, median / mean / 90th percentile"


def position_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Return the rows about the keypoints in the image."""

    def compare_to_own(views: Views) -> Spread:
        image, visibility = views.image[:, :, BODY], views.visibility[:, :, BODY]
        return Spread.of(scene.percent(reprojection_errors(scene.cameras, image, visibility)))

    def compare(points: Array, views: Views) -> Spread:
        expected = np.stack([camera.project(points) for camera in scene.cameras])
        return Spread.of(scene.percent(np.linalg.norm(views.image - expected, axis=-1)[:, :, BODY]))

    our_points, peer_points = (triangulate_views(scene.cameras, views) for views in (ours, peer))
    return [
        _less(f"error against the truth, {POSITIONS}", compare(scene.points, ours), compare(scene.points, peer)),
        _less(f"error against the own other three cameras, {POSITIONS}", compare_to_own(ours), compare_to_own(peer)),
        _less(
            f"error against the other's four cameras, {POSITIONS}",
            compare(peer_points, ours),
            compare(our_points, peer),
        ),
    ]


def space_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Return the rows about the world keypoints."""

    def hip_centred_error(views: Views) -> Spread:
        return Spread.of(1000 * np.linalg.norm(centre_on_hips(views.world) - scene.seen, axis=-1)[..., BODY])

    def procrustes(views: Views) -> Spread:
        found = views.found
        points, truth = views.world[found][:, BODY], scene.seen[found][:, BODY]
        return Spread.of(1000 * np.linalg.norm(fit_similarity(points, truth) - truth, axis=-1))

    def bones(views: Views) -> float:
        return 100 * float(np.mean([bone_variation(view) for view in views.world]))

    truth = 100 * bone_variation(scene.points)
    return [
        _less(f"world keypoints, hips on hips, {SPACES}", hip_centred_error(ours), hip_centred_error(peer), digits=0),
        _less(f"world keypoints, rotated and scaled to fit, {SPACES}", procrustes(ours), procrustes(peer), digits=0),
        _less(f"length of a limb's bone varies by, % (truth {truth:.1f})", bones(ours), bones(peer)),
    ]


def angle_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Return the rows about the inner angles of joints, in space and in the image."""
    rows = []
    for where, name_of, truth in (("in space", "world", scene.seen), ("in the image", "image", scene.image)):
        for joint in ANGLES:
            wanted = angle_deg(truth, joint)
            apart = [np.abs(angle_deg(getattr(views, name_of), joint) - wanted) for views in (ours, peer)]
            rows.append(_less(f"angle of the {joint} {where}, degrees, median", *map(_median, apart)))
    return rows


def time_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Return the rows about steadiness and delay."""
    rests = find_still_joints(scene.points, scene.frame_rate)[:, BODY]

    def shaking(views: Views) -> float:
        shakes = [
            jitter(view[:, BODY] / torso, rests, scene.frame_rate)
            for view, torso in zip(views.image, scene.torsos, strict=True)
        ]
        return float(np.mean(shakes))

    def delay(views: Views) -> float:
        late = [
            delay_seconds(view[:, BODY], truth[:, BODY], scene.frame_rate)
            for view, truth in zip(views.image, scene.image, strict=True)
        ]
        return 1000 * float(np.mean(late))

    mine, other = delay(ours), delay(peer)
    met = abs(mine) <= abs(other)
    return [
        _less("acceleration of joints at rest, torsos / s2", shaking(ours), shaking(peer)),
        Row("delay behind single frames, ms", f"{mine:+.1f}", f"{other:+.1f}", "<= peer", met),
    ]


def presence_rows(scene: Scene, one: Pair, two: Pair) -> list[Row]:
    """Return the rows about who was found, in the one-person and in the two-person clips."""

    def share(views: Views) -> float:
        return 100 * float(views.found.mean())

    def share_on_longest(views: Views) -> float:
        his, found = is_on_man(scene, views), views.found[:, MAN_LATE_FRAMES:]
        longest = np.maximum((found & his).sum(axis=1), (found & ~his).sum(axis=1))
        return 100 * float((longest / found.shape[1]).mean())

    def switches(views: Views) -> int:
        his, found = is_on_man(scene, views), views.found[:, MAN_LATE_FRAMES:]
        return sum(int(np.count_nonzero(np.diff(one[seen]))) for one, seen in zip(his, found, strict=True))

    return [
        _more("one person: frames with a pose, %", *map(share, one)),
        _more("two people: frames with a pose, %", *map(share, two)),
        _more("two people: frames on the person who is followed longest, %", *map(share_on_longest, two)),
        _less("two people: changes from one to the other, in four clips", *map(switches, two), digits=0),
    ]


def image_rows(media: Path, estimators: Estimators) -> list[Row]:
    """Return the rows about images that people have annotated."""
    hits: dict[str, list[float]] = {"ours": [], "peer": []}
    found = {"ours": 0, "peer": 0}
    images = read_annotated(media)
    for image in images:
        with tempfile.TemporaryDirectory() as folder:
            video = as_video(image.file, Path(folder))
            poses = {"ours": _extract_or_empty(estimators, video).image[0], "peer": estimators.peer(video).image[0]}
        for name, pose in poses.items():
            found[name] += bool(np.isfinite(pose[0, 0]))
        if all(np.isfinite(pose[0, 0]) for pose in poses.values()):
            for name, pose in poses.items():
                person, torso = image.nearest(pose)
                hits[name].append(100 * share_within(pose, person, PCK_TORSOS * torso))
    return [
        _more(f"{len(images)} annotated images: person found", found["ours"], found["peer"], digits=0),
        _more(
            f"joints within {PCK_TORSOS} torsos of the nearest annotated person, % (the {len(hits['ours'])} images "
            "where both found a person)", float(np.mean(hits["ours"])), float(np.mean(hits["peer"])),
        ),
    ]  # fmt: skip


def all_rows(media: Path, estimators: Estimators) -> list[Row]:
    """Return all rows."""
    cameras = read_qualisys(media / CLIPS / "SinglePerson/calibration/Calib.qca.txt")
    alone, together = (
        [media / CLIPS / clip / f"{name}.mp4" for name in CAMERAS] for clip in ("SinglePerson", "MultiPerson")
    )
    singles = [estimators.peer(video, stills=True) for video in alone]
    scene = Scene.of(cameras, Views.of(singles), 1 / float(np.median(np.diff(singles[0].timestamps))))
    one, two = (
        (Views.of([estimators.ours(video) for video in videos]), Views.of([estimators.peer(video) for video in videos]))
        for videos in (alone, together)
    )
    return [
        *position_rows(scene, *one), *angle_rows(scene, *one), *space_rows(scene, *one), *time_rows(scene, *one),
        *presence_rows(scene, one, two), *image_rows(media, estimators),
    ]  # fmt: skip


def _less(what: str, ours: float | Spread, peer: float | Spread, *, digits: int = 1) -> Row:
    mine, other = (value.median if isinstance(value, Spread) else value for value in (ours, peer))
    return Row(what, f"{ours:.{digits}f}", f"{peer:.{digits}f}", "<= peer", bool(mine <= other))


def _more(what: str, ours: float, peer: float, *, digits: int = 1) -> Row:
    return Row(what, f"{ours:.{digits}f}", f"{peer:.{digits}f}", ">= peer", bool(ours >= peer))


def _median(values: Array) -> float:
    return float(np.nanmedian(values))


def _extract_or_empty(estimators: Estimators, video: Path) -> Motion:
    try:
        return estimators.ours(video)
    except UnusableMediaError:
        return empty_motion()


def main() -> int:
    """Print the table; exit code 1 when the peer was better in a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--media", type=Path, default=os.environ.get("EIGHTCOUNT_EVAL_MEDIA", ROOT / "../shared/data/media")
    )
    parser.add_argument("--weights", type=Path, default=Path.home() / ".cache" / "eightcount" / "weights")
    options = parser.parse_args()
    media = Path(options.media)
    if not media.is_dir():
        print(f"no evaluation media at {media}: set EIGHTCOUNT_EVAL_MEDIA", file=sys.stderr)
        return 2
    rows = all_rows(media, Estimators(options.weights))
    publish("eval-pose", rows)
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
