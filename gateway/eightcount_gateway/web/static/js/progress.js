/** Follows a running job, and shows its steps. */

import { el } from "./dom.js";
import { durationText } from "./text.js";

/** @typedef {import("./jobs_api.js").Job} Job */
/** @typedef {import("./api_types.js").StepBody} Step */

const POLL_MS = 2000;

/** @param {Job} job */
export const isOver = ({ status }) => status !== "queued" && status !== "running";

/**
 * Calls `onChange` on every change until the job is over. The browser reopens a lost stream by itself; while there is
 * none (a proxy may refuse streams, or cut them off), the job is fetched every other second instead.
 * @template {Job} J
 * @param {{ events: string, get: () => Promise<J> }} source the address of the job's events, and a way to fetch the job
 * @param {(job: J) => void} onChange
 * @returns {() => void} stops following
 */
export function follow({ events, get }, onChange) {
  const stream = new EventSource(events);
  let timer = 0;
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    stream.close();
    clearTimeout(timer);
  };
  /** @param {J} job */
  const report = (job) => {
    if (isStopped) return;
    if (isOver(job)) stop();
    onChange(job);
  };
  const poll = async () => {
    const job = await get().catch(() => null);
    if (job) report(job);
    timer = isStopped || stream.readyState === EventSource.OPEN ? 0 : setTimeout(poll, POLL_MS);
  };
  for (const name of ["progress", "end"]) {
    stream.addEventListener(name, (event) => report(JSON.parse(event.data)));
  }
  stream.onerror = () => {
    if (!timer && !isStopped) timer = setTimeout(poll, POLL_MS);
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
          row = stepRow(step);
          rows.set(step.name, row);
          element.append(row.element);
        }
        row.show(step, isOver(job));
      }
    },
  };
}

/** @param {Step} step */
function stepRow({ name, title }) {
  const note = el("span", { class: "step-note" });
  const bar = el("progress", { "aria-label": title, max: 1 });
  const element = el("li", { class: "step", "data-step": name }, el("span", { class: "step-name" }, title), note, bar);
  return {
    element,
    /** @param {Step} step @param {boolean} over nothing runs any more */
    show(step, over) {
      const wasStopped = step.state === "running" || (step.state === "pending" && (step.done ?? 0) > 0);
      const state = over && wasStopped ? "failed" : step.state;
      element.dataset.state = state;
      note.textContent = over && state === "pending" ? "" : noteOf({ ...step, state });
      bar.hidden = state !== "running";
      if (step.total) bar.value = (step.done ?? 0) / step.total;
      else bar.removeAttribute("value");
    },
  };
}

/** @param {Step} step */
function noteOf({ state, done, total, unit, seconds }) {
  switch (state) {
    case "running":
      if (!total) return "working…";
      return `${done} of ${total} ${unit}`.trimEnd();
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
