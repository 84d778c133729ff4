"""A live session of the page's own scripts in Chromium, with a video in place of the camera."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import sync_playwright

_FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--autoplay-policy=no-user-gesture-required"]
_LONGEST_MS = 600_000
_SESSION = """async ({ source, reference, place }) => {
  const [{ PoseFinder }, { LiveSocket }, { Overlay }, { Camera }, { COLUMNS }] = await Promise.all(
    ["pose_finder", "live_socket", "overlay", "camera", "messages"].map(name => import(`/static/js/live/${name}.js`)));
  const video = Object.assign(document.createElement("video"), { src: source, muted: true, width: 480 });
  const canvas = document.createElement("canvas");
  document.body.replaceChildren(video, canvas);
  await new Promise(resolve => video.addEventListener("canplaythrough", resolve, { once: true }));
  const [camera, overlay, socket] = [new Camera(video), new Overlay(canvas), new LiveSocket()];
  const seen = { counts: [], delays: [], draws: [] };
  const draw = (keypoints, takenMs) => {
    const start = performance.now();
    overlay.draw({ keypoints });
    seen.draws.push(performance.now() - start);
    seen.delays.push(performance.now() - takenMs);
  };
  const result = new Promise((resolve, reject) => {
    socket.onfail = reject;
    socket.onmessage = message => {
      if (message.type === "pose") draw(message.keypoints, 1000 * message.seconds);
      if (message.type === "states") overlay.mark(message.multiples);
      if (message.type === "count" && message.final) seen.counts.push(message.entry);
      if (message.type === "result") resolve(message);
    };
  });
  const start = { reference_video_id: reference, model: "full", mirrored: false, ...camera.size };
  overlay.begin(await socket.open(start), camera.size);
  const finder = place === "device" ? new PoseFinder() : null;
  await finder?.open();
  await finder?.find(await camera.takeBitmap(), 0);
  let busy = false;
  const look = async (takenMs, referenceSeconds) => {
    const moment = { seconds: takenMs / 1000, referenceSeconds, rate: 1 };
    if (!finder) return socket.sendFrame(await camera.takeJpeg(), moment);
    const { values } = await finder.find(await camera.takeBitmap(), takenMs);
    socket.sendKeypoints(values, moment);
    draw(values && Array.from({ length: 33 }, (_, i) =>
      [values[COLUMNS * i], values[COLUMNS * i + 1], values[COLUMNS * i + 5]]), takenMs);
  };
  const next = async (now, frame) => {
    video.requestVideoFrameCallback(next);
    if (busy) return;
    busy = true;
    await look(now, frame.mediaTime);
    busy = false;
  };
  video.requestVideoFrameCallback(next);
  await video.play();
  await new Promise(resolve => video.addEventListener("ended", resolve, { once: true }));
  socket.finish();
  const { report, poses } = await result;
  finder?.close();
  return { ...seen, report, poses, seconds: video.duration };
}"""


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """What a session in a browser gave.

    Attributes:
        delays: milliseconds from a frame on the screen to its skeleton over it.
        draws: milliseconds that each skeleton took to draw.
        counts: final counts of the timeline.
        report: the report at the end.
        poses_per_second: poses that the session took.
    """

    delays: Sequence[float]
    draws: Sequence[float]
    counts: Sequence[dict[str, Any]]
    report: dict[str, Any]
    poses_per_second: float


def dance_in_browser(url: str, *, take: str, reference: str, place: Literal["device", "server"]) -> BrowserSession:
    """Let the page of the stack at `url` see a take, with poses found in the browser or on the server."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=_FLAGS)
        page = browser.new_page()
        page.set_default_timeout(_LONGEST_MS)
        page.goto(f"{url}/live")
        content = f"/v1/videos/{take}/preview.mp4"
        found = page.evaluate(_SESSION, {"source": content, "reference": reference, "place": place})
        browser.close()
    return BrowserSession(
        found["delays"], found["draws"], found["counts"], found["report"], found["poses"] / found["seconds"]
    )
