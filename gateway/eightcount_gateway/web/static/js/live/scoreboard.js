/** Points while one dances: the last count, and every eight-count so far. */

import { el } from "../dom.js";
import { level, phraseName, scoreText, sentence, timingText } from "../text.js";

/** @typedef {import("./messages.js").Count} Count */
/** @typedef {import("./messages.js").EightCount} EightCount */

/** Energy below and above which something is said. */
const [CALM, LIVELY] = [0.8, 1.25];

/** The board below the screens. */
export class Scoreboard {
  #now = el("span", { class: "now none" }, "–");
  #words = el("span", { class: "muted" });
  #eights = el("ol", { class: "eights", "aria-label": "Eight-counts so far" });

  /** @param {HTMLElement} root */
  constructor(root) {
    root.replaceChildren(el("p", { class: "points" }, this.#now, this.#words), this.#eights);
  }

  clear() {
    this.#show(null, "");
    this.#eights.replaceChildren();
  }

  /** @param {Count} message */
  addCount({ entry, final }) {
    if (final) return;
    this.#show(entry.score, entry.count ? `points for count ${entry.count}` : "points");
  }

  /** @param {EightCount} message @param {number} [counts] of a phrase */
  addEightCount(message, counts) {
    this.#eights.prepend(el("li", {},
      el("span", {}, `${sentence(phraseName(counts))} ${message.eight_count}`),
      el("b", { class: level(message.score) }, scoreText(message.score)),
      el("span", {}, describe(message))));
  }

  /** @param {number | null} score @param {string} words */
  #show(score, words) {
    this.#now.textContent = scoreText(score);
    this.#now.className = `now ${level(score)}`;
    this.#words.textContent = words;
  }
}

/** @param {EightCount} message */
function describe({ timing_ms, energy }) {
  const parts = [timingText(timing_ms)];
  if (energy !== null && energy < CALM) parts.push("smaller than the dance");
  if (energy !== null && energy > LIVELY) parts.push("larger than the dance");
  return parts.join(", ");
}
