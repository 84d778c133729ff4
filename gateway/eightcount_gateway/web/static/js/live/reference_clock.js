/** What the reference shows at a moment. `currentTime` alone is up to a frame old, and one refresh late. */

/** Follows a video that plays. */
export class ReferenceClock {
  #video;
  /**
   * Second of the video that was shown at a time of `performance.now`.
   * @type {{ seconds: number, atMs: number } | null}
   */
  #shown = null;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
    for (const name of ["seeking", "pause", "waiting", "ratechange", "ended"]) {
      video.addEventListener(name, () => (this.#shown = null));
    }
    video.requestVideoFrameCallback((_, frame) => this.#note(frame));
  }

  /** The second of the reference at a time; NaN while it does not play. @param {number} ms of `performance.now` */
  secondsAt(ms) {
    if (this.#video.paused || this.#video.seeking || !this.#shown) return NaN;
    return this.#shown.seconds + ((ms - this.#shown.atMs) / 1000) * this.#video.playbackRate;
  }

  /** @param {VideoFrameCallbackMetadata} frame */
  #note(frame) {
    if (!this.#video.paused) this.#shown = { seconds: frame.mediaTime, atMs: frame.expectedDisplayTime };
    this.#video.requestVideoFrameCallback((_, next) => this.#note(next));
  }
}
