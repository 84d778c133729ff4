/** The page of one comparison. */

import { nameOfVideo, request } from "./api.js";
import { requestOf } from "./comparison_request.js";
import { el, find } from "./dom.js";
import { jobId, openJobPage } from "./job_page.js";
import { comparisons } from "./jobs_api.js";
import { showReport } from "./report_view.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */
/** @typedef {import("./api_types.js").ComparisonReport} Report */

openJobPage({
  jobs: comparisons,
  noun: "comparison",
  titles: {
    queued: "Waiting to start",
    running: "Comparing the two dances",
    failed: "The comparison failed",
    cancelled: "The comparison was cancelled",
  },
  home: { href: "/", words: "Choose other videos" },
  names: async (comparison) => {
    const names = await namesOf(comparison);
    return [el("b", {}, names.take), " against ", el("b", {}, names.reference)];
  },
  restart: requestOf,
  showResult: async (comparison) => {
    /** @type {[Report, { reference: string, take: string }]} */
    const [report, names] = await Promise.all([request(comparisons.url(jobId, "report.json")), namesOf(comparison)]);
    showReport(find("#report"), { comparison, report, names });
  },
});

/** @param {Comparison} comparison */
async function namesOf({ reference_video_id, take_video_id }) {
  const [reference, take] = await Promise.all([
    nameOfVideo(reference_video_id, "the reference"), nameOfVideo(take_video_id, "the take"),
  ]);
  return { reference, take };
}
