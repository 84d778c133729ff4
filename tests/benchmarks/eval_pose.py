"""How right are the poses? Four calibrated cameras and pictures marked by people are the truth: `make eval-pose`.

Needs the folder of evaluation media (`EIGHTCOUNT_EVAL_MEDIA`), which is not part of the project. MediaPipe's Pose
Landmarker (heavy, video mode) is judged beside us. The truth in space is triangulated from MediaPipe's keypoints of
single pictures, neither tracked nor smoothed: no part of it comes from either of the two pipelines, but the network is
the same, so that what the network itself gets wrong in all four views alike stays unseen.
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
from tests.benchmarks.cameras import judged_by_the_others, read_qualisys
from tests.benchmarks.pose_measures import (
    ANGLES,
    BODY,
    Spread,
    angle_deg,
    bone_variation,
    centred,
    delay_seconds,
    jitter,
    share_within,
    similar,
    still,
)
from tests.benchmarks.pose_motions import Estimators, Motion, nobody
from tests.benchmarks.pose_scene import MAN_LATE_FRAMES, Scene, Views, on_the_man, triangulated
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
Array = NDArray[np.float64]
Pair = tuple[Views, Views]
"""Ours and the peer's."""

CLIPS = "open/video/pose2sim_multicam"
CAMERAS = ("cam01", "cam02", "cam03", "cam04")
PCK_TORSOS = 0.2
PLACES = "% of the torso, median / mean / 90th percentile"
SPACES = "mm, median / mean / 90th percentile"


def place_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Rows about the keypoints in the picture."""

    def by_others(views: Views) -> Spread:
        image, visibility = views.image[:, :, BODY], views.visibility[:, :, BODY]
        return Spread.of(scene.percent(judged_by_the_others(scene.cameras, image, visibility)))

    def by(points: Array, views: Views) -> Spread:
        expected = np.stack([camera.project(points) for camera in scene.cameras])
        return Spread.of(scene.percent(np.linalg.norm(views.image - expected, axis=-1)[:, :, BODY]))

    our_points, peer_points = (triangulated(scene.cameras, views) for views in (ours, peer))
    return [
        _less(f"miss, judged by the truth, {PLACES}", by(scene.points, ours), by(scene.points, peer)),
        _less(f"miss, judged by the own other three cameras, {PLACES}", by_others(ours), by_others(peer)),
        _less(f"miss, judged by the other's four cameras, {PLACES}", by(peer_points, ours), by(our_points, peer)),
    ]


def space_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Rows about the world keypoints."""

    def rooted(views: Views) -> Spread:
        return Spread.of(1000 * np.linalg.norm(centred(views.world) - scene.seen, axis=-1)[..., BODY])

    def procrustes(views: Views) -> Spread:
        found = views.found
        points, truth = views.world[found][:, BODY], scene.seen[found][:, BODY]
        return Spread.of(1000 * np.linalg.norm(similar(points, truth) - truth, axis=-1))

    def bones(views: Views) -> float:
        return 100 * float(np.mean([bone_variation(view) for view in views.world]))

    truth = 100 * bone_variation(scene.points)
    return [
        _less(f"world keypoints, hips on hips, {SPACES}", rooted(ours), rooted(peer), digits=0),
        _less(f"world keypoints, turned and scaled to fit, {SPACES}", procrustes(ours), procrustes(peer), digits=0),
        _less(f"length of a limb's bone varies by, % (truth {truth:.1f})", bones(ours), bones(peer)),
    ]


def angle_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Rows about the inner angles of joints, in space and in the picture."""
    rows = []
    for where, name_of, truth in (("in space", "world", scene.seen), ("in the picture", "image", scene.image)):
        for joint in ANGLES:
            wanted = angle_deg(truth, joint)
            apart = [np.abs(angle_deg(getattr(views, name_of), joint) - wanted) for views in (ours, peer)]
            rows.append(_less(f"angle of the {joint} {where}, degrees, median", *map(_median, apart)))
    return rows


def time_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Rows about steadiness and delay."""
    rests = still(scene.points, scene.frame_rate)[:, BODY]

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
        Row("delay behind single pictures, ms", f"{mine:+.1f}", f"{other:+.1f}", "<= peer", met),
    ]


