/** The page of one comparison: progress while it runs, the report when it is done, the reason when it failed. */

import { ApiError, cancelComparison, createComparison, getComparison, getReport, getVideo, linksOf } from "./api.js";
import { el, find } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";
import { follow, isOver } from "./progress.js";
import { showReport } from "./report_view.js";
import { RunningView } from "./running_view.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */

const TITLES = {
  queued: "Waiting to start",
  running: "Comparing the two dances",
  failed: "The comparison failed",
  cancelled: "The comparison was cancelled",
};

const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");
const loading = find("#loading");
const running = find("#running");
const article = find("#report");

open().catch(showProblem);

async function open() {
  const comparison = await getComparison(id);
  const names = await namesOf(comparison);
  const view = new RunningView(running, {
    titles: TITLES,
    names: [el("b", {}, names.take), " against ", el("b", {}, names.reference)],
    home: { href: "/", words: "Choose other videos" },
    cancel: () => cancelComparison(id),
    again: () => startAgain(comparison),
  });
  /** @param {Comparison} latest */
  const show = (latest) => {
    loading.hidden = true;
    if (latest.status === "succeeded") showFinished(names).catch(showProblem);
    else view.show(latest);
  };
  show(comparison);
  if (!isOver(comparison)) follow({ events: linksOf(id).events, get: () => getComparison(id) }, show);
}

/** The same two videos once more. @param {Comparison} comparison @returns {Promise<string>} address of its page */
async function startAgain({
  reference_video_id, take_video_id, reference_dancer, take_dancer, model, mirrored, skeletons_only, align,
}) {
  const options = {
    reference_video_id, take_video_id, reference_dancer, take_dancer, model, mirrored, skeletons_only, align,
  };
  return linksOf((await createComparison(options)).id).page;
}

/** @param {{ reference: string, take: string }} names */
async function showFinished(names) {
  const report = await getReport(id);
  running.hidden = true;
  showReport(article, { id, report, names });
}

/** @param {Comparison} comparison */
async function namesOf({ reference_video_id, take_video_id }) {
  const [reference, take] = await Promise.all(
    [reference_video_id, take_video_id].map((video) => getVideo(video).catch(() => null)));
  return { reference: reference?.file_name ?? "the reference", take: take?.file_name ?? "the take" };
}

/** @param {unknown} error */
function showProblem(error) {
  const missing = error instanceof ApiError && error.status === 404;
  loading.hidden = true;
  running.hidden = false;
  running.replaceChildren(
    el("h1", {}, missing ? "There is no such comparison" : "The comparison cannot be shown"),
    el("div", { class: "notice error", role: "alert" }, ...problemNodes(reasonOf(error))),
    el("p", {}, el("a", { href: "/" }, "Start a new comparison")));
}
