/** The player of a report: both videos in step, or the rendered one where this browser cannot play them. */

import { el } from "./dom.js";
import { comparisons } from "./jobs_api.js";
import { Player, playerControls } from "./player.js";
import { listenForPracticeKeys, PRACTICE_KEYS } from "./practice/practice_keys.js";
import { PairScene } from "./practice/pair_scene.js";
import { PracticePlayer } from "./practice/practice_player.js";
import { loadRecordings } from "./practice/recordings.js";

/** @typedef {import("./api_types.js").DancerBody} Dancer */
/** @typedef {import("./report_view.js").Finished} Finished */
/** @typedef {import("./joints/frame_errors.js").FrameErrors} FrameErrors */
/** @typedef {{ span: { startS: number, durationS: number }, unit: string, errors: FrameErrors | null }} About `errors`: null where joints are not judged */
/**
 * @typedef {{ player: Player, screen: HTMLElement, nodes: HTMLElement[], tools: HTMLElement[], keys: string, ring: (joint: string | null) => void,
 *   point: ((role: "reference" | "take") => Promise<Dancer | null>) | null }} ReportPlayer `point`: null where nobody can be tapped */

/** @param {Finished} finished @param {About} about @returns {Promise<ReportPlayer>} */
export async function openReportPlayer(finished, about) {
  const recordings = about.span.durationS > 0 ? await loadRecordings(finished.comparison) : null;
  if (!recordings) return renderedPlayer(finished, about);
  const { comparison, report } = finished;
  const scene = new PairScene(recordings, { alignment: report.alignment, mirrored: comparison.mirrored ?? false, ...about });
  const practice = new PracticePlayer(scene, {
    ...about, timeline: report.timeline, savedAs: comparison.id, skeletonsOnly: comparison.skeletons_only ?? false,
  });
  listenForPracticeKeys(practice);
  return {
    player: practice.player, screen: practice.element, nodes: [practice.element], tools: [practice.tools, ...legend(about.errors)], keys: PRACTICE_KEYS,
    ring: (joint) => practice.ring(joint), point: (role) => practice.point(recordings[role]),
  };
}

/** @param {Finished} finished @param {About} about @returns {ReportPlayer} */
function renderedPlayer({ comparison, report }, { span, unit, errors }) {
  const video = el("video", {
    src: comparisons.url(comparison.id, "side_by_side.mp4"), preload: "auto", playsinline: true, "aria-label": "Reference and take side by side",
  });
  const player = new Player(video, { ...span, timeline: report.timeline });
  const screen = el("div", { class: "screen" }, video);
  const sides = el("div", { class: "sides" }, el("span", {}, "Reference"), ...legend(errors), el("span", {}, "Take"));
  video.addEventListener("click", () => player.toggle());
  video.addEventListener("error", () => screen.replaceChildren(
    el("p", { class: "no-video", role: "alert" }, "The video cannot be played here. It can be downloaded below.")));
  return { player, screen, nodes: [screen, sides, playerControls(player, unit)], tools: [], keys: "", ring: () => {}, point: null };
}

/** @param {FrameErrors | null} errors */
const legend = (errors) =>
  errors ? [el("span", { class: "legend" }, el("span", { class: "red-dot", "aria-hidden": "true" }), "red: joint over its limit")] : [];
