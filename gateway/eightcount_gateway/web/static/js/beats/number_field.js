/** A field for a number, with a hint and its error beside it. */

import { el } from "../dom.js";

/** Labels its input, and explains what is wrong with it. */
export class NumberField {
  #error;
  input;
  element;

  /** @param {string} id @param {{ label: string, hint: string, min?: number, max?: number, value?: string }} words */
  constructor(id, { label, hint, min, max, value }) {
    const [hintId, errorId] = [`${id}-hint`, `${id}-error`];
    this.input = el("input", { id, type: "number", step: "any", inputmode: "decimal", min, max, value, "aria-describedby": `${errorId} ${hintId}` });
    this.#error = el("p", { id: errorId, class: "field-error", hidden: true });
    this.element = el("div", { class: "number-field" },
      el("label", { for: id }, label), this.input, el("small", { id: hintId }, hint), this.#error);
  }

  /** NaN where it is empty, or no number. */
  get value() {
    return this.input.valueAsNumber;
  }

  /** @param {number | null | undefined} value */
  fill(value) {
    this.input.value = value === null || value === undefined ? "" : String(value);
  }

  /** @param {string | undefined} words undefined where nothing is wrong */
  showProblem(words) {
    this.#error.textContent = words ?? "";
    this.#error.hidden = !words;
    this.input.setAttribute("aria-invalid", String(Boolean(words)));
  }
}
