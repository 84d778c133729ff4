/** The list of recent comparisons under the form. */

import { getVideo, linksOf, listComparisons } from "./api.js";
import { el } from "./dom.js";
import { dateText, level, scoreText } from "./text.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */

const SHOWN = 8;

/** @type {Record<Comparison["status"], string>} */
const STATUS = { queued: "waiting", running: "running", succeeded: "", failed: "failed", cancelled: "cancelled" };

/**
 * Fills the section and shows it when there is something in it. A list that cannot be loaded is not reported:
 * the form works without it.
 * @param {HTMLElement} section
 */
export async function showRecent(section) {
  const comparisons = (await listComparisons().catch(() => [])).slice(0, SHOWN);
  if (comparisons.length === 0) return;
  const rows = await Promise.all(comparisons.map(row));
  section.querySelector("ul")?.replaceChildren(...rows);
  section.hidden = false;
}

/** @param {Comparison} comparison */
async function row(comparison) {
  const [take, reference] = await Promise.all([
    nameOf(comparison.take_video_id, "take"),
    nameOf(comparison.reference_video_id, "reference"),
  ]);
  const succeeded = comparison.status === "succeeded";
  const result = succeeded
    ? el("span", { class: `pill ${level(comparison.score)}` },
      el("span", { class: "hidden" }, "Score "), scoreText(comparison.score))
    : el("span", { class: "muted" }, STATUS[comparison.status]);
  return el("li", {},
    el("a", { href: linksOf(comparison.id).page }, el("b", {}, take), " against ", reference),
    el("span", { class: "muted date" }, dateText(comparison.created_at)),
    result);
}

/** @param {string} id @param {string} fallback */
async function nameOf(id, fallback) {
  const video = await getVideo(id).catch(() => null);
  return video?.file_name ?? fallback;
}
