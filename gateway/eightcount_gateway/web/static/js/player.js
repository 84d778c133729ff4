/** Plays a video, or anything with the same members, in seconds of the recording that the page is about. */

import { el } from "./dom.js";
import { clock } from "./text.js";

/** @typedef {import("./api_types.js").TimelineEntry} TimelineEntry */
/** @typedef {HTMLVideoElement | import("./stage/clock.js").DanceClock | import("./practice/pair_clock.js").PairClock | import("./practice/solo_clock.js").SoloClock} Media */
/** @typedef {{ startS: number, endS: number, label: string }} Loop */

const RATES = [0.5, 0.75, 1];
const END_MARGIN_S = 0.05;

/**
 * Plays, seeks, loops and steps from count to count.
 *
 * Events: `time` on every drawn frame and every seek, `loop` when the loop changes, `lead` when a count-in starts or ends.
 */
export class Player extends EventTarget {
  /** What comes before it plays, and before every round of a loop: a count-in. @type {((signal: AbortSignal) => Promise<void>) | null} */
  lead = null;
  /** @type {AbortController | null} */
  #leading = null;
  /** @type {Loop | null} */
  #loop = null;
  #startS;
  #durationS;
  #starts;

  /**
   * @param {Media} video
   * @param {{ startS: number, durationS: number, timeline: { start_s: number }[] }} axis the reference second at which the
   *   video starts, its length, and the counts to step by
   */
  constructor(video, { startS, durationS, timeline }) {
    super();
    this.video = video;
    this.#startS = startS;
    this.#durationS = durationS;
    this.#starts = timeline.map((entry) => entry.start_s);
    for (const name of ["seeked", "timeupdate", "loadedmetadata"]) video.addEventListener(name, () => this.#tick());
    video.addEventListener("play", () => this.#run());
    video.addEventListener("ended", () => this.#restartLoop());
  }

  /** Seconds of the reference. */
  get time() {
    return this.#startS + this.video.currentTime;
  }

  get startS() {
    return this.#startS;
  }

  get durationS() {
    return Number.isFinite(this.video.duration) ? this.video.duration : this.#durationS;
  }

  get loop() {
    return this.#loop;
  }

  /** Moves to a second of the reference; leaves the loop when that lies outside of it. @param {number} seconds */
  seek(seconds) {
    if (this.#loop && (seconds < this.#loop.startS - 0.01 || seconds > this.#loop.endS)) this.setLoop(null);
    this.#jump(seconds);
  }

  /** Plays a stretch again and again, from its start. @param {Loop | null} loop */
  setLoop(loop) {
    this.#loop = loop;
    this.dispatchEvent(new Event("loop"));
    if (loop) this.#jump(loop.startS);
  }

  /** Whether it plays, or is about to. */
  get isRunning() {
    return this.#leading !== null || !this.video.paused;
  }

  /** A browser that refuses to play leaves the video paused, which the button shows. */
  async play() {
    if (await this.#countIn()) await this.video.play().catch(() => undefined);
  }

  pause() {
    this.#leading?.abort();
    this.video.pause();
  }

  toggle() {
    if (this.isRunning) this.pause();
    else this.play();
  }

  /** False when it was called off. */
  async #countIn() {
    if (!this.lead || !this.video.paused) return true;
    this.#leading?.abort();
    const leading = new AbortController();
    this.#setLeading(leading);
    await this.lead(leading.signal);
    if (this.#leading === leading) this.#setLeading(null);
    return !leading.signal.aborted;
  }

  /** @param {AbortController | null} leading */
  #setLeading(leading) {
    this.#leading = leading;
    this.dispatchEvent(new Event("lead"));
  }

  /** Moves by whole counts. While playing, "back" leaves a moment to press it twice. @param {number} counts negative: back */
  step(counts) {
    const now = this.time;
    const next = this.#starts.findIndex((start) => start > now + 0.02);
    const before = this.#starts.findLastIndex((start) => start < now - (this.video.paused ? 0.05 : 0.3));
    if (counts > 0 && next >= 0) this.seek(this.#starts[Math.min(next + counts - 1, this.#starts.length - 1)]);
    if (counts < 0 && before >= 0) this.seek(this.#starts[Math.max(before + counts + 1, 0)]);
  }

  /** @param {number} seconds */
  #jump(seconds) {
    const end = Math.max(0, this.durationS - END_MARGIN_S);
    this.video.currentTime = Math.min(Math.max(0, seconds - this.#startS), end);
  }

  #run() {
    if (this.video.paused) return;
    this.#tick();
    requestAnimationFrame(() => this.#run());
  }

  #tick() {
    const end = this.#loop && Math.min(this.#loop.endS, this.#startS + this.durationS - END_MARGIN_S);
    if (this.#loop && end && this.time >= end && !this.video.paused) this.#restartLoop();
    this.dispatchEvent(new Event("time"));
  }

  #restartLoop() {
    if (!this.#loop) return;
    if (this.lead) this.video.pause();
    this.#jump(this.#loop.startS);
    this.play();
  }
}

/**
 * The row of controls under the video.
 * @param {Player} player
 * @param {string} unit what one step is
 * @param {number[]} rates speeds to choose from
 */
export function playerControls(player, unit = "count", rates = RATES) {
  const { video } = player;
  const play = el("button", { type: "button", class: "primary play", onclick: () => player.toggle() });
  const time = el("span", { class: "time" });
  const loop = el("button", { type: "button", class: "loop", hidden: true, onclick: () => player.setLoop(null) }, "Stop loop");
  const showPlay = () => (play.textContent = player.isRunning ? "Pause" : "Play");
  const showTime = () => (time.textContent = `${clock(player.time)} / ${clock(player.startS + player.durationS)}`);
  video.addEventListener("play", showPlay);
  video.addEventListener("pause", showPlay);
  player.addEventListener("lead", showPlay);
  player.addEventListener("time", showTime);
  player.addEventListener("loop", () => {
    loop.hidden = player.loop === null;
    loop.setAttribute("aria-label", `Stop loop of ${player.loop?.label ?? "this part"}`);
  });
  showPlay();
  showTime();
  return el("div", { class: "controls" },
    play,
    el("div", { class: "group" },
      el("button", { type: "button", "aria-label": `Back one ${unit}`, onclick: () => player.step(-1) }, "‹"),
      el("button", { type: "button", "aria-label": `Forward one ${unit}`, onclick: () => player.step(1) }, "›")),
    time,
    rateButtons(video, rates),
    loop);
}

/** @param {Media} video @param {number[]} rates */
function rateButtons(video, rates) {
  const buttons = rates.map((rate) =>
    el("button", { type: "button", "aria-label": `${rate}× speed`, onclick: () => (video.playbackRate = rate) }, `${rate}×`));
  const show = () =>
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(video.playbackRate === rates[i])));
  video.addEventListener("ratechange", show);
  show();
  return el("div", { class: "group", role: "group", "aria-label": "Playback speed" }, ...buttons);
}
