/** Buttons that start a comparison once more with the one option that a warning names. */

import { requestOf } from "./comparison_request.js";
import { el } from "./dom.js";
import { comparisons } from "./jobs_api.js";
import { problemNodes, reasonOf } from "./problem.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */
/** @typedef {import("./api_types.js").ComparisonReport} Report */
/** @typedef {Partial<import("./jobs_api.js").ComparisonRequest>} Change */
/** @typedef {{ words: string, change: Change, helps: (comparison: Comparison, report: Report) => boolean }} Option */

/** By the reason of the warning. @type {Record<string, Option>} */
const OPTIONS = {
  TAKE_SEEMS_MIRRORED: { words: "Compare as a mirror image", change: { mirrored: true }, helps: ({ mirrored }) => !mirrored },
  TAKE_SEEMS_NOT_MIRRORED: { words: "Compare as it was recorded", change: { mirrored: false }, helps: ({ mirrored }) => mirrored },
  OUT_OF_STEP: {
    words: "Line up by the movement", change: { align: "motion" },
    helps: ({ align }, { alignment }) => align !== "motion" && alignment.method !== "motion",
  },
};

/**
 * The button, and the place where it says what went wrong; nothing where the warning names no option, or where it is set already.
 * @param {string} reason of the warning
 * @param {{ comparison: Comparison, report: Report }} finished
 * @returns {HTMLElement[]}
 */
export function tryOption(reason, { comparison, report }) {
  const option = OPTIONS[reason];
  if (!option?.helps(comparison, report)) return [];
  const problem = el("div", { class: "notice error", role: "alert", hidden: true });
  const button = el("button", { type: "button", onclick: () => start() }, option.words);
  const start = async () => {
    button.disabled = true;
    problem.hidden = true;
    try {
      location.assign(comparisons.page((await comparisons.start({ ...requestOf(comparison), ...option.change })).id));
    } catch (error) {
      button.disabled = false;
      problem.replaceChildren(...problemNodes(reasonOf(error)));
      problem.hidden = false;
    }
  };
  return [el("p", { class: "try" }, button), problem];
}
