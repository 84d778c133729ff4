/** Rows of the lists of recent jobs. */

import { el } from "./dom.js";
import { dateText } from "./text.js";

/** @typedef {import("./progress.js").Job} Job */

export const SHOWN = 8;
/** @type {Record<Job["status"], string>} */
const STATUS = { queued: "waiting", running: "running", succeeded: "done", failed: "failed", cancelled: "cancelled" };

/** @param {Job} job @param {{ page: string, name: string, note?: string }} words */
export function recentRow({ status, created_at: created }, { page, name, note }) {
  return el("li", {},
    el("a", { href: page }, el("b", {}, name)),
    el("span", { class: "muted date" }, [dateText(created), note].filter(Boolean).join(" · ")),
    el("span", { class: "muted" }, STATUS[status]));
}
