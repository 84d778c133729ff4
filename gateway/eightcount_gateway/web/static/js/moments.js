/** The moments furthest off, and the feedback that rests on them. */

import { el } from "./dom.js";
import { clock, countText, level, sentence } from "./text.js";

/** @typedef {import("./api_types.js").FeedbackSentence} Feedback */
/** @typedef {import("./api_types.js").Moment & { start_s: number, end_s: number }} Moment */
/** @typedef {import("./api_types.js").TimelineEntry} TimelineEntry */

const LEAD_IN_S = 1;
const LEAD_OUT_S = 0.5;
/** More than this is too much to change at once. */
const FIRST = 3;

/** The moments that have a time. @param {import("./api_types.js").Moment[]} moments */
export const timedMoments = (moments) =>
  moments.filter(/** @returns {moment is Moment} */ (moment) => moment.start_s !== null && moment.end_s !== null);

/**
 * What to loop to see a moment: from a second before it.
 * @param {Moment} moment
 * @param {number} position 0 is the worst
 * @returns {import("./player.js").Loop}
 */
export const loopOf = (moment, position) => ({
  startS: moment.start_s - LEAD_IN_S,
  endS: moment.end_s + LEAD_OUT_S,
  label: `moment ${position + 1}`,
});

/**
 * @param {Moment[]} moments
 * @param {{ timeline: TimelineEntry[], onChoose: (moment: Moment) => void }} options
 */
export function momentList(moments, { timeline, onChoose }) {
  if (moments.length === 0) return el("p", { class: "muted" }, "No moment stands out.");
  return el("ol", { class: "moment-list" }, ...moments.map((moment, i) => {
    const entry = timeline.find((one) => moment.start_s >= one.start_s - 1e-3 && moment.start_s < one.end_s - 1e-3);
    const place = [clock(moment.start_s), countText(entry)].filter(Boolean).join(" · ");
    return el("li", {},
      el("button", { type: "button", "data-moment": moment.id, "aria-pressed": "false", onclick: () => onChoose(moment) },
        el("span", { class: "badge", "aria-hidden": "true" }, String(i + 1)),
        el("span", { class: "what" }, sentence(moment.description)),
        el("span", { class: "muted" }, place)));
  }));
}

/**
 * Sentences, those with moments first, each with buttons for them; after the first three they are folded.
 * @param {Feedback[]} feedback
 * @param {{ score: number | null, moments: Moment[], onChoose: (moment: Moment) => void }} options
 */
export function feedbackList(feedback, { score, moments, onChoose }) {
  if (feedback.length === 0) return el("p", { class: "muted" }, withoutAdvice(score));
  const ordered = feedback.toSorted((a, b) => Number(b.moment_ids.length > 0) - Number(a.moment_ids.length > 0));
  const items = ordered.map(({ text, moment_ids }) => {
    const chosen = oneForEachTime(moments.filter(({ id }) => moment_ids.includes(id)));
    return el("li", {}, el("p", {}, text), el("div", { class: "chips" }, ...chosen.map((moment) =>
      el("button", {
        type: "button", class: "chip", "data-moment": moment.id, "aria-pressed": "false",
        "aria-label": `See ${clock(moment.start_s)}: ${moment.description}`, onclick: () => onChoose(moment),
      }, `See ${clock(moment.start_s)}`))));
  });
  const rest = items.slice(FIRST);
  return el("div", {},
    el("ul", { class: "feedback-list" }, ...items.slice(0, FIRST)),
    rest.length > 0 && el("details", { class: "more" }, el("summary", {}, `${rest.length} more`), el("ul", { class: "feedback-list" }, ...rest)));
}

/** @param {number | null} score */
function withoutAdvice(score) {
  if (score === null) return "Without a score there is no advice.";
  return level(score) === "good" ? "Nothing stands out. Well danced." : "No single thing stands out.";
}

/** The worst moment of each second: "See 0:16.6" and "See 0:16.8" show the same. @param {Moment[]} moments */
function oneForEachTime(moments) {
  /** @type {Moment[]} */
  const kept = [];
  for (const moment of moments) {
    if (kept.every((other) => Math.abs(other.start_s - moment.start_s) >= 1)) kept.push(moment);
  }
  return kept;
}

/** Marks the buttons of one moment wherever they are. @param {ParentNode} root @param {string | null} momentId */
export function markMoment(root, momentId) {
  for (const button of root.querySelectorAll("button[data-moment]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-moment") === momentId));
  }
}
