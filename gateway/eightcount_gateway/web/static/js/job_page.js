/** The page of one job: its progress while it runs, its result when it is done, the reason when it failed. */

import { ApiError } from "./api.js";
import { el, find } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";
import { follow, isOver } from "./progress.js";
import { RunningView } from "./running_view.js";

/** @typedef {import("./jobs_api.js").Job} Job */

/**
 * What is special about a kind of job.
 * @template {Job} J
 * @template R
 * @typedef {Object} JobPage
 * @property {import("./jobs_api.js").JobCollection<J, R>} jobs
 * @property {string} noun the kind in a sentence, for example "comparison"
 * @property {Record<"queued" | "running" | "failed" | "cancelled", string>} titles by status
 * @property {{ href: string, words: string }} home where others are started
 * @property {(job: J) => Promise<(Node | string)[]>} names of the job's files
 * @property {(job: J) => R} restart the options that start the same once more
 * @property {(job: J) => Promise<void>} showResult of a job that succeeded
 */

/** The id of the job, from the address of the page. */
export const jobId = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");

/** Opens the page. @template {Job} J @template R @param {JobPage<J, R>} page */
export function openJobPage(page) {
  showJob(page).catch((error) => showProblem(error, page));
}

/** @template {Job} J @template R @param {JobPage<J, R>} page */
async function showJob(page) {
  const { jobs, titles, home, names, restart, showResult } = page;
  const [loading, running] = [find("#loading"), find("#running")];
  const job = await jobs.get(jobId);
  const view = new RunningView(running, {
    titles,
    names: await names(job),
    home,
    cancel: () => jobs.cancel(jobId),
    again: async () => jobs.page((await jobs.start(restart(job))).id),
  });
  /** @param {J} latest */
  const show = (latest) => {
    loading.hidden = true;
    if (latest.status !== "succeeded") view.show(latest);
    else showResult(latest).then(() => (running.hidden = true)).catch((error) => showProblem(error, page));
  };
  show(job);
  if (!isOver(job)) follow({ events: jobs.url(jobId, "events"), get: () => jobs.get(jobId) }, show);
}

/** @param {unknown} error @param {{ noun: string, home: { href: string, words: string } }} page */
function showProblem(error, { noun, home }) {
  const isMissing = error instanceof ApiError && error.status === 404;
  const running = find("#running");
  find("#loading").hidden = true;
  running.hidden = false;
  running.replaceChildren(
    el("h1", {}, isMissing ? `There is no such ${noun}` : `The ${noun} cannot be shown`),
    el("div", { class: "notice error", role: "alert" }, ...problemNodes(reasonOf(error))),
    el("p", {}, el("a", { href: home.href }, home.words)));
}
