/** One bar per count, as high and as coloured as its score, with the eight-counts and the moments furthest off. */

import { el, svg } from "./dom.js";
import { clock, countText, jointName, level, scoreText, sentence, shortClock } from "./words.js";

/** @typedef {import("./types.js").TimelineEntry} TimelineEntry */
/** @typedef {import("./types.js").Moment} Moment */

const MIN_BAR_PX = 9;
const COUNT_LABEL_PX = 13;
const BAR_AREA_PX = 72;
const HEADER_PX = 18;
const FOOTER_PX = 16;
const TICK_STEPS_S = [1, 2, 5, 10, 15, 30, 60];
const TICK_SPACING_PX = 56;
const LANE_PX = 30;

/** Shows the timeline and the place in it; calls back with seconds of the reference. */
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

  #slider = el("div", { class: "bars", role: "slider", tabindex: 0, "aria-label": "Place in the dance" });
  #markers = el("div", { class: "markers" });
  #playhead = el("div", { class: "playhead" });
  #loopBand = el("div", { class: "loop-band", hidden: true });
  #canvas = el("div", { class: "timeline-canvas" }, this.#markers, this.#slider, this.#loopBand, this.#playhead);
  #readout = el("p", { class: "readout" });
  #scroller = el("div", { class: "timeline-scroll" }, this.#canvas);
  element = el("div", { class: "timeline" }, this.#scroller, this.#readout);

  /**
   * @param {{ timeline: TimelineEntry[], moments: Moment[] }} report
   * @param {{ startS: number, endS: number }} span what the video covers, seconds of the reference
   * @param {{ onSeek: (seconds: number) => void, onMoment: (moment: Moment) => void }} callbacks
   */
  constructor({ timeline, moments }, { startS, endS }, { onSeek, onMoment }) {
    this.#entries = timeline;
    this.#moments = moments;
    this.#buttons = moments.map((moment, i) => markerButton(moment, i, onMoment));
    this.#markers.append(...this.#buttons);
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
    const words = describe(entry, seconds);
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
    const height = HEADER_PX + BAR_AREA_PX + FOOTER_PX;
    this.#slider.replaceChildren(
      svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
        ...this.#groups(), ...this.#bars(), ...this.#ticks()));
    this.#placeMarkers();
    this.setLoop(this.#loop);
    this.setTime(this.#timeS || this.#startS);
  }

  #bars() {
    return this.#entries.map((entry) => {
      const [x, end] = [this.#x(entry.start_s), this.#x(entry.end_s)];
      const height = entry.score === null ? 4 : Math.max(4, (entry.score / 100) * BAR_AREA_PX);
      const gap = end - x > 6 ? 2 : 1;
      return svg("rect", {
        class: `bar ${level(entry.score)}`, x: x + gap / 2, width: Math.max(1, end - x - gap),
        y: HEADER_PX + BAR_AREA_PX - height, height, rx: 1.5,
      }, svg("title", {}, describe(entry, entry.start_s)));
    });
  }

  /** A band behind every second eight-count, its number, and the counts under the bars. */
  #groups() {
    const nodes = [];
    for (const group of groupsOf(this.#entries)) {
      const [x, end] = [this.#x(group.startS), this.#x(group.endS)];
      nodes.push(svg("rect", { class: group.number % 2 ? "band odd" : "band", x, y: 0, width: end - x, height: "100%" }));
      if (end - x > 16) nodes.push(svg("text", { class: "group-number", x: x + 4, y: 13 }, String(group.number)));
    }
    for (const entry of this.#entries) {
      const [x, end] = [this.#x(entry.start_s), this.#x(entry.end_s)];
      if (!entry.count || (end - x < COUNT_LABEL_PX && entry.count % 4 !== 1)) continue;
      nodes.push(svg("text", {
        class: entry.count === 1 ? "count one" : "count", x: (x + end) / 2, y: HEADER_PX + BAR_AREA_PX + 12,
      }, String(entry.count)));
    }
    return nodes;
  }

  /** Seconds under the bars, when there are no counts. */
  #ticks() {
    if (this.#entries.some((entry) => entry.count)) return [];
    const span = this.#endS - this.#startS;
    const step = TICK_STEPS_S.find((one) => (one / span) * this.#widthPx > TICK_SPACING_PX) ?? 120;
    const labels = [];
    for (let second = Math.ceil(this.#startS / step) * step; second < this.#endS; second += step) {
      labels.push(svg("text", { class: "tick", x: this.#x(second) + 2, y: HEADER_PX + BAR_AREA_PX + 12 }, shortClock(second)));
    }
    return labels;
  }

  /** Markers above the bars, in as many lanes as it takes for none to cover another. */
  #placeMarkers() {
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

/**
 * Consecutive entries of the same eight-count.
 * @param {TimelineEntry[]} entries
 */
export function groupsOf(entries) {
  /** @type {{ number: number, startS: number, endS: number }[]} */
  const groups = [];
  for (const { eight_count: number, start_s: startS, end_s: endS } of entries) {
    const last = groups.at(-1);
    if (last && last.number === number) last.endS = endS;
    else if (number) groups.push({ number, startS, endS });
  }
  return groups;
}

/** @param {Moment} moment @param {number} position @param {(moment: Moment) => void} onMoment */
function markerButton(moment, position, onMoment) {
  return el("button", {
    type: "button", class: "marker", "data-moment": moment.id, "aria-pressed": "false",
    "aria-label": `Moment ${position + 1}: ${moment.what}`, title: sentence(moment.what), onclick: () => onMoment(moment),
  }, String(position + 1));
}

/** @param {TimelineEntry | undefined} entry @param {number} seconds where there is no entry */
function describe(entry, seconds) {
  const place = [sentence(countText(entry)) || `From ${clock(entry?.start_s ?? seconds)}`];
  if (!entry) return `${place[0]} · not compared`;
  const score = entry.score === null ? "not comparable" : `score ${scoreText(entry.score)}`;
  const worst = entry.score !== null && entry.worst_joint ? `weakest: ${jointName(entry.worst_joint)}` : "";
  return [...place, score, worst].filter(Boolean).join(" · ");
}
