/** The answer of a classification in a line of a list: the style and its certainty, or why there is none. */

import { el } from "./dom.js";
import { looksLike, percent } from "./style_text.js";

/** @param {import("./api_types.js").StyleAnswer} answer */
export function answerNode(answer) {
  const { probability } = answer;
  return el("span", { class: "answer" },
    el("span", { class: "answer-style" }, looksLike(answer)),
    probability !== null && el("span", { class: "muted" }, ` ${percent(probability)}`));
}
