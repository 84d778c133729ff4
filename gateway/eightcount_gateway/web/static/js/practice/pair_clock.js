/** Two videos in step, with those members of a media element that `Player` uses. The reference leads. */

/** @typedef {import("./time_map.js").TimeMap} TimeMap */
/** @typedef {import("./pane.js").Pane} Pane */

/** Beyond this the take is sought; below, it is steered by its speed. */
const SEEK_BEYOND_S = 0.5;
/** Below this the take is in step: a browser's clock is no better. */
const IN_STEP_S = 0.008;
/** Share of the error that is made up for in a second, and the largest change of speed. */
const GAIN = 3;
const MAX_CHANGE = 0.3;
/** Some browsers change speed coarsely, and all do so audibly when it is done on every frame. */
const RATE_STEP = 0.01;
const [SLOWEST, FASTEST] = [0.1, 4];
const HAVE_FUTURE_DATA = 3;
/** This close to the end playing starts anew. */
const END_S = 0.06;

/**
 * Seconds from `startS` of the reference on. The take is silent and follows: it is slowed down or sped up by a little, and
 * sought only when it is far off, because a seek shows nothing for a moment.
 *
 * Events, as of a media element: `play`, `pause`, `ended`, `seeked`, `timeupdate`, `ratechange`.
 */
export class PairClock extends EventTarget {
  #reference;
  #take;
  #map;
  #startS;
  #duration;
  #rate = 1;
  #frame = 0;
  /** Whether the reference stands still until the take has loaded. */
  #isWaiting = false;

  /**
   * @param {Pane} reference
   * @param {Pane} take
   * @param {TimeMap} map
   * @param {{ startS: number, durationS: number }} span the part of the reference that both show
   */
  constructor(reference, take, map, { startS, durationS }) {
    super();
    this.#reference = reference;
    this.#take = take;
    this.#map = map;
    this.#startS = startS;
    this.#duration = durationS;
    for (const { video } of [reference, take]) video.preservesPitch = true;
    take.video.muted = true;
    const { video } = reference;
    video.addEventListener("play", () => this.#onPlay());
    video.addEventListener("pause", () => this.#onPause());
    video.addEventListener("ended", () => this.#end());
    video.addEventListener("seeked", () => this.#emit("seeked"));
    video.addEventListener("timeupdate", () => (this.#steer(), this.#emit("timeupdate")));
    take.video.addEventListener("canplay", () => this.#goOn());
    this.currentTime = 0;
  }

  get duration() {
    return this.#duration;
  }

  get paused() {
    return this.#reference.video.paused && !this.#isWaiting;
  }

  get currentTime() {
    return Math.max(0, this.#reference.video.currentTime - this.#startS);
  }

  set currentTime(seconds) {
    const referenceS = this.#startS + Math.min(Math.max(0, seconds), this.#duration);
    this.#reference.seek(referenceS);
    const takeS = this.#map.takeSeconds(referenceS);
    if (takeS !== null) this.#take.seek(takeS);
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#rate = rate;
    this.#reference.video.playbackRate = rate;
    this.#steer();
    this.#emit("ratechange");
  }

  /** Plays, from the start when it is at the end. Rejects where the browser does not allow it. */
  async play() {
    if (this.currentTime >= this.#duration - END_S) this.currentTime = 0;
    await this.#reference.video.play();
  }

  pause() {
    const wasWaiting = this.#isWaiting;
    this.#isWaiting = false;
    this.#take.video.pause();
    if (wasWaiting && this.#reference.video.paused) this.#onPause();
    this.#reference.video.pause();
  }

  #onPlay() {
    this.#isWaiting = false;
    this.#emit("play");
    this.#run();
  }

  #onPause() {
    if (this.#isWaiting) return;
    cancelAnimationFrame(this.#frame);
    this.#take.video.pause();
    const takeS = this.#map.takeSeconds(this.#reference.video.currentTime);
    if (takeS !== null && !this.#reference.video.seeking) this.#take.seek(takeS);
    this.#emit("pause");
  }

  #run() {
    if (this.#reference.video.paused) return;
    this.#steer();
    if (this.currentTime >= this.#duration) this.#end();
    else this.#frame = requestAnimationFrame(() => this.#run());
  }

  /** Keeps the take in step while both play. */
  #steer() {
    const { video } = this.#take;
    const { paused, currentTime } = this.#reference.video;
    if (paused) return;
    const wanted = this.#map.takeSeconds(currentTime);
    if (wanted === null || wanted < 0 || wanted >= video.duration) return video.pause();
    const late = wanted - video.currentTime;
    if (Math.abs(late) > SEEK_BEYOND_S && !video.seeking) this.#take.seek(wanted);
    const change = Math.abs(late) < IN_STEP_S ? 0 : Math.min(Math.max(GAIN * late, -MAX_CHANGE), MAX_CHANGE);
    const rate = Math.min(Math.max(this.#rate * (this.#map.speedAt(currentTime) + change), SLOWEST), FASTEST);
    if (Math.abs(video.playbackRate - rate) > RATE_STEP) video.playbackRate = rate;
    if (video.paused) video.play().catch(() => undefined);
    if (video.readyState < HAVE_FUTURE_DATA && !video.seeking && wanted < video.duration - SEEK_BEYOND_S) this.#wait();
  }

  /** The take has to load: the reference waits for it, and both go on together. */
  #wait() {
    this.#isWaiting = true;
    this.#reference.video.pause();
  }

  #goOn() {
    if (!this.#isWaiting) return;
    this.#reference.video.play().catch(() => this.pause());
  }

  #end() {
    this.pause();
    this.#emit("ended");
  }

  /** @param {string} name */
  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}
