/** The answer of a classification in a line of a list: the style and its certainty, or why there is none. */

import { el } from "./dom.js";
import { colourOf } from "./style_colour.js";
import { looksLike, percent } from "./style_text.js";

/** @param {import("./api_types.js").StyleAnswer} answer */
export function answerNode(answer) {
  const { verdict, style, probability } = answer;
  return el("span", { class: "answer" },
    verdict === "style" && el("span", { class: `swatch ${colourOf(style)}`, "aria-hidden": "true" }),
    el("span", { class: "answer-style" }, looksLike(answer)),
    probability !== null && el("span", { class: "muted" }, ` ${percent(probability)}`));
}
