"""Task bundles of MediaPipe's pose landmarker: a ZIP archive of the detector and a landmark network."""

from __future__ import annotations

import io
import struct
import zipfile

from eightcount_gateway.browser_pose.tflite_metadata import describe_image_input, insert_metadata

_ALIGNMENT = 64
"""MediaPipe uses the networks where they are in the archive, so they are stored aligned and uncompressed."""
_HEAD_BYTES, _EXTRA_HEAD_BYTES = 30, 4
_PADDING_ID = 0xD935
"""Identifier of an extra field that aligns an entry (APPNOTE.TXT leaves it to Android's zipalign)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build_task_bundle(*, detector: bytes, landmarks: bytes) -> bytes:
    """Return the bundle of two TFLite networks.

    Raises:
        ValueError: one of them is no TFLite model.
    """
    entries = {
        "pose_detector.tflite": insert_metadata(detector, describe_image_input(mean=127.5, deviation=127.5)),
        "pose_landmarks_detector.tflite": insert_metadata(landmarks, describe_image_input(mean=0.0, deviation=255.0)),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            content = file.tell() + _HEAD_BYTES + len(name) + _EXTRA_HEAD_BYTES
            padding = -content % _ALIGNMENT
            entry.extra = struct.pack("<HH", _PADDING_ID, padding) + bytes(padding)
            archive.writestr(entry, data)
    return file.getvalue()
