"""The extractor's state as bytes, so that an interrupted extraction continues as if it had never stopped."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_pose.output.smoothing import Window
from eightcount_pose.regions import Region
from eightcount_pose.tracking.dancer_choice import DancerChoice
from eightcount_pose.tracking.one_euro import OneEuroState
from eightcount_pose.tracking.tracker import TrackState


@dataclass(frozen=True, slots=True)
class ExtractionState:
    """Everything that the result of the next frames depends on.

    Attributes:
        rows: number of rows returned.
        frames, with_dancer, with_feet, damaged: counts so far, including the rows that are still in the window.
        unordered: number of frames so far that were left out because their time does not ascend.
        seen_until: time in seconds of the last frame that was processed.
        track: state of the tracker.
        window: rows still to be smoothed, and their context.
    """

    rows: int
    frames: int
    with_dancer: int
    with_feet: int
    damaged: int
    unordered: int
    seen_until: float
    track: TrackState
    window: Window


def pack(state: ExtractionState, *, model: str, file_bytes: int) -> bytes:
    """Return the state as bytes that are valid only for this model and a file of this size."""
    track, points = state.track, state.track.points
    header = {
        "model": model, "file_bytes": file_bytes,
        "counts": [state.rows, state.frames, state.with_dancer, state.with_feet, state.damaged, state.unordered],
        "seen_until": state.seen_until,
        "track": {
            "region": asdict(track.region) if track.region else None,
            "last_region": asdict(track.last_region) if track.last_region else None,
            "last_seen": track.last_seen, "looked_around": track.looked_around,
            "looks": track.looks, "looks_with_others": track.looks_with_others,
            "last_look": asdict(track.last_look) if track.last_look else None,
            "others": [asdict(region) for region in track.others], "others_seen": track.others_seen,
            "colours": track.colours,
            "looked_closer": track.looked_closer, "found_closer": track.found_closer,
            "another": asdict(track.another) if track.another else None, "waited": track.waited,
        },
        "points_at": points.timestamp if points else None,
        "settled": state.window.settled, "reach": state.window.reach,
    }  # fmt: skip
    file = io.BytesIO()
    np.savez(
        file,
        facts=np.frombuffer(json.dumps(header).encode(), np.uint8),  # named as earlier versions named it
        timestamps=state.window.timestamps,
        rows=state.window.rows,
        points=np.stack([points.raw, points.value, points.speed]) if points else np.empty((3, 2, 2)),
    )
    return file.getvalue()


def unpack(data: bytes, *, model: str, file_bytes: int) -> ExtractionState:
    """Return the state that `pack` was given.

    Raises:
        InvalidInputError: the bytes are not a checkpoint, or one of another model, version or file
            (INVALID_CHECKPOINT).
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            header = json.loads(arrays["facts"].tobytes())
            made_by = (header["model"], header["file_bytes"])
            state = _build_state(header, {name: arrays[name] for name in ("timestamps", "rows", "points")})
    except (KeyError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise InvalidInputError("the checkpoint is damaged", reason="INVALID_CHECKPOINT") from error
    if made_by != (model, file_bytes):
        raise InvalidInputError(
            f"the checkpoint was made by {made_by[0]!r} from a file of {made_by[1]} bytes; "
            f"this is {model!r} and {file_bytes} bytes",
            reason="INVALID_CHECKPOINT",
        )
    return state


def _build_state(header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> ExtractionState:
    track, points_at = dict(header["track"]), header["points_at"]
    for name in ("region", "last_region", "last_look"):
        track[name] = Region(**track[name]) if track.get(name) else None
    track["others"] = tuple(Region(**region) for region in track.get("others", ()))
    track["colours"] = tuple(track["colours"]) if track.get("colours") else None
    track["another"] = DancerChoice(**track["another"]) if track.get("another") else None
    points = None if points_at is None else OneEuroState(float(points_at), *arrays["points"])
    window = Window(arrays["timestamps"], arrays["rows"], int(header["settled"]), int(header["reach"]))
    rows, frames, with_dancer, with_feet, damaged, unordered = header["counts"]
    seen_until = float(header["seen_until"])
    tracked = TrackState(points=points, **track)
    return ExtractionState(rows, frames, with_dancer, with_feet, damaged, unordered, seen_until, tracked, window)
