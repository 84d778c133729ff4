/** Tells a screen reader what changed, but not more often than it can be listened to. */

import { el } from "../dom.js";

const PAUSE_MS = 1500;
const LONGEST_WAIT_MS = 5000;

/** Says the latest words after a pause, and every few seconds while there is none. */
export class Announcer {
  element = el("p", { class: "hidden", role: "status" });
  #timer = 0;
  #words = "";
  #sinceMs = 0;

  /** @param {string} words */
  say(words) {
    const nowMs = performance.now();
    if (!this.#timer) this.#sinceMs = nowMs;
    clearTimeout(this.#timer);
    this.#words = words;
    this.#timer = setTimeout(() => this.#speak(), Math.max(0, Math.min(PAUSE_MS, this.#sinceMs + LONGEST_WAIT_MS - nowMs)));
  }

  #speak() {
    this.#timer = 0;
    this.element.textContent = this.#words;
  }
}
