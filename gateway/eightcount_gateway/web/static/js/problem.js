/** Shows a problem and what to do about it. */

import { adviceFor } from "./advice.js";
import { ApiError } from "./api.js";
import { el } from "./dom.js";
import { sentence } from "./text.js";

/**
 * The reason and message of anything that was thrown.
 * @param {unknown} error
 * @returns {import("./api_types.js").ErrorBody}
 */
export function reasonOf(error) {
  if (error instanceof ApiError) return { reason: error.reason, message: error.message };
  return { reason: "PAGE_ERROR", message: error instanceof Error ? error.message : String(error) };
}

/**
 * The message, the advice and the reason, as nodes.
 * @param {import("./api_types.js").ErrorBody} problem
 */
export function problemNodes({ reason, message }) {
  return [
    el("p", { class: "strong" }, sentence(message)),
    el("p", {}, adviceFor(reason)),
    el("p", { class: "reason" }, `Reason: ${reason}`),
  ];
}
