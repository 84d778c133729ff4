"""Families of motion files: BVH by program and by oddity, SMPL, characters, and every writer with every reader."""

from __future__ import annotations

import functools
import json
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eightcount_client import ClassificationRequest, ComparisonRequest, DanceRequest
from eightcount_client.kinds.dance_training import DanceTrainingRequest
from eightcount_client.kinds.style_addition import StyleAdditionRequest
from eightcount_client.values.recordings import TrainingItem
from tests.benchmarks.inputs.base import Family, InputCase, SilentLossError, expect, expect_warning
from tests.benchmarks.inputs.product import MODEL, Product
from tests.data import smpl_files
from tests.data.bvh_defects import DEFECTS, Defect
from tests.data.moving_rigs import DIALECTS, KEYPOINTS, Moving, Writing, moving_bvh
from tests.data.plain_bvh import read_plain_bvh
from tests.data.rigs import UPWARDS
from tests.fakes.command import command

ENCODINGS = {"mmd": "cp932", "japanese": "cp932", "german": "latin-1", "chinese": "gb18030", "korean": "cp949"}
_TOLERANCE_METRES = 2e-3
_BONES = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
_MOST_DEGREES = 20.0
_DANCE_SECONDS = 6.0


def _check_joints(product: Product, path: Path, truth: np.ndarray, notes: frozenset[str] = frozenset()) -> None:
    """Compare the joints that the product has of a motion file with the true ones."""
    motion = product.read_motion(path)
    keypoints = [str(name) for name in motion.arrays["keypoints"]]
    world = motion.arrays["world"][:, [keypoints.index(name) for name in KEYPOINTS]]
    expect(len(world) == len(truth), f"{len(world)} frames were read; {len(truth)} are there")
    worst = float(np.abs(world - truth).max())
    expect(worst < _TOLERANCE_METRES, f"a joint is off by {worst * 1000:.0f} mm")
    for reason in notes:
        expect_warning(motion.warnings, reason)
    expect(set(motion.warnings) <= notes, f"warnings without a cause: {', '.join(motion.warnings)}")


@functools.lru_cache(maxsize=4)
def _dialect(name: str) -> Moving:
    return moving_bvh(DIALECTS[name], Writing(encoding=ENCODINGS.get(name, "utf-8")))


def _dialect_cases() -> list[InputCase]:
    def case(name: str) -> InputCase:
        def make(folder: Path) -> Path:
            (path := folder / f"{name}.bvh").write_bytes(_dialect(name).data)
            return path

        return InputCase(name, make, lambda product, path: _check_joints(product, path, _dialect(name).truth))

    return [case(name) for name in DIALECTS]


def _oddity_cases() -> list[InputCase]:
    def case(name: str, defect: Defect) -> InputCase:
        def make(folder: Path) -> Path:
            (path := folder / f"take{defect.ending}").write_bytes(defect.make().data)
            return path

        def judge(product: Product, path: Path) -> None:
            _check_joints(product, path, defect.make().truth, defect.notes)

        refusals = frozenset({defect.refusal} if defect.refusal else ())
        return InputCase(name, make, judge, refusals, readable=not defect.refusal)

    return [case(name, defect) for name, defect in DEFECTS.items()]


_SMPL_WRITERS: dict[str, Callable[[np.ndarray], bytes]] = {
    "AIST++.pkl": smpl_files.aist,
    "EDGE slice.pkl": smpl_files.edge_slice,
    "EDGE.pkl": smpl_files.edge,
    "AMASS SMPL+H.npz": smpl_files.amass,
    "AMASS SMPL-X.npz": lambda turned: smpl_files.amass(turned, width=165, rate_name="mocap_frame_rate"),
    "AMASS at 120 a second.npz": lambda turned: smpl_files.amass(turned, hertz=120.0),
    "AMASS without a rate.npz": lambda turned: smpl_files.amass(turned, hertz=None),
}


def _smpl_cases() -> list[InputCase]:
    """Poses of one dance in the files of several collections: bones point where the poses turn them."""

    def case(name: str) -> InputCase:
        turned = smpl_files.poses(90)

        def make(folder: Path) -> Path:
            (path := folder / name).write_bytes(_SMPL_WRITERS[name](turned))
            return path

        def judge(product: Product, path: Path) -> None:
            motion = product.read_motion(path)
            keypoints = [str(keypoint) for keypoint in motion.arrays["keypoints"]]
            world = {keypoint: motion.arrays["world"][:, at] for at, keypoint in enumerate(keypoints)}
            _check_bones(world, smpl_files.true_joints(turned), degrees=1.0)

        unknown = "without a rate" in name
        refusals = frozenset({"FRAME_RATE_UNKNOWN"} if unknown else ())
        return InputCase(name, make, judge, refusals, readable=not unknown)

    return [case(name) for name in _SMPL_WRITERS]


