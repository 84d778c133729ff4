/** Shows a finished report: video, timeline, feedback, moments, joints, alignment, downloads. */

import { alignmentSentences } from "./alignment.js";
import { isMotionFile, videoUrl } from "./api.js";
import { beatsNote } from "./beats_note.js";
import { deleteButton } from "./deletion.js";
import { el, find } from "./dom.js";
import { comparisons } from "./jobs_api.js";
import { jointView } from "./joints.js";
import { keysHelp, listenForKeys } from "./keyboard.js";
import { feedbackList, loopOf, markMoment, momentList, timedMoments } from "./moments.js";
import { Player, playerControls } from "./player.js";
import { isNote, noteList, notesOn } from "./recording_notes.js";
import { stepUnit, Timeline } from "./timeline.js";
import { level, scoreText } from "./text.js";
import { warningNodes } from "./warning_list.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */
/** @typedef {import("./moments.js").Moment} Moment */
/** @typedef {import("./api_types.js").ComparisonReport} Report */
/** @typedef {{ comparison: Comparison, report: Report, names: { reference: string, take: string } }} Finished */

/** @param {HTMLElement} article @param {Finished} finished */
export function showReport(article, { comparison, report, names }) {
  /** @param {string} part @param {...(Node | string)} nodes */
  const put = (part, ...nodes) => find(`[data-part=${part}]`, article).replaceChildren(...nodes);
  const { timeline } = report;
  const unit = stepUnit(timeline);
  const moments = timedMoments(report.moments);
  const { startS, durationS } = videoSpan(report);

  const video = el("video", { src: comparisons.url(comparison.id, "side_by_side.mp4"), preload: "auto", playsinline: true, "aria-label": "Reference and take side by side" });
  const player = new Player(video, { startS, durationS, timeline });
  /** @param {Moment} moment */
  const onChoose = (moment) => {
    player.setLoop(loopOf(moment, moments.indexOf(moment)));
    player.play();
    bringIntoView(video);
  };
  const strip = new Timeline({ timeline, moments }, { startS, endS: startS + durationS },
    { onSeek: (seconds) => player.seek(seconds), onMoment: onChoose });

  put("names", el("b", {}, names.take), " against ", el("b", {}, names.reference));
  put("score", ...scoreNodes(report.score));
  put("warnings", ...warningNodes({ comparison, report }));
  put("player", el("div", { class: "screen" }, video), sideLabels(judgesMoments(report)), playerControls(player, unit));
  put("timeline", strip.element, el("p", { class: "keys muted" }, keysHelp(unit)), beatsNote(comparison, report));
  put("feedback", feedbackList(report.feedback, { score: report.score, moments, onChoose }), ...practiceLink(comparison, names.reference));
  put("moments", judgesMoments(report)
    ? momentList(moments, { timeline, onChoose })
    : el("p", { class: "muted" }, withoutMoments(report)));
  put("joints", jointView(report.joints, report.timing_ms));
  put("alignment", ...alignmentSentences(report.alignment).map((words) => el("p", {}, words)),
    el("p", { class: "muted" }, "Times on this page are those of the reference recording."));
  put("recordings", ...recordingNodes(report, names));
  find("[data-part=recordings]", article).hidden = !report.warnings.some(isNote);
  put("downloads", downloads(comparison), el("p", { class: "muted" }, `Pose model ${report.model.take}, scoring version ${report.version}.`));

  put("deletion", deleteButton({
    noun: "comparison",
    url: comparisons.url(comparison.id),
    recordingUrls: [comparison.take_video_id, comparison.reference_video_id].map(videoUrl),
    onDeleted: () => location.assign("/"),
  }));

  connect(article, player, strip, moments);
  article.hidden = false;
  document.title = `${report.score === null ? "No score" : scoreText(report.score)}: ${names.take} against ${names.reference}`;
}

