/** Rows of the lists of recent jobs. */

import { deleteButton } from "./deletion.js";
import { el } from "./dom.js";
import { dateText } from "./text.js";

/** @typedef {import("./jobs_api.js").Job} Job */

/** How many jobs a list shows. */
export const RECENT = 8;
/** @type {Record<Job["status"], string>} */
const STATUS = { queued: "waiting", running: "running", succeeded: "done", failed: "failed", cancelled: "cancelled" };

/**
 * @template {Job} J
 * @param {import("./jobs_api.js").JobCollection<J, any>} jobs
 * @param {J} job
 * @param {{ noun: string, names: (Node | string)[], recordingUrls: string[], note?: string, result?: HTMLElement }} row `result` in
 *   place of the status
 */
export function recentRow(jobs, job, { noun, names, recordingUrls, note, result }) {
  const isOver = job.status !== "queued" && job.status !== "running";
  const row = el("li", {},
    el("a", { href: jobs.page(job.id) }, ...names),
    el("span", { class: "muted date" }, [dateText(job.created_at), note].filter(Boolean).join(" · ")),
    result ?? el("span", { class: "muted" }, STATUS[job.status]),
    isOver ? deleteButton({ noun, url: jobs.url(job.id), recordingUrls, onDeleted: () => row.remove() }) : el("span"));
  return row;
}
