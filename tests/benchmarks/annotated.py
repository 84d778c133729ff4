"""Images with annotated keypoints, from the test folders of public data sets (COCO, MPII and others)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from eightcount_common.skeletons import BLAZEPOSE_33
from tests.benchmarks.pose_measures import BODY, TORSO, torso_length

Array = NDArray[np.float64]

ANNOTATIONS = (
    "open/images_gt/coco/test_coco.json",
    "local_only/images_gt/aic/test_aic.json",
    "local_only/images_gt/crowdpose/test_crowdpose.json",
    "local_only/images_gt/humanart/test_humanart.json",
    "local_only/images_gt/jhmdb/test_jhmdb_sub1.json",
    "local_only/images_gt/mpii/test_mpii.json",
    "local_only/images_gt/ochuman/test_ochuman.json",
    "local_only/images_gt/posetrack18/annotations/test_posetrack18_val.json",
)
_MPII = (
    "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis", "thorax", "neck", "head",
    "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnnotatedImage:
    """An image and the people in it whose torso is annotated.

    Attributes:
        file: JPEG or PNG.
        people: [P, 33, 2] pixels; NaN for keypoints without annotation. Only the twelve joints of the limbs are used.
    """

    file: Path
    people: Array

    def nearest(self, pose: Array) -> tuple[Array, float]:
        """Return the annotated person [33, 2] nearest to a pose [33, 2], and the length of that person's torso."""
        apart = np.nanmedian(np.linalg.norm(self.people - pose, axis=-1), axis=-1)
        person = self.people[int(np.argmin(apart))]
        return person, torso_length(person)


def read_annotated(media: Path) -> list[AnnotatedImage]:
    """Read every image with at least one person whose shoulders and hips are annotated."""
    pictures = []
    for name in ANNOTATIONS:
        content = json.loads((media / name).read_text())
        for file, people in (_of_mpii if isinstance(content, list) else _of_coco)(content).items():
            whole = [person for person in people if np.isfinite(person[TORSO]).all()]
            if whole:
                pictures.append(AnnotatedImage(_find((media / name).parent, file), np.stack(whole)))
    return pictures


def as_video(picture: Path, folder: Path) -> Path:
    """Write the JPEG or PNG as a video of one frame in `folder`, its bytes unchanged."""
    target = folder / "picture.mov"
    with av.open(str(picture)) as source, av.open(str(target), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.pts = packet.dts = 0
                packet.stream = stream
                output.mux(packet)
    return target


def _of_coco(content: dict[str, Any]) -> dict[str, list[Array]]:
    names = next(category["keypoints"] for category in content["categories"] if "keypoints" in category)
    files = {image["id"]: image["file_name"] for image in content["images"]}
    people: dict[str, list[Array]] = {}
    for annotation in content["annotations"]:
        marks = np.array(annotation["keypoints"], dtype=np.float64).reshape(-1, 3)
        people.setdefault(files[annotation["image_id"]], []).append(_person(names, marks))
    return people


def _of_mpii(content: list[dict[str, Any]]) -> dict[str, list[Array]]:
    people: dict[str, list[Array]] = {}
    for annotation in content:
        marks = np.column_stack([annotation["joints"], annotation["joints_vis"]])
        people.setdefault(annotation["image"], []).append(_person(_MPII, marks))
    return people


def _person(names: list[str] | tuple[str, ...], marks: Array) -> Array:
    """Convert marks [N, 3] of x, y and a visibility flag to [33, 2]."""
    person = np.full((len(BLAZEPOSE_33), 2), np.nan)
    position = {BLAZEPOSE_33.keypoints[index]: index for index in BODY}
    for name, (x, y, marked) in zip(names, marks, strict=False):  # Human-Art names four more than it marks
        index = position.get(name.lower().replace(" ", "_"))
        if index is not None and marked > 0:
            person[index] = x, y
    return person


def _find(folder: Path, name: str) -> Path:
    """Find the file, which may be in a folder next to or below that of the annotation."""
    candidates = [folder / name, folder.parent / name, *folder.rglob(Path(name).name)]
    return next(path for path in candidates if path.is_file())
