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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from tests.benchmarks.annotated import as_video, read_annotated
from tests.benchmarks.cameras import (
    Camera, aligned, judged_by_the_others, read_qualisys, triangulate_without_outlier,
)  # fmt: skip
from tests.benchmarks.pose_measures import (
    ANGLES, BODY, Spread, angle_deg, bone_variation, centred, delay_seconds, jitter, share_within, similar, still,
    torso_length,
)  # fmt: skip
from tests.benchmarks.pose_motions import Estimators, Motion, nobody
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
Array = NDArray[np.float64]
Judge = Callable[["Views"], float]

CLIPS = "open/video/pose2sim_multicam"
CAMERAS = ("cam01", "cam02", "cam03", "cam04")
OUTLIER_TORSOS = 0.15
"""A camera this far off is left out of the truth's triangulation."""
ON_THE_MAN_TORSOS = 0.25
"""A pose whose joints lie nearer than this to the man's, in the median, is the man's."""
MAN_LATE_FRAMES = 1
"""The two-person clips show the man of the one-person clips, a frame later: measured, both ways of looking at him agree
best there."""
PCK_TORSOS = 0.2


@dataclass(frozen=True, slots=True)
class Views:
    """What one estimator sees through C cameras: image [C, T, 33, 2], world [C, T, 33, 3], visibility [C, T, 33]."""

    image: Array
    world: Array
    visibility: Array

    @classmethod
    def of(cls, motions: list[Motion]) -> Views:
        """The views of the motions, one per camera."""
        return cls(*(np.stack([getattr(motion, name) for motion in motions]) for name in cls.__slots__))

    @property
    def found(self) -> NDArray[np.bool_]:
        """[C, T] whether somebody was found."""
        return np.isfinite(self.image[:, :, 0, 0])


@dataclass(frozen=True, slots=True)
class Scene:
    """The truth: cameras, the points [T, 33, 3] in metres that they see, and the pictures' rate."""

    cameras: list[Camera]
    points: Array
    frame_rate: float

    @classmethod
    def of(cls, cameras: list[Camera], stills: Views, frame_rate: float) -> Scene:
        """Triangulated from single pictures, after each camera's picture was moved to where the others expect it."""
        moved = aligned(cameras, stills.image[:, :, BODY], stills.visibility[:, :, BODY])
        limit = OUTLIER_TORSOS * torso_length(stills.image)
        points = triangulate_without_outlier(moved, stills.image, stills.visibility, limit=limit)
        return cls(moved, points, frame_rate)

    @property
    def image(self) -> Array:
        """[C, T, 33, 2] where the points lie in each camera's picture."""
        return np.stack([camera.project(self.points) for camera in self.cameras])

    @property
    def seen(self) -> Array:
        """[C, T, 33, 3] the points in metres with each camera's axes, from the middle of the hips."""
        return np.stack([centred(camera.in_own_axes(self.points)) for camera in self.cameras])

    @property
    def torsos(self) -> Array:
        """[C, 1, 1] pixels of the torso in each camera's picture."""
        return np.array([torso_length(view) for view in self.image])[:, None, None]


def percent(pixels: Array, scene: Scene) -> Spread:
    """Distances [C, T, K] in pixels as percent of the torso's length in that picture."""
    return Spread.of(100 * pixels / scene.torsos)


def place_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Rows about the keypoints in the picture."""

    def by_others(views: Views) -> Spread:
        return percent(judged_by_the_others(scene.cameras, views.image[:, :, BODY], views.visibility[:, :, BODY]), scene)

    def by(points: Array) -> Callable[[Views], Spread]:
        expected = np.stack([camera.project(points) for camera in scene.cameras])
        return lambda views: percent(np.linalg.norm(views.image - expected, axis=-1)[:, :, BODY], scene)

    def alone(views: Views) -> Array:
        limit = OUTLIER_TORSOS * float(np.median(scene.torsos))
        return triangulate_without_outlier(scene.cameras, views.image, views.visibility, limit=limit)

    truth = by(scene.points)
    unit = "% of the torso, median / mean / 90th percentile"
    return [
        _less(f"miss, judged by single pictures from all four cameras, {unit}", truth(ours), truth(peer)),
        _less(f"miss, judged by the same estimator's other three cameras, {unit}", by_others(ours), by_others(peer)),
        _less(f"miss, judged by the other estimator's four cameras, {unit}", by(alone(peer))(ours), by(alone(ours))(peer)),
    ]  # fmt: skip


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

    unit = "mm, median / mean / 90th percentile"
    truth = 100 * bone_variation(scene.points)
    return [
        _less(f"world keypoints, hips on hips, {unit}", rooted(ours), rooted(peer), digits=0),
        _less(f"world keypoints, turned and scaled to fit, {unit}", procrustes(ours), procrustes(peer), digits=0),
        _less(f"length of a limb's bone varies by, % (truth {truth:.1f})", bones(ours), bones(peer)),
    ]


def angle_rows(scene: Scene, ours: Views, peer: Views) -> list[Row]:
    """Rows about the inner angles of joints, in space and in the picture."""
    rows = []
    for where, name_of, truth in (("in space", "world", scene.seen), ("in the picture", "image", scene.image)):
        for joint in ANGLES:
            wanted = angle_deg(truth, joint)
            mine, other = (
                float(np.nanmedian(np.abs(angle_deg(getattr(views, name_of), joint) - wanted))) for views in (ours, peer)
            )  # fmt: skip
            rows.append(_less(f"angle of the {joint} {where}, degrees, median", mine, other))
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


def presence_rows(scene: Scene, one: tuple[Views, Views], two: tuple[Views, Views]) -> list[Row]:
    """Rows about who was found, in the one-person and in the two-person clips."""
    man = np.roll(scene.image, MAN_LATE_FRAMES, axis=1)[:, MAN_LATE_FRAMES:]

    def share(views: Views) -> float:
        return 100 * float(views.found.mean())

    def on_the_man(views: Views) -> NDArray[np.bool_]:
        apart = np.linalg.norm(views.image[:, MAN_LATE_FRAMES:] - man, axis=-1)[..., BODY]
        return np.asarray(_median(apart) < ON_THE_MAN_TORSOS * scene.torsos[..., 0])

    def faithful(views: Views) -> float:
        found = views.found[:, MAN_LATE_FRAMES:]
        his = (on_the_man(views) & found).sum(axis=1)
        return 100 * float((np.maximum(his, found.sum(axis=1) - his) / found.shape[1]).mean())

    def switches(views: Views) -> int:
        found = views.found[:, MAN_LATE_FRAMES:]
        return sum(
            int(np.count_nonzero(np.diff(his[seen].astype(int)))) for his, seen in zip(on_the_man(views), found, strict=True)
        )  # fmt: skip

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
            video = as_video(picture.file, Path(folder) / f"picture{'.mov' if picture.file.suffix == '.png' else '.mkv'}")
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
    return Row(what, f"{ours:.{digits}f}", f"{peer:.{digits}f}", "<= peer", mine <= other)


def _more(what: str, ours: float, peer: float, *, digits: int = 1) -> Row:
    return Row(what, f"{ours:.{digits}f}", f"{peer:.{digits}f}", ">= peer", ours >= peer)


def _median(distances: Array) -> Array:
    """Median over the joints; infinite where nobody was found."""
    return np.asarray(np.median(np.where(np.isfinite(distances), distances, np.inf), axis=-1))


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