def _check_bones(found: dict[str, np.ndarray], truth: dict[str, np.ndarray], *, degrees: float) -> None:
    """Compare directions of arms and legs [T, 3] by keypoint."""
    for side in ("left", "right"):
        for start, end in _BONES:
            bones = [world[f"{side}_{end}"] - world[f"{side}_{start}"] for world in (found, truth)]
            lengths = np.prod([np.linalg.norm(bone, axis=1) for bone in bones], axis=0)
            cosine = np.sum(bones[0] * bones[1], axis=1) / lengths
            off = float(np.degrees(np.arccos(np.clip(np.percentile(cosine, 5), -1, 1))))
            expect(off < degrees, f"the bone from {side} {start} to {end} is off by {off:.0f} degrees")


class _Dances:
    """One dance, on our body and on characters; made once for each running product."""

    def __init__(self) -> None:
        self._song: dict[int, str] = {}
        self._dances: dict[tuple[int, str], Any] = {}

    def song(self, product: Product, folder: Path) -> str:
        """Return the id of a song with a plain beat."""
        if id(product) not in self._song:
            _write_song(folder / "song.wav", 10.0)
            self._song[id(product)] = product.client.videos.upload(folder / "song.wav").id
        return self._song[id(product)]

    def download(self, product: Product, folder: Path, name: str, *, skeleton_id: str = "") -> Path:
        """Return a file of the dance, for a character if one is given."""
        key = (id(product), skeleton_id)
        if key not in self._dances:
            request = DanceRequest(
                music_id=self.song(product, folder), seed=3, duration_seconds=_DANCE_SECONDS,
                formats=["npz", "bvh", "glb"], skeleton_id=skeleton_id or None,
            )  # fmt: skip
            self._dances[key] = product.client.dances.run(request)
        product.client.dances.download(self._dances[key].id, name, folder / name)
        return folder / name


_DANCES = _Dances()


def dance_for(product: Product, folder: Path, skeleton_id: str) -> Path:
    """Return the BVH file of a dance for a character."""
    return _DANCES.download(product, folder, "dance.bvh", skeleton_id=skeleton_id)


