/** The strip under the video: the verdict on each stretch, and the probability of each style over time. */

import { el } from "./dom.js";
import { drawLanes } from "./lane_drawing.js";
import { colourOf } from "./style_colour.js";
import { lanesOf, stretchesOf } from "./style_lanes.js";
import { describeWindow, percent, styleName } from "./style_text.js";

/** @typedef {import("./api_types.js").ClassificationResult} StyleResult */

/** Shows the lanes and the position in them; calls back with seconds of the recording. */
export class StyleTimeline {
  #stretches;
  #lanes;
  #onSeek;
  #endS;
  #widthPx = 0;
  #timeS = 0;
  /** The second under the mouse. @type {number | null} */
  #hoverS = null;

  #slider = el("div", { class: "lanes", role: "slider", tabindex: 0, "aria-label": "Position in the recording", "aria-valuemin": "0" });
  #playhead = el("div", { class: "playhead" });
  #pointer = el("div", { class: "pointer", hidden: true });
  #canvas = el("div", { class: "lane-canvas" }, this.#slider, this.#pointer, this.#playhead);
  #readout = el("p", { class: "readout" });
  element;

  /**
   * @param {StyleResult} result
   * @param {{ durationS: number, onSeek: (seconds: number) => void }} options
   */
  constructor(result, { durationS, onSeek }) {
    const { lanes, leftOut } = lanesOf(result);
    this.#lanes = lanes;
    this.#stretches = stretchesOf(result.windows);
    this.#onSeek = onSeek;
    this.#endS = Math.max(durationS, this.#stretches.at(-1)?.endS ?? 0, 0.1);
    this.#slider.setAttribute("aria-valuemax", this.#endS.toFixed(1));
    this.element = el("div", { class: "style-timeline" },
      el("div", { class: "lane-grid" }, laneNames(result, lanes), this.#canvas),
      this.#readout,
      leftOut > 0 && el("p", { class: "muted" }, leftOut === 1 ? "One more style is too unlikely to be shown." : `${leftOut} more styles are too unlikely to be shown.`));
    this.#listen();
    new ResizeObserver(() => this.#layOut()).observe(this.#canvas);
  }

  /** Where each stretch starts, for steps from one to the next. */
  get starts() {
    return this.#stretches.map(({ startS }) => startS);
  }

  /** Moves the playhead. @param {number} seconds */
  setTime(seconds) {
    this.#timeS = seconds;
    this.#playhead.style.transform = `translateX(${this.#x(seconds)}px)`;
    this.#describe();
  }

  /** Describes the window under the mouse, else the one at the playhead. */
  #describe() {
    const words = describeWindow(this.#windowAt(this.#hoverS ?? this.#timeS));
    if (this.#readout.textContent !== words) this.#readout.textContent = words;
    this.#slider.setAttribute("aria-valuenow", this.#timeS.toFixed(1));
    this.#slider.setAttribute("aria-valuetext", describeWindow(this.#windowAt(this.#timeS)));
  }

  /** @param {number} seconds */
  #windowAt(seconds) {
    return this.#stretches.find(({ startS, endS }) => seconds >= startS - 1e-3 && seconds < endS - 1e-3)?.window;
  }

  /** @param {number} seconds */
  #x(seconds) {
    return (Math.min(Math.max(seconds, 0), this.#endS) / this.#endS) * this.#widthPx;
  }

  #listen() {
    /** @param {PointerEvent} event */
    const secondAt = (event) => {
      const x = event.clientX - this.#slider.getBoundingClientRect().left;
      return (Math.min(Math.max(x, 0), this.#widthPx) / this.#widthPx) * this.#endS;
    };
    this.#slider.addEventListener("click", (event) => this.#onSeek(secondAt(/** @type {PointerEvent} */ (event))));
    this.#slider.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "mouse") return;
      if (event.buttons === 1) this.#onSeek(secondAt(event));
      this.#hover(secondAt(event));
    });
    this.#slider.addEventListener("pointerleave", () => this.#hover(null));
  }

  /** @param {number | null} seconds */
  #hover(seconds) {
    this.#hoverS = seconds;
    this.#pointer.hidden = seconds === null;
    if (seconds !== null) this.#pointer.style.transform = `translateX(${this.#x(seconds)}px)`;
    this.#describe();
  }

  #layOut() {
    const width = this.#canvas.clientWidth;
    if (width === this.#widthPx || width === 0) return;
    this.#widthPx = width;
    this.#slider.replaceChildren(drawLanes(this.#stretches, this.#lanes, { startS: 0, endS: this.#endS, widthPx: width }));
    this.setTime(this.#timeS);
  }
}

/** The names of the lanes with the probabilities of the whole. @param {StyleResult} result @param {string[]} lanes */
function laneNames({ probabilities }, lanes) {
  return el("ul", { class: "lane-names" },
    el("li", { class: "looks" }, "Verdict"),
    ...lanes.map((style) => el("li", { class: colourOf(style), "data-style": style },
      el("span", { class: "lane-name" }, styleName(style)),
      el("span", { class: "number" }, probabilities ? percent(probabilities[style] ?? 0) : "–"))));
}
