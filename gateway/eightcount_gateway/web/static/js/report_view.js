/** Shows a finished report: video, timeline, feedback, moments, joints, alignment, downloads. */

import { alignmentSentences } from "./alignment.js";
import { isMotionFile, request, videoUrl } from "./api.js";
import { requestOf } from "./comparison_request.js";
import { dancerOffer, isSeveral } from "./dancers/other_dancer.js";
import { deleteButton } from "./deletion.js";
import { el, find } from "./dom.js";
import { comparisons } from "./jobs_api.js";
import { FrameErrors } from "./joints/frame_errors.js";
import { jointView } from "./joints/joint_view.js";
import { feedbackList, loopOf, momentList, timedMoments } from "./moments.js";
import { playableUrl } from "./practice/recordings.js";
import { openReportPlayer } from "./report_player.js";
import { partsOf, ReportScreen } from "./report_screen.js";
import { isNote, noteList, notesOn } from "./recording_notes.js";
import { stepUnit } from "./timeline.js";
import { level, scoreText } from "./text.js";
import { warningNodes } from "./warning_list.js";

/** @typedef {import("./api_types.js").ComparisonBody} Comparison */
/** @typedef {import("./moments.js").Moment} Moment */
/** @typedef {import("./api_types.js").ComparisonReport} Report */
/** @typedef {(role: "reference" | "take") => Promise<import("./api_types.js").DancerBody | null>} Point lets somebody be tapped in a video */
/** @typedef {{ comparison: Comparison, report: Report, names: { reference: string, take: string } }} Finished */

/** @param {HTMLElement} article @param {Finished} finished */
export function showReport(article, finished) {
  const { report, names } = finished;
  const moments = timedMoments(report.moments);
  const shown = openPlayer(finished);
  /** @param {Moment} moment */
  const onMoment = async (moment) => (await shown).loop(loopOf(moment, moments.indexOf(moment)));
  /** @param {string} joint */
  const onJoint = async (joint) => (await shown).showJoint(joint);
  /** @param {"reference" | "take"} role */
  const point = async (role) => (await shown).point(role);
  showWords(article, finished, { moments, onMoment, onJoint: judgesMoments(report) ? onJoint : null, point });
  article.hidden = false;
  document.title = `${report.score === null ? "No score" : scoreText(report.score)}: ${names.take} against ${names.reference}`;
  shown.then((player) => player.showIn(article, { moments, onMoment }));
}

/** @param {Finished} finished @returns {Promise<ReportScreen>} */
async function openPlayer(finished) {
  const { comparison, report } = finished;
  const errors = judgesMoments(report) ? await loadErrors(comparison) : null;
  const about = { span: videoSpan(report), unit: stepUnit(report.timeline), errors };
  return new ReportScreen(finished, { ...about, shown: await openReportPlayer(finished, about) });
}

/** Null where they cannot be had: the report is complete without them. @param {Comparison} comparison */
const loadErrors = ({ id }) =>
  request(comparisons.url(id, "errors.json")).then((body) => new FrameErrors(body)).catch(() => null);

/**
 * @param {HTMLElement} article
 * @param {Finished} finished
 * @param {{ moments: Moment[], onMoment: (moment: Moment) => void, onJoint: ((joint: string) => void) | null, point: Point }} about
 */
function showWords(article, finished, { moments, onMoment, onJoint, point }) {
  const { comparison, report, names } = finished;
  const put = partsOf(article);
  const { timeline } = report;
  put("names", el("b", {}, names.take), " against ", el("b", {}, names.reference));
  put("score", ...scoreNodes(report.score));
  put("warnings", ...warningNodes({ comparison, report }));
  put("player", el("p", { class: "muted", role: "status" }, "Loading the videos…"));
  put("feedback", feedbackList(report.feedback, { score: report.score, moments, onChoose: onMoment }), ...practiceLink(comparison, names.reference));
  put("moments", judgesMoments(report)
    ? momentList(moments, { timeline, onChoose: onMoment })
    : el("p", { class: "muted" }, withoutMoments(report)));
  put("joints", jointView(report.joints, report.timing_ms, onJoint));
  put("alignment", ...alignmentSentences(report.alignment).map((words) => el("p", {}, words)),
    el("p", { class: "muted" }, "Times on this page are those of the reference recording."));
  put("recordings", ...recordingNodes(finished, point));
  find("[data-part=recordings]", article).hidden = !report.warnings.some(isNote);
  put("downloads", downloads(comparison), el("p", { class: "muted" }, `Pose model ${report.model.take}, scoring version ${report.version}.`));
  put("deletion", deleteButton({
    noun: "comparison",
    url: comparisons.url(comparison.id),
    recordingUrls: [comparison.take_video_id, comparison.reference_video_id].map(videoUrl),
    onDeleted: () => location.assign("/"),
  }));
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
  isMotionFile(name) ? [] : [el("p", { class: "actions" },
    el("a", { href: `/live?reference=${encodeURIComponent(id)}` }, "Practise it in front of the camera"),
    el("a", { href: `/practice?video=${encodeURIComponent(id)}` }, "Practise the reference alone"))];

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

/** What was noticed while the recordings were read. @param {Finished} finished @param {Point} point */
function recordingNodes({ comparison, report: { warnings }, names }, point) {
  /** @type {["Reference" | "Take", "reference" | "take"][]} */
  const recordings = [["Reference", "reference"], ["Take", "take"]];
  return [
    el("h2", { id: "recordings-title" }, "About the recordings"),
    ...recordings.flatMap(([title, role]) => {
      const notes = notesOn(warnings, title);
      const list = noteList(notes, (note) => (isSeveral(note) ? dancerOffer(note, dancerActions(comparison, role, point)) : []));
      return notes.length ? [el("h3", {}, `${title}, `, el("span", { class: "names" }, names[role])), list] : [];
    }),
  ];
}

/** @param {Comparison} comparison @param {"reference" | "take"} role @param {Point} point */
const dancerActions = (comparison, role, point) => ({
  source: () => playableUrl(comparison, role),
  point: () => point(role),
  follow: async (/** @type {import("./api_types.js").DancerBody} */ dancer) =>
    location.assign(comparisons.page((await comparisons.start({ ...requestOf(comparison), [`${role}_dancer`]: dancer })).id)),
});

/** @param {Comparison} comparison */
function downloads({ id }) {
  return el("ul", { class: "download-list" }, ...[
    ["Everything", "everything.zip", "ZIP"],
    ["Side-by-side video", "side_by_side.mp4", "MP4"],
    ["Report", "report.json", "JSON"],
    ["Motion of the reference", "motions/reference.npz", "NPZ"],
    ["Motion of the take", "motions/take.npz", "NPZ"],
  ].map(([title, file, kind]) => el("li", {}, el("a", { href: comparisons.url(id, file), download: true }, title), " ", el("span", { class: "muted" }, kind))));
}
