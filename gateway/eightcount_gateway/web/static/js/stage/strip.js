/** The strip under the stage: eight-counts to loop, counts to scrub along, the position in the dance. */

import { el, svg } from "../dom.js";
import { tickSeconds, xOf } from "../timeline_bars.js";
import { clock, countText, phraseName, sentence, shortClock } from "../text.js";

/** @typedef {import("../api_types.js").CountBody} DanceCount */
/** @typedef {{ startS: number, endS: number, number: number }} Eight */
/** @typedef {{ startS: number, endS: number }} Stretch */

const HEIGHT_PX = 40;
const COUNT_PX = 5;
const NUMBER_PX = 30;
/** Ticks of counts, in shares of the height. */
const TICKS = { one: 0.62, five: 0.4, other: 0.24 };

/** Shows the position in the dance. Calls back with a second to seek to, or with a stretch to loop. */
export class CountStrip {
  #counts;
  #eights;
  #endS;
  #widthPx = 0;
  #timeS = 0;
  /** @type {Stretch | null} */
  #loop = null;
  #buttons;

  #numbers = el("div", { class: "eights", role: "group", "aria-label": "Loop a phrase of counts" });
  #slider = el("div", { class: "scrub", role: "slider", tabindex: 0, "aria-label": "Position in the dance", "aria-valuemin": "0" });
  #playhead = el("div", { class: "head" });
  #band = el("div", { class: "looped", hidden: true });
  element = el("div", { class: "strip" }, this.#numbers, this.#slider, this.#band, this.#playhead);

  /**
   * @param {DanceCount[]} counts
   * @param {number} durationS
   * @param {{ onSeek: (seconds: number) => void, onLoop: (stretch: Stretch) => void }} callbacks
   */
  constructor(counts, durationS, { onSeek, onLoop }) {
    this.#counts = counts.filter((count) => count.start_s < durationS)
      .map((count) => ({ ...count, end_s: Math.min(count.end_s, durationS) }));
    this.#eights = eightsOf(this.#counts);
    this.#endS = durationS;
    this.#buttons = this.#eights.map((eight) => el("button", {
      type: "button", "aria-label": `Loop ${phraseName(counts[0]?.counts_per_phrase)} ${eight.number}`, "aria-pressed": "false", onclick: () => onLoop(eight),
    }, String(eight.number)));
    this.#slider.setAttribute("aria-valuemax", durationS.toFixed(1));
    this.#listen(onSeek, onLoop);
    new ResizeObserver(() => this.#layOut()).observe(this.element);
  }

  /** The count at a second. @param {number} seconds */
  countAt(seconds) {
    return this.#counts.findLast((count) => seconds >= count.start_s - 1e-3);
  }

  /** The start of a count that is nearest to a second, else the second itself. @param {number} seconds */
  snapped(seconds) {
    const starts = this.#counts.map((count) => count.start_s);
    return starts.reduce((best, start) => (Math.abs(start - seconds) < Math.abs(best - seconds) ? start : best), starts[0] ?? seconds);
  }

  /** @param {number} seconds */
  setTime(seconds) {
    this.#timeS = seconds;
    this.#playhead.style.transform = `translateX(${this.#x(seconds)}px)`;
    const words = [clock(seconds), countText(/** @type {any} */ (this.countAt(seconds)))].filter(Boolean).join(" · ");
    this.#slider.setAttribute("aria-valuenow", seconds.toFixed(1));
    this.#slider.setAttribute("aria-valuetext", sentence(words));
  }

  /** @param {Stretch | null} loop */
  setLoop(loop) {
    this.#loop = loop;
    this.#band.hidden = loop === null;
    this.#buttons.forEach((button, i) => {
      const { startS, endS } = this.#eights[i];
      button.setAttribute("aria-pressed", String(loop !== null && Math.abs(loop.startS - startS) < 1e-3 && Math.abs(loop.endS - endS) < 1e-3));
    });
    if (!loop) return;
    this.#band.style.left = `${this.#x(loop.startS)}px`;
    this.#band.style.width = `${this.#x(loop.endS) - this.#x(loop.startS)}px`;
  }

  /** @param {number} seconds */
  #x(seconds) {
    return xOf(Math.min(Math.max(seconds, 0), this.#endS), this.#span);
  }

  get #span() {
    return { startS: 0, endS: this.#endS, widthPx: this.#widthPx };
  }

  /**
   * Seeks along the strip by mouse or touch; with Shift held, marks a stretch to loop.
   * @param {(seconds: number) => void} onSeek
   * @param {(stretch: Stretch) => void} onLoop
   */
  #listen(onSeek, onLoop) {
    /** @type {number | null} */
    let loopFromS = null;
    /** @param {PointerEvent} event */
    const secondAt = (event) => {
      const x = event.clientX - this.#slider.getBoundingClientRect().left;
      return (Math.min(Math.max(x, 0), this.#widthPx) / this.#widthPx) * this.#endS;
    };
    this.#slider.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.#slider.setPointerCapture(event.pointerId);
      loopFromS = event.shiftKey ? secondAt(event) : null;
      if (loopFromS === null) onSeek(secondAt(event));
    });
    this.#slider.addEventListener("pointermove", (event) => {
      if (this.#slider.hasPointerCapture(event.pointerId) && loopFromS === null) onSeek(secondAt(event));
    });
    this.#slider.addEventListener("pointerup", (event) => {
      const [startS, endS] = [loopFromS ?? 0, secondAt(event)].map((seconds) => this.snapped(seconds)).sort((a, b) => a - b);
      if (loopFromS !== null && endS > startS) onLoop({ startS, endS });
      loopFromS = null;
    });
    this.#slider.addEventListener("keydown", (event) => {
      const place = { Home: 0, End: this.#endS }[event.key];
      if (place === undefined) return;
      event.preventDefault();
      onSeek(place);
    });
  }

  #layOut() {
    const width = this.element.clientWidth;
    if (width === this.#widthPx || width === 0) return;
    this.#widthPx = width;
    this.#slider.replaceChildren(this.#drawing());
    this.#layOutNumbers();
    this.setLoop(this.#loop);
    this.setTime(this.#timeS);
  }

  /** Shows as many numbers as there is room for. */
  #layOutNumbers() {
    const each = this.#eights.length ? this.#x(this.#eights[0].endS) - this.#x(this.#eights[0].startS) : NUMBER_PX;
    const step = [1, 2, 4, 8, 16, 32].find((one) => one * each >= NUMBER_PX) ?? 64;
    const shown = this.#buttons.filter((button, i) => {
      const x = this.#x(this.#eights[i].startS);
      const width = Math.min(Math.max(this.#x(this.#eights[i].endS) - x, NUMBER_PX), this.#widthPx - x) - 1;
      button.style.left = `${x}px`;
      button.style.width = `${width}px`;
      return i % step === 0 && width > NUMBER_PX / 2;
    });
    this.#numbers.hidden = shown.length === 0;
    this.#numbers.replaceChildren(...shown);
  }

  #drawing() {
    const span = this.#span;
    const box = { width: span.widthPx, height: HEIGHT_PX, viewBox: `0 0 ${span.widthPx} ${HEIGHT_PX}`, "aria-hidden": "true" };
    const dense = this.#counts.length * COUNT_PX > span.widthPx;
    const counts = dense ? [] : this.#counts;
    return svg("svg", box,
      ...this.#eights.map((eight) => band(eight, span)),
      ...counts.map((count) => tick(count, span)),
      ...(this.#counts.length ? [] : tickSeconds(span).map((second) =>
        svg("text", { x: xOf(second, span) + 3, y: HEIGHT_PX - 6 }, shortClock(second)))));
  }
}

/** @param {Eight} eight @param {import("../timeline_bars.js").Span} span */
function band({ startS, endS, number }, span) {
  const x = xOf(startS, span);
  return svg("rect", { class: number % 2 ? "eight odd" : "eight", x, y: 0, width: Math.max(0, xOf(endS, span) - x), height: "100%" });
}

/** @param {DanceCount} count @param {import("../timeline_bars.js").Span} span */
function tick({ start_s: startS, count }, span) {
  const kind = count === 1 ? "one" : count === 5 ? "five" : "other";
  const x = Math.round(xOf(startS, span)) + 0.5;
  return svg("line", { class: kind, x1: x, x2: x, y1: HEIGHT_PX * (1 - TICKS[kind]), y2: HEIGHT_PX });
}

/** Eight-counts that begin within the dance. @param {DanceCount[]} counts */
function eightsOf(counts) {
  /** @type {Eight[]} */
  const eights = [];
  for (const { eight_count: number, start_s: startS, end_s: endS } of counts) {
    const last = eights.at(-1);
    if (last?.number === number) last.endS = endS;
    else if (number) eights.push({ number, startS, endS });
  }
  return eights;
}
