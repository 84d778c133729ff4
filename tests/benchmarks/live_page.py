"""A whole session on the page, from the choice of the dance to its result, with the poses of a known dancer.

Chromium makes up the camera. In place of the worker that finds poses in its images stands one that answers with the
keypoints of a motion at the moment of the dance that the page plays; all else is the page's.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Route, WebSocket, sync_playwright

from eightcount_common.motion import MotionSequence

_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
_LONGEST_MS = 900_000
_CHANNEL = "planted-dance"
_TELL_TIME = f"""
const channel = new BroadcastChannel("{_CHANNEL}");
setInterval(() => {{
  const dance = document.querySelector("#dance");
  if (dance) channel.postMessage({{ atMs: performance.now(), seconds: dance.currentTime, plays: !dance.paused }});
}}, 10);
"""
"""The page tells the worker what is danced to."""
_WORKER = f"""
let told = {{ atMs: 0, seconds: 0, plays: false }};
let motion = null;
new BroadcastChannel("{_CHANNEL}").onmessage = ({{ data }}) => (told = data);
const poseAt = (seconds, bitmap) => {{
  const frame = Math.max(0, motion.seconds.findLastIndex(time => time <= seconds));
  const values = Float32Array.from(motion.poses[frame]);
  const scale = Math.min(bitmap.width / motion.width, bitmap.height / motion.height);
  for (let i = 0; i < values.length; i += 6) {{ values[i] *= scale; values[i + 1] *= scale; }}
  return values;
}};
self.onmessage = async ({{ data }}) => {{
  if (data.open) {{
    motion = await (await fetch("/static/planted.json")).json();
    return self.postMessage({{ opened: true }});
  }}
  const seconds = told.seconds + (told.plays ? (data.atMs - told.atMs) / 1000 : 0);
  self.postMessage({{ atMs: data.atMs, values: poseAt(seconds, data.bitmap), workMs: 1 }});
  data.bitmap.close();
}};
"""


@dataclass(frozen=True, slots=True)
class PageSession:
    """The result of a session on the page.

    Attributes:
        report: that the server sent.
        words: that the page shows.
    """

    report: dict[str, Any]
    words: str


def dance_on_page(url: str, motion: MotionSequence, *, reference: str) -> PageSession:
    """Let a dancer with this motion dance a whole reference on the page, in real time."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    results: list[dict[str, Any]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=_FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.grant_permissions(["camera", "microphone"])
        context.route("**/static/js/live/pose_worker.js", lambda route: _script(route, _WORKER))
        context.route("**/static/planted.json", lambda route: route.fulfill(json=_describe(motion)))
        context.route("**/static/vendor/pose.json", lambda route: route.fulfill(json={"is_there": True, "command": ""}))
        context.add_init_script(_TELL_TIME)
        page = context.new_page()
        page.set_default_timeout(_LONGEST_MS)
        page.on("websocket", lambda socket: _listen(socket, results))
        page.goto(f"{url}/live?reference={reference}")
        page.get_by_role("button", name="Prepare").click()
        page.get_by_label("I mirror the dancer").uncheck()
        page.get_by_label("Poses").select_option("device")
        page.get_by_role("button", name="Turn the camera on").click()
        page.get_by_role("button", name="Start").click()
        page.get_by_role("heading", name="How it went").wait_for()
        words = page.locator("#result").inner_text()
        browser.close()
    return PageSession(results[-1]["report"], words)


def _script(route: Route, text: str) -> None:
    route.fulfill(body=text, content_type="text/javascript")


def _listen(socket: WebSocket, results: list[dict[str, Any]]) -> None:
    def take(payload: str | bytes) -> None:
        if isinstance(payload, str) and '"result"' in payload and (message := json.loads(payload))["type"] == "result":
            results.append(message)

    socket.on("framereceived", take)


def _describe(motion: MotionSequence) -> dict[str, Any]:
    """Return the motion as the worker reads it: [33, 6] numbers for each frame, flat."""
    points = np.concatenate([motion.image, motion.world, motion.visibility[..., None]], axis=2)
    width, height = motion.image_size
    return {
        "width": width, "height": height, "seconds": motion.timestamps.round(4).tolist(),
        "poses": points.reshape(len(points), -1).round(4).tolist(),
    }  # fmt: skip
