/** The strip under the video: bars, the playhead, the looped stretch and the worst moments, where there are any. */

import { el } from "./dom.js";
import { describe, drawBars } from "./timeline_bars.js";
import { sentence } from "./text.js";

/** @typedef {import("./api_types.js").TimelineEntry} TimelineEntry */
/** @typedef {import("./moments.js").Moment} Moment */

const MIN_BAR_PX = 9;
const LANE_PX = 30;

/** Shows the timeline and the position in it; calls back with seconds of the reference. */
export class Timeline {
  #entries;
  #moments;
  #buttons;
  #startS;
  #endS;
  #widthPx = 0;
  /** @type {TimelineEntry | undefined} */
  #current;
  /** @type {{ startS: number, endS: number } | null} */
  #loop = null;
  #timeS = 0;
  #isScored;

  #slider = el("div", { class: "bars", role: "slider", tabindex: 0, "aria-label": "Position in the dance" });
  #markers = el("div", { class: "markers" });
  #playhead = el("div", { class: "playhead" });
  #loopBand = el("div", { class: "loop-band", hidden: true });
  #canvas = el("div", { class: "timeline-canvas" }, this.#markers, this.#loopBand, this.#slider, this.#playhead);
  #caption = el("p", { class: "muted" });
  #readout = el("p", { class: "readout" });
  #scroller = el("div", { class: "timeline-scroll" }, this.#canvas);
  element = el("div", { class: "timeline" }, this.#caption, this.#scroller, this.#readout);

  /**
   * @param {{ timeline: TimelineEntry[], moments: Moment[] }} report
   * @param {{ startS: number, endS: number }} span what the video covers, seconds of the reference
   * @param {{ onSeek: (seconds: number) => void, onMoment: (moment: Moment) => void }} callbacks
   */
  constructor({ timeline, moments }, { startS, endS }, { onSeek, onMoment }) {
    this.#entries = timeline;
    this.#moments = moments;
    this.#isScored = timeline.some(({ score }) => score !== null);
    this.#buttons = moments.map((moment, i) => markerButton(moment, i, onMoment));
    this.#markers.append(...this.#buttons);
    this.#caption.textContent = captionOf(timeline, moments);
    this.#startS = Math.min(startS, timeline[0]?.start_s ?? startS);
    this.#endS = Math.max(endS, timeline.at(-1)?.end_s ?? endS, this.#startS + 0.1);
    this.#slider.setAttribute("aria-valuemin", this.#startS.toFixed(1));
    this.#slider.setAttribute("aria-valuemax", this.#endS.toFixed(1));
    this.#listen(onSeek);
    new ResizeObserver(() => this.#layOut()).observe(this.#scroller);
  }

  /** Moves the playhead. @param {number} seconds of the reference */
  setTime(seconds) {
    this.#timeS = seconds;
    const x = this.#x(seconds);
    this.#playhead.style.transform = `translateX(${x}px)`;
    this.#keepInView(x);
    const entry = this.#entries.find((one) => seconds >= one.start_s - 1e-3 && seconds < one.end_s - 1e-3);
    if (entry === this.#current && this.#readout.textContent) return;
    this.#current = entry;
    const words = describe(entry, seconds, this.#isScored);
    this.#readout.textContent = words;
    this.#slider.setAttribute("aria-valuenow", seconds.toFixed(1));
    this.#slider.setAttribute("aria-valuetext", words);
  }

  /** @param {{ startS: number, endS: number } | null} loop */
  setLoop(loop) {
    this.#loop = loop;
    this.#loopBand.hidden = loop === null;
    if (!loop) return;
    const left = this.#x(Math.max(loop.startS, this.#startS));
    this.#loopBand.style.left = `${left}px`;
    this.#loopBand.style.width = `${this.#x(Math.min(loop.endS, this.#endS)) - left}px`;
  }

  /** @param {number} seconds */
  #x(seconds) {
    return ((seconds - this.#startS) / (this.#endS - this.#startS)) * this.#widthPx;
  }

  /** @param {(seconds: number) => void} onSeek */
  #listen(onSeek) {
    /** @param {PointerEvent} event */
    const seek = (event) => {
      const x = event.clientX - this.#slider.getBoundingClientRect().left;
      onSeek(this.#startS + (Math.min(Math.max(x, 0), this.#widthPx) / this.#widthPx) * (this.#endS - this.#startS));
    };
    this.#slider.addEventListener("click", seek);
    // Scrubbing is for the mouse: a finger that moves sideways scrolls the timeline.
    this.#slider.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse" && event.buttons === 1) seek(event);
    });
  }

  #layOut() {
    const free = this.#scroller.clientWidth;
    const width = Math.max(free, this.#entries.length * MIN_BAR_PX);
    if (width === this.#widthPx || free === 0) return;
    this.#widthPx = width;
    this.#canvas.style.width = `${width}px`;
    this.#slider.replaceChildren(drawBars(this.#entries, { startS: this.#startS, endS: this.#endS, widthPx: width }));
    this.#layOutMarkers();
    this.setLoop(this.#loop);
    this.setTime(this.#timeS || this.#startS);
  }

  /** Places the markers above the bars, in as many lanes as are needed to avoid overlaps. */
  #layOutMarkers() {
    const half = LANE_PX / 2;
    const placed = this.#moments.map((moment, i) => {
      const middle = this.#x((moment.start_s + moment.end_s) / 2);
      return { marker: this.#buttons[i], x: Math.min(Math.max(middle, half), this.#widthPx - half) };
    });
    /** @type {number[]} */
    const lanes = [];
    for (const { marker, x } of placed.sort((a, b) => a.x - b.x)) {
      const free = lanes.findIndex((end) => end <= x - half);
      const lane = free < 0 ? lanes.length : free;
      lanes[lane] = x + half;
      marker.style.left = `${x}px`;
      marker.style.top = `${lane * LANE_PX}px`;
    }
    this.#markers.style.height = `${lanes.length * LANE_PX}px`;
  }

  /** Scrolls a timeline that is wider than the page along with the playhead. @param {number} x */
  #keepInView(x) {
    const { scrollLeft, clientWidth } = this.#scroller;
    if (this.#widthPx <= clientWidth || (x >= scrollLeft + 8 && x <= scrollLeft + clientWidth - 24)) return;
    this.#scroller.scrollLeft = x - clientWidth / 4;
  }
}

/** What the strip shows. @param {TimelineEntry[]} timeline @param {Moment[]} moments */
function captionOf(timeline, moments) {
  if (timeline.length === 0) return "Nothing was compared, so there is nothing to show along the time.";
  const unit = stepUnit(timeline);
  if (!timeline.some(({ score }) => score !== null)) return `No ${unit} has a score`;
  return `Score of every ${unit}${moments.length ? "; the numbers mark the worst moments" : ""}`;
}

/** What one entry lasts. @param {TimelineEntry[]} timeline */
export const stepUnit = (timeline) => (timeline.some(({ count }) => count) ? "count" : "half second");

/** @param {Moment} moment @param {number} position @param {(moment: Moment) => void} onMoment */
function markerButton(moment, position, onMoment) {
  return el("button", {
    type: "button", class: "marker", "data-moment": moment.id, "aria-pressed": "false",
    "aria-label": `Moment ${position + 1}: ${moment.description}`, title: sentence(moment.description), onclick: () => onMoment(moment),
  }, String(position + 1));
}
