/** Follows a running job, and shows its steps. */

import { el } from "./dom.js";
import { durationText, stepName } from "./words.js";

/** @typedef {import("./types.js").Job} Job */
/** @typedef {import("./types.js").Step} Step */

const POLL_MS = 2000;
/** What a step counts, where it is worth saying. @type {Record<string, string>} */
const UNITS = { extract: " frames", extract_reference: " frames", extract_take: " frames", render: " frames", generate: " frames", export: " files" };

/** @param {Job} job */
export const isOver = ({ status }) => status !== "queued" && status !== "running";

/**
 * Calls `onChange` on every change until the job is over. The browser reopens a lost stream by itself; where it gives
 * up (a proxy that refuses streams), the state is asked for again and again instead.
 * @template {Job} J
 * @param {{ events: string, get: () => Promise<J> }} from where its events are, and how else to learn its state
 * @param {(job: J) => void} onChange
 * @returns {() => void} stops following
 */
export function follow({ events, get }, onChange) {
  const source = new EventSource(events);
  let timer = 0;
  const stop = () => {
    source.close();
    clearTimeout(timer);
  };
  /** @param {J} job */
  const report = (job) => {
    if (isOver(job)) stop();
    onChange(job);
  };
  const poll = async () => {
    const job = await get().catch(() => null);
    timer = setTimeout(poll, POLL_MS);
    if (job) report(job);
  };
  for (const name of ["progress", "end"]) {
    source.addEventListener(name, (event) => report(JSON.parse(event.data)));
  }
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) poll();
  };
  return stop;
}

/**
 * A list of steps that is updated in place, so that a screen reader hears a step once and not every frame.
 * @returns {{ element: HTMLElement, show: (job: Job) => void }}
 */
export function stepList() {
  const element = el("ol", { class: "steps" });
  /** @type {Map<string, ReturnType<typeof stepRow>>} */
  const rows = new Map();
  return {
    element,
    show(job) {
      for (const step of job.steps) {
        let row = rows.get(step.name);
        if (!row) {
          row = stepRow(step.name);
          rows.set(step.name, row);
          element.append(row.element);
        }
        row.show(step, isOver(job));
      }
    },
  };
}

/** @param {string} name */
function stepRow(name) {
  const title = stepName(name);
  const note = el("span", { class: "step-note" });
  const bar = el("progress", { "aria-label": title, max: 1 });
  const element = el("li", { class: "step", "data-step": name }, el("span", { class: "step-name" }, title), note, bar);
  return {
    element,
    /** @param {Step} step @param {boolean} over nothing runs any more */
    show(step, over) {
      const state = over && step.state === "running" ? "failed" : step.state;
      element.dataset.state = state;
      note.textContent = over && state === "pending" ? "" : noteOf({ ...step, state });
      bar.hidden = state !== "running";
      if (step.total) bar.value = (step.done ?? 0) / step.total;
      else bar.removeAttribute("value");
    },
  };
}

/** @param {Step} step */
function noteOf({ name, state, done, total, seconds }) {
  switch (state) {
    case "running":
      if (!total) return "working…";
      return `${done ?? 0} of ${total}${UNITS[name] ?? ""}`;
    case "done":
      return seconds === null || seconds === undefined ? "done" : `done in ${durationText(seconds)}`;
    case "cached":
      return "already known";
    case "skipped":
      return "not needed";
    case "failed":
      return "stopped";
    default:
      return "waiting";
  }
}
