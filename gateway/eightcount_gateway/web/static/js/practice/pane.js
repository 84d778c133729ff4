/** One video with a canvas over it, on which every frame is drawn at its own time. */

import { el } from "../dom.js";

/** @typedef {import("./skeleton_track.js").SkeletonTrack} SkeletonTrack */

/** Browsers place a frame by its time; a seek to the very time may round down to the frame before. */
const INTO_FRAME = 0.25;
const KNOWS_FRAMES = "requestVideoFrameCallback" in HTMLVideoElement.prototype;

export class Pane {
  /** Seconds of the frame that is shown. */
  shownS = 0;
  /** Draws on the canvas, whose unit is a pixel of the track. @type {(context: CanvasRenderingContext2D, seconds: number, pixel: number) => void} */
  ondraw = () => {};
  /** The skeletons. */
  canvas = el("canvas", { "aria-hidden": "true" });
  #context = this.canvas.getContext("2d");

  /** @param {HTMLVideoElement} video with its metadata loaded @param {SkeletonTrack} track @param {string} name */
  constructor(video, track, name) {
    this.video = video;
    this.track = track;
    video.setAttribute("aria-label", name);
    this.element = el("div", { class: "pane" }, video, this.canvas, el("span", { class: "pane-name" }, name));
    this.element.style.setProperty("--shape", String(this.shape));
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    this.#follow();
  }

  /** Width by height. */
  get shape() {
    return this.track.width / this.track.height;
  }

  /** Draws the frame that is shown once more. */
  redraw() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!this.#context || clientWidth === 0) return;
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(side * devicePixelRatio));
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    this.#context.setTransform(width / this.track.width, 0, 0, height / this.track.height, 0, 0);
    this.ondraw(this.#context, this.shownS, this.track.width / clientWidth);
  }

  /** Who is tapped next; null when something else is. @returns {Promise<import("../api_types.js").DancerBody | null>} */
  point() {
    const { element } = this;
    element.classList.add("pointing");
    return new Promise((resolve) => {
      /** @param {MouseEvent} event */
      const take = (event) => {
        document.removeEventListener("click", take, { capture: true });
        element.classList.remove("pointing");
        if (!(event.target instanceof Node) || !element.contains(event.target)) return resolve(null);
        event.stopPropagation();
        const { left, top, width, height } = element.getBoundingClientRect();
        const across = (event.clientX - left) / width;
        const isMirrored = element.closest(".mirrored") !== null;
        resolve({ x: isMirrored ? 1 - across : across, y: (event.clientY - top) / height, at_seconds: Math.max(0, this.shownS) });
      };
      // After the click on the button that asked for it.
      setTimeout(() => document.addEventListener("click", take, { capture: true }));
    });
  }

  /** Shows the frame of a time. @param {number} seconds */
  seek(seconds) {
    const { seconds: times } = this.track;
    const frame = this.track.frameAt(seconds);
    const step = (times[frame + 1] ?? times[frame] + 1 / 30) - times[frame];
    this.video.currentTime = Math.max(0, Math.max(seconds, times[frame] + INTO_FRAME * step));
  }

  #follow() {
    const { video } = this;
    /** @param {number} seconds */
    const show = (seconds) => {
      this.shownS = seconds;
      this.redraw();
    };
    if (!KNOWS_FRAMES) {
      for (const name of ["timeupdate", "seeked"]) video.addEventListener(name, () => show(video.currentTime));
      return;
    }
    /** @param {VideoFrameCallbackMetadata} frame */
    const next = (frame) => {
      show(frame.mediaTime);
      video.requestVideoFrameCallback((_, later) => next(later));
    };
    video.requestVideoFrameCallback((_, frame) => next(frame));
  }
}