def presence_rows(scene: Scene, one: Pair, two: Pair) -> list[Row]:
    """Rows about who was found, in the one-person and in the two-person clips."""

    def share(views: Views) -> float:
        return 100 * float(views.found.mean())

    def faithful(views: Views) -> float:
        his, found = on_the_man(scene, views), views.found[:, MAN_LATE_FRAMES:]
        longest = np.maximum((found & his).sum(axis=1), (found & ~his).sum(axis=1))
        return 100 * float((longest / found.shape[1]).mean())

    def switches(views: Views) -> int:
        his, found = on_the_man(scene, views), views.found[:, MAN_LATE_FRAMES:]
        return sum(int(np.count_nonzero(np.diff(one[seen]))) for one, seen in zip(his, found, strict=True))

    return [
        _more("one person: pictures with a pose, %", *map(share, one)),
        _more("two people: pictures with a pose, %", *map(share, two)),
        _more("two people: pictures on the person who is followed longest, %", *map(faithful, two)),
        _less("two people: changes from one to the other, in four clips", *map(switches, two), digits=0),
    ]


def picture_rows(media: Path, estimators: Estimators) -> list[Row]:
    """Rows about pictures that people have marked."""
    hits: dict[str, list[float]] = {"ours": [], "peer": []}
    found = {"ours": 0, "peer": 0}
    pictures = read_annotated(media)
    for picture in pictures:
        with tempfile.TemporaryDirectory() as folder:
            video = as_video(picture.file, Path(folder))
            poses = {"ours": _ours_or_nobody(estimators, video).image[0], "peer": estimators.peer(video).image[0]}
        for name, pose in poses.items():
            found[name] += bool(np.isfinite(pose[0, 0]))
        if all(np.isfinite(pose[0, 0]) for pose in poses.values()):
            for name, pose in poses.items():
                person, torso = picture.nearest(pose)
                hits[name].append(100 * share_within(pose, person, PCK_TORSOS * torso))
    return [
        _more(f"{len(pictures)} marked pictures: somebody found", found["ours"], found["peer"], digits=0),
        _more(
            f"joints within {PCK_TORSOS} torsos of the nearest marked person, % (the {len(hits['ours'])} pictures "
            "where both found somebody)", float(np.mean(hits["ours"])), float(np.mean(hits["peer"])),
        ),
    ]  # fmt: skip


def rows_of(media: Path, estimators: Estimators) -> list[Row]:
    """Every row."""
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
        *place_rows(scene, *one), *angle_rows(scene, *one), *space_rows(scene, *one), *time_rows(scene, *one),
        *presence_rows(scene, one, two), *picture_rows(media, estimators),
    ]  # fmt: skip


def _less(what: str, ours: float | Spread, peer: float | Spread, *, digits: int = 1) -> Row:
    mine, other = (value.median if isinstance(value, Spread) else value for value in (ours, peer))
    return Row(what, f"{ours:.{digits}f}", f"{peer:.{digits}f}", "<= peer", bool(mine <= other))


def _more(what: str, ours: float, peer: float, *, digits: int = 1) -> Row:
    return Row(what, f"{ours:.{digits}f}", f"{peer:.{digits}f}", ">= peer", bool(ours >= peer))


def _median(values: Array) -> float:
    return float(np.nanmedian(values))


def _ours_or_nobody(estimators: Estimators, video: Path) -> Motion:
    try:
        return estimators.ours(video)
    except UnusableMediaError:
        return nobody()


def main() -> int:
    """Prints the table; exit code 1 when the peer was better in a row."""
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
    rows = rows_of(media, Estimators(options.weights))
    publish("eval-pose", rows)
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
