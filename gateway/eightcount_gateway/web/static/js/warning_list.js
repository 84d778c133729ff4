/** What a user should know about a result before trusting it. */

import { el } from "./dom.js";
import { isNote } from "./recording_notes.js";
import { tryOption } from "./try_option.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */
/** @typedef {import("./api_types.js").ComparisonReport} Report */

/** Warnings of a report, the reason for a missing score first. @param {{ comparison: Comparison, report: Report }} finished */
export function warningNodes({ comparison, report }) {
  const { no_score_reason: why } = report;
  const warnings = report.warnings.filter((warning) => !isNote(warning));
  if (warnings.length === 0) return [];
  const first = warnings.filter(({ reason }) => reason === why);
  const rest = warnings.filter(({ reason }) => reason !== why);
  return [el("div", { class: "notice warning", role: "note" },
    el("p", { class: "strong" }, first.length ? "Why there is no score" : "Good to know"),
    el("ul", {}, ...[...first, ...rest].map(({ message, reason }) =>
      el("li", { "data-reason": reason }, message, ...tryOption(reason, { comparison, report })))))];
}
