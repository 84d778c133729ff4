/** A small image of one person in a recording. */

import { el } from "../dom.js";

/** @typedef {import("../api_types.js").DancerBody} Dancer */

const SIZE_PX = 96;
/** What is shown, as a share of the shorter side of the image. */
const SHOWN = 0.6;
/** A seek to the very time of a frame may show the one before. */
const INTO_FRAME_S = 0.01;

/** Empty where this browser cannot play the recording. @param {Promise<string>} source address of the recording @param {Dancer} dancer */
export function thumbnail(source, { x, y, at_seconds }) {
  const canvas = el("canvas", { class: "thumbnail", width: SIZE_PX, height: SIZE_PX, "aria-hidden": "true" });
  const video = el("video", { muted: true, playsinline: true, preload: "auto" });
  source.then((address) => (video.src = address)).catch(() => undefined);
  video.addEventListener("loadedmetadata", () => (video.currentTime = (at_seconds ?? 0) + INTO_FRAME_S), { once: true });
  video.addEventListener("seeked", () => {
    const { videoWidth: width, videoHeight: height } = video;
    const side = SHOWN * Math.min(width, height);
    const [left, top] = [[x, width], [y, height]].map(([share, whole]) => Math.min(Math.max(share * whole - side / 2, 0), whole - side));
    canvas.getContext("2d")?.drawImage(video, left, top, side, side, 0, 0, SIZE_PX, SIZE_PX);
    video.removeAttribute("src");
    video.load();
  }, { once: true });
  return canvas;
}
