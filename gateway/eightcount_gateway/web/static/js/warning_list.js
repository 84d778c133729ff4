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
  /** @param {string} title @param {typeof warnings} some */
  const list = (title, some) => some.length === 0 ? [] : [
    el("p", { class: "strong" }, title),
    el("ul", {}, ...some.map(({ message, reason }) =>
      el("li", { "data-reason": reason }, message, ...tryOption(reason, { comparison, report })))),
  ];
  return [el("div", { class: "notice warning", role: "note" },
    ...list("Why there is no score", warnings.filter(({ reason }) => reason === why)),
    ...list("Good to know", warnings.filter(({ reason }) => reason !== why)))];
}
