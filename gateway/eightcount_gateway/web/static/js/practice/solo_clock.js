/** One video, with those members of a media element that `Player` uses; it is sought to whole frames. */

/** @typedef {import("./pane.js").Pane} Pane */

const EVENTS = ["play", "pause", "ended", "seeked", "timeupdate", "ratechange"];

export class SoloClock extends EventTarget {
  #pane;

  /** @param {Pane} pane */
  constructor(pane) {
    super();
    this.#pane = pane;
    pane.video.preservesPitch = true;
    for (const name of EVENTS) pane.video.addEventListener(name, () => this.dispatchEvent(new Event(name)));
  }

  get duration() {
    return this.#pane.video.duration;
  }

  get paused() {
    return this.#pane.video.paused;
  }

  get currentTime() {
    return this.#pane.video.currentTime;
  }

  set currentTime(seconds) {
    this.#pane.seek(seconds);
  }

  get playbackRate() {
    return this.#pane.video.playbackRate;
  }

  set playbackRate(rate) {
    this.#pane.video.playbackRate = rate;
  }

  /** Rejects where the browser does not allow it. */
  play() {
    return this.#pane.video.play();
  }

  pause() {
    this.#pane.video.pause();
  }
}
