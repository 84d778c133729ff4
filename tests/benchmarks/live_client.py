"""A client of live sessions that offers the frames of a video at the pace of a camera, and notes what comes back."""

from __future__ import annotations

import json
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from websockets.sync.client import ClientConnection, connect

from eightcount_common.media.video import open_video
from eightcount_common.motion import MotionSequence

_HEAD = struct.Struct("<B7xddd")
_FRAME, _KEYPOINTS = 1, 2
_LONGEST_SIDE = 640
_JPEG_QUALITY = 80
_PATIENCE_SECONDS = 120.0
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CameraFrame:
    """A frame as the page would send it.

    Attributes:
        seconds: time in the video.
        image: a JPEG file.
        size: width and height in pixels.
    """

    seconds: float
    image: bytes
    size: tuple[int, int]


def read_frames(path: Path, *, rate_hertz: float) -> list[CameraFrame]:
    """Return what a camera of this rate would see of a video, scaled down and compressed as the page does it."""
    frames: list[CameraFrame] = []
    with path.open("rb") as file, open_video(file) as reader:
        for frame in reader.frames():
            file_of_frame, size = _compress(frame.to_rgb())
            while len(frames) / rate_hertz <= frame.timestamp:
                frames.append(CameraFrame(len(frames) / rate_hertz, file_of_frame, size))
    return frames


def _compress(image: np.ndarray) -> tuple[bytes, tuple[int, int]]:
    height, width = image.shape[:2]
    scale = min(1.0, _LONGEST_SIDE / max(height, width))
    size = round(width * scale), round(height * scale)
    small = cv2.resize(image[..., ::-1], size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes(), size


@dataclass
class Session:
    """What a session said.

    Attributes:
        messages: in order.
        delays: seconds from the sending of each frame to its pose.
        ready: the first message.
    """

    messages: list[Message] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    ready: Message = field(default_factory=dict)

    def of_type(self, kind: str) -> list[Message]:
        """Return the messages of a type."""
        return [message for message in self.messages if message["type"] == kind]

    @property
    def result(self) -> Message:
        """The result."""
        return self.messages[-1]


def dance(
    url: str, frames: Sequence[CameraFrame], *, reference: str, reference_model: str, model: str, rounds: int = 1
) -> Session:
    """Offer frames at their own pace while the reference plays along, several rounds of it."""
    session, sent = Session(), dict[float, float]()
    width, height = frames[0].size
    with _open(url, reference, reference_model, model, width, height, session) as socket:
        reading = threading.Thread(target=_read, args=(socket, session, sent))
        reading.start()
        started, length = time.perf_counter(), frames[-1].seconds + 1.0
        for frame, begun in ((frame, number * length) for number in range(rounds) for frame in frames):
            seconds = begun + frame.seconds
            time.sleep(max(0.0, started + seconds - time.perf_counter()))
            sent[seconds] = time.perf_counter()
            socket.send(_HEAD.pack(_FRAME, seconds, frame.seconds, 1.0) + frame.image)
        socket.send('{"type": "finish"}')
        reading.join(_PATIENCE_SECONDS)
    return session


def send_motion(url: str, motion: MotionSequence, *, reference: str, reference_model: str) -> Session:
    """Send the keypoints of a motion, which knows the size of its images, as fast as they are answered."""
    session = Session()
    width, height = motion.image_size
    points = np.concatenate([motion.image, motion.world, motion.visibility[..., None]], axis=2).astype("<f4")
    with _open(url, reference, reference_model, "full", width, height, session) as socket:
        for seconds, pose in zip(motion.timestamps.tolist(), points, strict=True):
            socket.send(_HEAD.pack(_KEYPOINTS, seconds, seconds, 1.0) + pose.tobytes())
            for message in _receive(socket):
                session.messages.append(message)
                if message["type"] == "states" and message["seconds"] >= seconds - 1e-6:
                    break
        socket.send('{"type": "finish"}')
        session.messages += list(_receive(socket))
    return session


def _open(
    url: str, reference: str, reference_model: str, model: str, width: int, height: int, session: Session
) -> ClientConnection:
    socket = connect(f"{url.replace('http', 'ws', 1)}/v1/live", max_size=None)
    start = {"type": "start", "reference_video_id": reference, "reference_model": reference_model, "model": model,
             "width": width, "height": height}  # fmt: skip
    socket.send(json.dumps(start))
    session.ready = next(_receive(socket))
    return socket


def _read(socket: ClientConnection, session: Session, sent: dict[float, float]) -> None:
    for message in _receive(socket):
        session.messages.append(message)
        if message["type"] == "pose":
            session.delays.append(time.perf_counter() - sent[message["seconds"]])


def _receive(socket: ClientConnection) -> Iterator[Message]:
    """Yield messages up to the result.

    Raises:
        RuntimeError: the session failed.
    """
    while True:
        message = json.loads(socket.recv(timeout=_PATIENCE_SECONDS))
        if message["type"] == "error":
            raise RuntimeError(f"the session failed: {message}")
        yield message
        if message["type"] == "result":
            return
