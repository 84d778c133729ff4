"""MediaPipe's Pose Landmarker over a video: the peer of our pose stage.

Runs in its own environment with `mediapipe==1.2.2` and `av`, without Eightcount:

    python tests/benchmarks/peers/mediapipe_pose.py VIDEO --out FILE.npz [--variant heavy] [--weights build/weights]

With `--stills` every frame is processed alone, without tracking or smoothing. MediaPipe no longer ships models, so the
task bundle is assembled from the weights that we use. Prints one JSON line: frames, frames with a person, wall and CPU
seconds, peak memory. FILE contains timestamps, image, world, visibility.
"""

from __future__ import annotations

import argparse
import json
import resource
import struct
import sys
import tempfile
import time
import zlib
from pathlib import Path

import av
import flatbuffers
import mediapipe as mp
import numpy as np
from mediapipe.tasks import python as tasks
from mediapipe.tasks.python import vision

ENTRY_ALIGNMENT = 64


def with_normalization(model: bytes, *, mean: float, std: float) -> bytes:
    """Return the tflite model with the input normalisation that MediaPipe's tasks expect in its metadata."""
    from mediapipe.tasks.metadata import schema_py_generated as tflite

    root = tflite.ModelT.InitFromObj(tflite.Model.GetRootAsModel(model, 0))
    buffer = tflite.BufferT()
    buffer.data = np.frombuffer(bytes(_metadata(mean, std)), np.uint8)
    entry = tflite.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(root.buffers)
    root.buffers.append(buffer)
    root.metadata = [*(kept for kept in root.metadata or [] if kept.name != b"TFLITE_METADATA"), entry]
    builder = flatbuffers.Builder(len(model))
    builder.Finish(root.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _metadata(mean: float, std: float) -> bytearray:
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema

    unit = schema.ProcessUnitT()
    unit.optionsType = schema.ProcessUnitOptions.NormalizationOptions
    unit.options = schema.NormalizationOptionsT()
    unit.options.mean, unit.options.std = [mean], [std]
    tensor = schema.TensorMetadataT()
    tensor.name = "image"
    tensor.processUnits = [unit]
    tensor.content = schema.ContentT()
    tensor.content.contentPropertiesType = schema.ContentProperties.ImageProperties
    tensor.content.contentProperties = schema.ImagePropertiesT()
    tensor.content.contentProperties.colorSpace = schema.ColorSpaceType.RGB
    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    model = schema.ModelMetadataT()
    model.subgraphMetadata = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"M001")
    return builder.Output()


def stored_zip(entries: dict[str, bytes]) -> bytes:
    """Return an uncompressed zip file whose entries start at multiples of 64 bytes, as MediaPipe maps them."""
    body, directory = bytearray(), bytearray()
    for name, data in entries.items():
        encoded = name.encode()
        start = len(body)
        padding = -(start + 30 + len(encoded)) % ENTRY_ALIGNMENT
        common = struct.pack("<HHHHHIII", 20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data))
        body += b"PK\x03\x04" + common + struct.pack("<HH", len(encoded), padding) + encoded + bytes(padding) + data
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common
        directory += struct.pack("<HHHHHII", len(encoded), 0, 0, 0, 0, 0, start) + encoded
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def task_bundle(weights: Path, variant: str) -> bytes:
    """Return the `.task` bundle of the detector and one landmark network."""
    return stored_zip({
        "pose_detector.tflite": with_normalization(
            (weights / "pose_detection.tflite").read_bytes(), mean=127.5, std=127.5
        ),
        "pose_landmarks_detector.tflite": with_normalization(
            (weights / f"pose_landmark_{variant}.tflite").read_bytes(), mean=0.0, std=255.0
        ),
    })  # fmt: skip


def landmarker(bundle: Path, mode: vision.RunningMode) -> vision.PoseLandmarker:
    """Return the task with its default settings, for one person."""
    options = vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=str(bundle)), running_mode=mode
    )
    return vision.PoseLandmarker.create_from_options(options)


def track(video: Path, bundle: Path, *, seconds: float, stills: bool = False) -> dict[str, np.ndarray]:
    """Return timestamps and landmarks of every frame of the first `seconds`."""
    rows: dict[str, list[object]] = {"timestamps": [], "image": [], "world": [], "visibility": []}
    mode = vision.RunningMode.IMAGE if stills else vision.RunningMode.VIDEO
    with av.open(str(video)) as container, landmarker(bundle, mode) as task:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            if frame.time >= seconds:
                break
            # A picture with padded rows makes the task find nothing, silently.
            picture = np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
            result = task.detect(image) if stills else task.detect_for_video(image, round(frame.time * 1000))
            rows["timestamps"].append(frame.time)
            size = (picture.shape[1], picture.shape[0])
            for name, value in zip(("image", "world", "visibility"), _arrays(result, size), strict=True):
                rows[name].append(value)
    return {name: np.array(values) for name, values in rows.items()}


def _arrays(result: vision.PoseLandmarkerResult, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not result.pose_landmarks:
        return np.full((33, 2), np.nan), np.full((33, 3), np.nan), np.zeros(33)
    marks, world = result.pose_landmarks[0], result.pose_world_landmarks[0]
    return (
        np.array([(mark.x * size[0], mark.y * size[1]) for mark in marks]),
        np.array([(mark.x, mark.y, mark.z) for mark in world]),
        np.array([mark.visibility for mark in marks]),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variant", choices=("lite", "full", "heavy"), default="heavy")
    parser.add_argument("--weights", type=Path, default=Path("build/weights"))
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--stills", action="store_true", help="every frame alone: no tracking, no smoothing")
    arguments = parser.parse_args()
    with tempfile.NamedTemporaryFile(suffix=".task") as bundle:
        bundle.write(task_bundle(arguments.weights, arguments.variant))
        bundle.flush()
        wall, cpu = time.perf_counter(), time.process_time()
        motion = track(arguments.video, Path(bundle.name), seconds=arguments.seconds, stills=arguments.stills)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    np.savez_compressed(arguments.out, **motion)
    found = int(np.isfinite(motion["image"][:, 0, 0]).sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({
        "engine": f"mediapipe-{mp.__version__}-tasks-{arguments.variant}", "frames": len(motion["timestamps"]),
        "frames_with_person": found, "wall_seconds": round(wall, 3), "cpu_seconds": round(cpu, 3),
        "peak_memory_bytes": peak,
    }))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