def _write_song(path: Path, seconds: float) -> None:
    """Write clicks at 120 bpm, louder on every fourth, over a bass."""
    rate = 22_050
    times = np.arange(round(seconds * rate)) / rate
    since = times % 0.5
    loud = np.where((times // 0.5) % 4 == 0, 1.0, 0.55)
    wave_ = loud * np.exp(-since * 40) * np.sin(2 * np.pi * 180 * since) + 0.05 * np.sin(2 * np.pi * 55 * times)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((wave_ * 20_000).astype("<i2").tobytes())


def _skeleton_cases() -> list[InputCase]:
    """A dance written for a character of each program, read back by a reader of the tests."""

    def case(name: str) -> InputCase:
        def make(folder: Path) -> Path:
            encoding = ENCODINGS.get(name, "utf-8")
            made = moving_bvh(DIALECTS[name], Writing(frames=1, encoding=encoding, still=True))
            (path := folder / f"{name}.bvh").write_bytes(made.data)
            return path

        def judge(product: Product, path: Path) -> None:
            skeleton = product.client.skeletons.upload(path)
            written = _DANCES.download(product, path.parent, "dance.bvh", skeleton_id=skeleton.id).read_bytes()
            with np.load(_DANCES.download(product, path.parent, "dance.npz", skeleton_id=skeleton.id)) as arrays:
                joints = dict(zip(map(str, arrays["joint_names"]), arrays["joints"].swapaxes(0, 1), strict=True))
            positions = read_plain_bvh(written)
            names = {key: own.encode(ENCODINGS.get(name, "utf-8")) for key, own in _dialect(name).names.items()}
            lost = [own for own in names.values() if own not in positions]
            expect(not lost, f"names did not come out byte for byte: {lost[:3]}")
            axes = UPWARDS[DIALECTS[name].up]
            _check_bones({key: positions[own] @ axes for key, own in names.items()}, joints, degrees=_MOST_DEGREES)

        return InputCase(name, make, judge)

    return [case(name) for name in DIALECTS]


def _written_files(product: Product, folder: Path) -> dict[str, Path]:
    """Return a file of every kind that the product writes a motion to."""
    (mixamo := folder / "character.bvh").write_bytes(moving_bvh(DIALECTS["mixamo"], Writing(frames=1, still=True)).data)
    skeleton = product.client.skeletons.upload(mixamo).id
    found = {}
    for kind, skeleton_id in (("dance", ""), ("character", skeleton)):
        for ending in ("npz", "bvh", "glb"):
            if (kind, ending) == ("character", "npz"):
                continue  # the same bytes: numpy files keep our body
            (place := folder / kind).mkdir(exist_ok=True)
            found[f"{kind}.{ending}"] = _DANCES.download(product, place, f"dance.{ending}", skeleton_id=skeleton_id)
    extraction = product.read_motion(found["dance.bvh"])
    np.savez(folder / "extraction.npz", **extraction.arrays)
    return found | {"extraction.npz": folder / "extraction.npz"}


def _compare(product: Product, reference: str, take: str) -> None:
    request = ComparisonRequest(reference_video_id=reference, take_video_id=take, model=MODEL)
    done = product.client.comparisons.run(request)
    report = product.client.comparisons.result(done.id)
    expect((report.score or 0.0) >= 95.0, f"a dance compared with itself scores {report.score}")
    expect(report.alignment.verdict == "aligned", f"a dance and itself are {report.alignment.verdict}")


def _read_by(reader: str, product: Product, files: dict[str, Path]) -> None:
    """Give every file to one of the product's readers; raise when it is not taken."""
    ids = {name: product.client.motions.upload(path).id for name, path in files.items()}
    match reader:
        case "classify":
            for motion_id in ids.values():
                request = ClassificationRequest(motion_id=motion_id, model=MODEL)
                product.client.classifications.result(product.client.classifications.run(request).id)
        case "compare as reference" | "compare as take":
            first = ids["dance.npz"]
            for name, motion_id in ids.items():
                pair = (motion_id, first) if reader.endswith("reference") else (first, motion_id)
                if name != "dance.npz":
                    _compare(product, *pair)
        case "styles add":
            request = StyleAdditionRequest(name="read-back", video_ids=list(ids.values()), model=MODEL)
            result = product.client.style_additions.result(product.client.style_additions.run(request).id)
            _expect_none_rejected(result.rejected)
        case _:
            items = [TrainingItem(video_id=motion_id, label=name) for name, motion_id in ids.items()]
            training = DanceTrainingRequest(name="read-back", model=MODEL, items=items)
            job = product.client.dance_trainings.run(training)
            _expect_none_rejected(product.client.dance_trainings.result(job.id).rejected)


def _expect_none_rejected(rejected: Sequence[Any]) -> None:
    expect(not rejected, "; ".join(f"{one.label}: {one.message}" for one in rejected))


def _matrix_cases() -> list[InputCase]:
    def case(reader: str) -> InputCase:
        def judge(product: Product, path: Path) -> None:
            _read_by(reader, product, _written_files(product, path))

        return InputCase(f"six files in {reader}", lambda folder: folder, judge)

    readers = ("classify", "compare as reference", "compare as take", "styles add", "train dance")
    return [case(reader) for reader in readers]


def _write_takes(folder: Path, *names: str, first: int = 0) -> None:
    """Write a different moving figure of sixteen seconds to each of these BVH files, the first with this number."""
    for number, name in enumerate(names, start=first):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        writing = Writing(frames=480, heading_deg=17.0 * number)
        (folder / name).write_bytes(moving_bvh(DIALECTS["mixamo"], writing).data)


def _train(product: Product, folder: Path, kind: str = "style") -> tuple[int, dict[str, str], str]:
    """Run `eightcount train`; return its exit code, what was left out (label -> reason), and what it said at last."""
    process = command(
        "train", kind, "--data", folder, "--name", "eval", "--model", MODEL, "--json", url=product.client.url
    )
    output, errors = process.communicate(timeout=900)
    code = process.returncode
    left_out = {one["label"]: one["reason"] for one in json.loads(output)["rejected"]} if code == 0 else {}
    return code, left_out, (errors.splitlines() or [""])[-1]


def _stops(words: str, kind: str = "style") -> Callable[[Product, Path], None]:
    def judge(product: Product, folder: Path) -> None:
        code, _, said = _train(product, folder, kind)
        expect(code in (2, 3), f"it was trained (exit code {code}): {said}")
        expect(words in said, f"it does not say {words!r}: {said}")

    return judge


def _lists(expected: dict[str, str]) -> Callable[[Product, Path], None]:
    def judge(product: Product, folder: Path) -> None:
        code, left_out, said = _train(product, folder, "dance")
        expect(code == 0, f"exit code {code}: {said}")
        silent = [label for label in expected if label not in left_out]
        if silent:
            raise SilentLossError(f"left out without a word: {', '.join(silent)}")
        expect(left_out == expected, f"left out: {left_out}")

    return judge


def _folder(*takes: str, others: Sequence[str] = (), copies: Sequence[tuple[str, str]] = ()) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (data := folder / "data").mkdir()
        _write_takes(data, *takes)
        for name in others:
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (data / name).write_bytes(b"not a recording")
        for source, target in copies:
            (data / target).parent.mkdir(parents=True, exist_ok=True)
            (data / target).write_bytes((data / source).read_bytes())
        return data

    return make


def _folder_cases() -> list[InputCase]:
    takes = ("salsa/a.bvh", "salsa/b.bvh", "waltz/c.bvh")
    unknown = dict.fromkeys(("salsa/notes.txt", "salsa/song.wav", "waltz/cover.jpg", "readme"), "UNKNOWN_FILE_TYPE")
    hidden = dict.fromkeys(("salsa/.hidden.bvh", ".cache/x.bvh"), "HIDDEN_FILE")
    videos = {f"salsa/x{ending}": "NOT_A_VIDEO" for ending in (".mts", ".M2TS", ".vob", ".MPG", ".3gp", ".asf")}
    return [
        InputCase("other files", _folder(*takes, others=list(unknown)), _lists(unknown)),
        InputCase("hidden files", _folder(*takes, others=list(hidden)), _lists(hidden)),
        InputCase("videos of camcorders and discs", _folder(*takes, others=list(videos)), _lists(videos)),
        InputCase(
            "the same bytes twice", _folder(*takes, copies=[("salsa/a.bvh", "salsa/z.bvh")]),
            _lists({"salsa/z.bvh": "DUPLICATE_RECORDING"}),
        ),
        InputCase(
            "the same bytes in two styles", _folder(*takes, copies=[("salsa/a.bvh", "waltz/z.bvh")]),
            _lists({"salsa/a.bvh": "DUPLICATE_IN_STYLES", "waltz/z.bvh": "DUPLICATE_IN_STYLES"}),
        ),
        InputCase(
            "a style that would vanish", _folder("salsa/a.bvh", "salsa/b.bvh", others=["waltz/c.bvh"]),
            _stops("STYLE_WOULD_VANISH"),
        ),
        InputCase(
            "a style of videos that would vanish", _folder("salsa/a.bvh", others=["waltz/c.mts"]),
            _stops("STYLE_WOULD_VANISH", "dance"),
        ),
        InputCase("styles that differ by case", _folder("salsa/a.bvh", "Salsa/b.bvh"), _stops("would be one style")),
        InputCase("styles that differ by a mark", _folder("Salón/a.bvh", "Salon/b.bvh"), _stops("would be one style")),
        InputCase("a style of other letters", _folder("サルサ/a.bvh", "waltz/b.bvh"), _stops("サルサ")),
        InputCase("nothing that is taken", _folder(others=["salsa/a.txt", "b.doc"]), _stops("salsa/a.txt")),
        InputCase("an empty folder", _folder(), _stops("no recordings found")),
        InputCase("links to folders", _linked_folder, _lists({})),
    ]  # fmt: skip


def _linked_folder(folder: Path) -> Path:
    data = _folder("salsa/a.bvh")(folder)
    _write_takes(folder / "elsewhere", "b.bvh", "c.bvh", first=7)
    (data / "waltz").symlink_to(folder / "elsewhere")
    return data


BVH_DIALECTS = Family("BVH by program", _dialect_cases)
BVH_ODDITIES = Family("BVH by oddity", _oddity_cases)
SMPL_FILES = Family("SMPL files", _smpl_cases)
SKELETONS = Family("dances for skeletons", _skeleton_cases)
READ_BACK = Family("files that the product writes", _matrix_cases)
TRAINING_FOLDERS = Family("training folders", _folder_cases)
