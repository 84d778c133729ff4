/** What is known of the beats of a finished comparison, and the way to set them by hand. */

import { beatsText } from "./beats/own_beats.js";
import { el } from "./dom.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */
/** @typedef {import("./api_types.js").ComparisonReport} Report */

/** The page on which the comparison is set up again, with its recordings and options. @param {string} id */
export const setUpUrl = (id) => `/?again=${encodeURIComponent(id)}`;

/** @param {Comparison} comparison @param {Report} report */
export function beatsNote(comparison, report) {
  const href = `${setUpUrl(comparison.id)}#beats`;
  /** @param {string} words */
  const link = (words) => el("a", { href }, words);
  if (comparison.beats) return el("p", { class: "beats-note muted" }, `Counted by your own beats: ${beatsText(comparison.beats)}. `, link("Change the beats"));
  const doubt = doubtOf(report);
  if (doubt) return el("p", { class: "beats-note" }, `${doubt} `, link("Set the beats yourself"));
  return el("p", { class: "beats-note muted" }, link("The beats are wrong? Set them yourself"));
}

/** @param {Report} report */
function doubtOf({ warnings, timeline }) {
  const has = (/** @type {string} */ reason) => warnings.some((warning) => warning.reason === reason);
  if (has("BEATS_UNCERTAIN")) return "It is not certain that the beats of the music were found: tempo and counts may be wrong.";
  if (has("COUNTS_GUESSED")) return "Where counting begins is a guess: count 1 may lie elsewhere.";
  if (timeline.length && !timeline.some(({ count }) => count)) return "No beat was found in the reference, so there are no counts.";
  return "";
}