/**
 * @param {HTMLElement} article
 * @param {Player} player
 * @param {Timeline} strip
 * @param {Moment[]} moments
 */
function connect(article, player, strip, moments) {
  player.addEventListener("time", () => strip.setTime(player.time));
  player.addEventListener("loop", () => {
    const position = moments.findIndex((moment, i) => player.loop?.label === loopOf(moment, i).label);
    strip.setLoop(player.loop);
    markMoment(article, position < 0 ? null : moments[position].id);
  });
  player.video.addEventListener("click", () => player.toggle());
  player.video.addEventListener("error", () => {
    find(".screen", article).replaceChildren(
      el("p", { class: "no-video", role: "alert" }, "The video cannot be played here. It can be downloaded below."));
  });
  listenForKeys(player);
}

/** The video covers what the timeline covers: the overlap of both recordings. @param {Report} report */
function videoSpan({ timeline }) {
  const startS = timeline[0]?.start_s ?? 0;
  return { startS, durationS: (timeline.at(-1)?.end_s ?? startS) - startS };
}

/** Without a score, and between two different dances, single moments mean nothing. @param {Report} report */
const judgesMoments = ({ score, causes }) => score !== null && !causes.some(({ stated, kind }) => stated && kind === "ANOTHER_DANCE");

/** @param {Report} report */
const withoutMoments = ({ score }) => `No moments are judged in this comparison, because ${score === null ? "there is no score" : "the two dances seem to be different"}.`;

/** A motion file cannot be watched, and so not be danced to. @param {Comparison} comparison @param {string} name of the reference */
const practiceLink = ({ reference_video_id: id }, name) =>
  isMotionFile(name) ? [] : [el("p", {}, el("a", { href: `/live?reference=${encodeURIComponent(id)}` }, "Practise it in front of the camera"))];

/** @param {number | null} score */
function scoreNodes(score) {
  const meter = el("span", { class: `meter-fill ${level(score)}` });
  meter.style.width = `${score ?? 0}%`;
  return [
    el("span", { class: "score-number" }, scoreText(score)),
    el("span", { class: "score-of" }, score === null ? "no score" : "of 100"),
    el("span", { class: "meter", "aria-hidden": "true" }, meter),
  ];
}

/** What was noticed while the recordings were read. @param {Report} report @param {{ reference: string, take: string }} names */
function recordingNodes({ warnings }, names) {
  /** @type {["Reference" | "Take", string][]} */
  const recordings = [["Reference", names.reference], ["Take", names.take]];
  return [
    el("h2", { id: "recordings-title" }, "About the recordings"),
    ...recordings.flatMap(([role, name]) => {
      const notes = notesOn(warnings, role);
      return notes.length ? [el("h3", {}, `${role}, `, el("span", { class: "names" }, name)), noteList(notes)] : [];
    }),
  ];
}

/** @param {boolean} marked whether joints are marked in the video */
function sideLabels(marked) {
  const legend = el("span", { class: "legend" }, el("span", { class: "red-dot", "aria-hidden": "true" }), "red: joint over its limit");
  return el("div", { class: "sides" },
    el("span", {}, "Reference"),
    ...(marked ? [legend] : []),
    el("span", {}, "Take"));
}

/** @param {Comparison} comparison */
function downloads({ id }) {
  return el("ul", { class: "download-list" }, ...[
    ["Side-by-side video", "side_by_side.mp4", "MP4"],
    ["Report", "report.json", "JSON"],
    ["Motion of the reference", "motions/reference.npz", "NPZ"],
    ["Motion of the take", "motions/take.npz", "NPZ"],
  ].map(([title, file, kind]) => el("li", {}, el("a", { href: comparisons.url(id, file), download: true }, title), " ", el("span", { class: "muted" }, kind))));
}

/** On a phone the list is far below the video. @param {HTMLElement} video */
function bringIntoView(video) {
  const { top, bottom } = video.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  video.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}
