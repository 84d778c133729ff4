/** A row of counts that light up with the beat; for the eye, so that beats can be checked against the sound. */

import { el } from "../dom.js";
import { countAt, phraseOf } from "./beat_grid.js";

/** @typedef {import("../api_types.js").BeatsBody} Beats */

/** How much of a beat its lamp is lit. */
const LIT_SHARE = 0.6;

/** Hidden from screen readers: it only repeats what can be heard. */
export class CountLamps {
  element = el("ol", { class: "lamps", "aria-hidden": "true" });
  /** @type {HTMLElement[]} */
  #lamps = [];

  /** Lights the count at a second; none without beats. @param {Beats | null} beats @param {number} seconds */
  show(beats, seconds) {
    const now = beats && countAt(beats, seconds);
    this.element.hidden = !now;
    if (!now) return;
    this.#fit(phraseOf(beats.beats_per_bar));
    this.#lamps.forEach((lamp, i) => {
      lamp.classList.toggle("now", i + 1 === now.count);
      lamp.classList.toggle("lit", i + 1 === now.count && now.passed < LIT_SHARE);
    });
  }

  /** @param {number} counts */
  #fit(counts) {
    if (this.#lamps.length === counts) return;
    this.#lamps = Array.from({ length: counts }, (_, i) => el("li", {}, String(i + 1)));
    this.element.replaceChildren(...this.#lamps);
  }
}
