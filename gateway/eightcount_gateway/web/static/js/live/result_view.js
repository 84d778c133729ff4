/** The result of a live session: what to change first, points for every count, joint by joint. */

import { el } from "../dom.js";
import { jointView } from "../joints/joint_view.js";
import { feedbackList, momentList, timedMoments } from "../moments.js";
import { certainty, headline, percent } from "../style_text.js";
import { bytesText, countText, level, scoreText } from "../text.js";
import { keepDelay, readDelay } from "./delay.js";

/** @typedef {import("../moments.js").Moment} Moment */
/** @typedef {import("./messages.js").Report} Report */
/** @typedef {import("./messages.js").Result} Result */

/**
 * @param {HTMLElement} article
 * @param {Result} result
 * @param {{ again: () => void, compare: (() => void) | null, practise: (moment: Moment) => void }} actions `compare` where the take was
 *   recorded; `practise` shows a moment of the dance again and again
 */
export function showResult(article, { report, style }, { again, compare, practise }) {
  const isNamed = style !== null && style.verdict !== "not_seen";
  article.replaceChildren(
    el("h2", { id: "result-title", tabindex: -1 }, report ? "How it went" : isNamed ? "What it looked like" : "Too little was danced"),
    ...(style ? styleNodes(style) : []),
    ...(report ? reportNodes(report, practise) : []),
    ...(report || isNamed ? [] : [el("p", {}, "Dance for a while, with your whole body in the picture.")]),
    el("p", { class: "actions" },
      el("button", { type: "button", class: "primary", onclick: again }, "Dance again"),
      compare && el("button", { type: "button", onclick: compare }, "Send the recording and compare it in full")));
  article.hidden = false;
  /** @type {HTMLElement} */ (article.querySelector("#result-title")).focus();
}

/**
 * Shows a take that was only recorded.
 * @param {HTMLElement} article
 * @param {File | null} take
 * @param {{ again: () => void, compare: (() => void) | null }} actions
 */
export function showTake(article, take, { again, compare }) {
  article.replaceChildren(
    el("h2", { id: "result-title", tabindex: -1 }, take ? "Your take is recorded" : "Nothing was recorded"),
    el("p", { class: "muted" }, take ? `${bytesText(take.size)}, from where the dance starts. It is in this browser only until you send it.` : "The browser gave no recording."),
    el("p", { class: "actions" },
      compare && el("button", { type: "button", class: "primary", onclick: compare }, "Compare it with the dance"),
      take && el("a", { href: URL.createObjectURL(take), download: take.name }, "Save it"),
      el("button", { type: "button", onclick: again }, "Dance again")));
  article.hidden = false;
  /** @type {HTMLElement} */ (article.querySelector("#result-title")).focus();
}

/** @param {import("./messages.js").Classification} style */
function styleNodes(style) {
  const sure = certainty(style);
  return [el("p", { class: "strong" }, headline(style), sure && ` · ${percent(sure.share)}, ${sure.words}`)];
}

/** @param {Report} report @param {(moment: Moment) => void} practise */
function reportNodes(report, practise) {
  const score = report.score === null
    ? el("p", {}, "There is no score.")
    : el("p", { class: "points" }, el("span", { class: `now ${level(report.score)}` }, scoreText(report.score)), el("span", { class: "muted" }, "of 100"));
  const moments = timedMoments(report.moments);
  const feedback = feedbackList(report.feedback, { score: report.score, moments, onChoose: practise });
  if (report.score === null) return [score, feedback];
  return [
    score,
    feedback,
    ...delayNodes(report.timing_ms),
    ...report.warnings.map(({ message }) => el("p", { class: "notice warning" }, message)),
    el("h3", {}, "The moments furthest off"),
    momentList(moments, { timeline: report.timeline, onChoose: practise }),
    el("h3", {}, "Count by count"),
    countsRow(report),
    el("h3", {}, "Joint by joint"),
    jointView(report.joints, report.timing_ms),
  ];
}

/** A device can be late, too: only the dancer knows which it was. @param {number | null} timing */
function delayNodes(timing) {
  if (!timing && !readDelay()) return [];
  const line = el("p", { class: "muted", role: "status" }, readDelay() ? `${readDelay()} ms are taken off for this device. ` : "");
  const set = (/** @type {number} */ ms, /** @type {string} */ words) => {
    keepDelay(ms);
    line.replaceChildren(words);
  };
  if (timing) line.append(el("button", { type: "button", onclick: () => set(readDelay() + timing, "It is taken off from the next dance on.") }, `This device is late, not me: take ${Math.round(timing)} ms off`));
  if (readDelay()) line.append(el("button", { type: "button", onclick: () => set(0, "Nothing is taken off any more.") }, "Take nothing off"));
  return [line];
}

/** @param {Report} report */
function countsRow({ timeline }) {
  const bars = timeline.map((entry) => {
    const bar = el("span", { class: level(entry.score), title: `${countText(entry) || "part"}: ${scoreText(entry.score)}` });
    bar.style.height = `${Math.max(entry.score ?? 4, 4)}%`;
    return bar;
  });
  return el("div", { class: "counts-row", role: "img", "aria-label": `Points of ${timeline.length} counts` }, ...bars);
}
