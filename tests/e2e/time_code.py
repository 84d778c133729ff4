"""A video that shows the number of each frame, and the script that reads it from a page."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

FRAMES_PER_SECOND = 30
_BITS = 16
_PROBE = 4 * _BITS

READ_FRAME = f"""(video) => {{
  const probe = Object.assign(document.createElement("canvas"), {{ width: {_PROBE}, height: 4 }});
  const context = probe.getContext("2d", {{ willReadFrequently: true }});
  context.drawImage(video, 0, 0, {_PROBE}, 4);
  const {{ data }} = context.getImageData(0, 2, {_PROBE}, 1);
  let frame = 0;
  for (let bit = 0; bit < {_BITS}; bit++) if (data[4 * (4 * bit + 2)] > 127) frame += 2 ** bit;
  return frame;
}}"""
"""The number of the frame that a video element shows."""


def write_time_code(path: Path, *, seconds: float, side: int = 640) -> None:
    """Write an H.264 MP4, square, of as many vertical bars as a frame's number has bits."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options={"g": "30", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = side, side, "yuv420p"
        for number in range(round(seconds * FRAMES_PER_SECOND)):
            bits = (number >> np.arange(_BITS)) & 1
            row = np.repeat(np.where(bits, 235, 16).astype(np.uint8), side // _BITS)
            image = np.broadcast_to(row[None, :, None], (side, side, 3))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")))
        container.mux(stream.encode())
