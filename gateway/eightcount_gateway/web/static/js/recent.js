/** The list of recent comparisons under the form. */

import { nameOfVideo, videoUrl } from "./api.js";
import { el } from "./dom.js";
import { comparisons } from "./jobs_api.js";
import { RECENT, recentRow } from "./recent_rows.js";
import { level, scoreText, spokenScore } from "./text.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */

/**
 * Fills the section and shows it when there is something in it. A list that cannot be loaded is not reported:
 * the form works without it.
 * @param {HTMLElement} section
 */
export async function showRecent(section) {
  const recent = await comparisons.listRecent(RECENT).catch(() => []);
  if (recent.length === 0) return;
  const rows = await Promise.all(recent.map(row));
  section.querySelector("ul")?.replaceChildren(...rows);
  section.hidden = false;
}

/** @param {Comparison} comparison */
async function row(comparison) {
  const { take_video_id, reference_video_id, score, status } = comparison;
  const [take, reference] = await Promise.all([nameOfVideo(take_video_id, "take"), nameOfVideo(reference_video_id, "reference")]);
  return recentRow(comparisons, comparison, {
    noun: "comparison",
    names: [el("b", {}, take), " against ", reference],
    recordingUrls: [videoUrl(take_video_id), videoUrl(reference_video_id)],
    ...(status === "succeeded" && {
      result: el("span", { class: `pill ${level(score)}` }, el("span", { class: "hidden" }, spokenScore(score)), el("span", { "aria-hidden": "true" }, scoreText(score))),
    }),
  });
}
