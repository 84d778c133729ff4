/** The style of the last few seconds, while one dances. */

import { el } from "../dom.js";
import { colourOf } from "../style_colour.js";
import { NOT_A_DANCE, percent, styleName } from "../style_text.js";

/** @typedef {import("./messages.js").Style} Style */

const SHOWN = 3;
const UNNAMED = { unknown: "a style that is not known", not_a_dance: "not a dance", not_seen: "not visible" };

export class StyleBar {
  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  clear() {
    this.#root.replaceChildren();
  }

  /** @param {Style} message */
  show({ verdict, style, probabilities }) {
    const ranked = Object.entries(probabilities ?? {}).sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
    const words = verdict === "style" ? styleName(style) : UNNAMED[/** @type {keyof UNNAMED} */ (verdict)] ?? verdict;
    this.#root.replaceChildren(
      el("p", {}, "This looks like: ", el("b", {}, words)),
      el("ul", {}, ...ranked.map(([name, share]) => bar(name, share))));
  }
}

/** @param {string} name @param {number} share */
function bar(name, share) {
  const filled = el("span", { class: "fill" });
  filled.style.width = percent(share).replace(" ", "");
  const words = name === NOT_A_DANCE ? "not a dance" : styleName(name);
  return el("li", { class: colourOf(name) }, el("span", {}, words), el("span", { class: "track", "aria-hidden": "true" }, filled), el("span", { class: "muted" }, percent(share)));
}
