/** A finished classification: the verdict, the video, and the style of each part. */

import { contentUrl, videoUrl } from "./api.js";
import { styleUrl } from "./classification_list.js";
import { deleteButton } from "./deletion.js";
import { el, find } from "./dom.js";
import { classifications } from "./jobs_api.js";
import { listenForKeys } from "./keyboard.js";
import { Player, playerControls } from "./player.js";
import { noteList } from "./recording_notes.js";
import { certainty, headline, modelName, percent, styleName } from "./style_text.js";
import { StyleTimeline } from "./style_timeline.js";

/** @typedef {import("./api_types.js").ClassificationBody} Classification */
/** @typedef {import("./api_types.js").ClassificationResult} StyleResult */
/** @typedef {import("./api_types.js").VideoBody} Video */

const KEYS_HELP = "Space: play or pause · ← →: one stretch · Shift + ← →: eight stretches";

/** @param {HTMLElement} article @param {{ classification: Classification, video: Video | null, result: StyleResult }} finished */
export function showClassification(article, { classification: { id, video_id: videoId, warnings }, video, result }) {
  /** @param {string} part @param {...(Node | string)} nodes */
  const put = (part, ...nodes) => find(`[data-part=${part}]`, article).replaceChildren(...nodes);
  const durationS = Math.max(video?.media?.duration_seconds ?? 0, result.windows.at(-1)?.end_s ?? 0);
  const shown = videoId !== "" && !video?.content_deleted;
  const element = el("video", { src: shown && contentUrl(videoId), preload: "auto", playsinline: true, "aria-label": "The recording" });
  const strip = new StyleTimeline(result, { durationS, onSeek: (seconds) => seek(seconds) });
  const player = new Player(element, { startS: 0, durationS, timeline: strip.starts.map((start_s) => ({ start_s })) });
  /** @param {number} seconds */
  const seek = (seconds) => {
    player.seek(seconds);
    strip.setTime(seconds); // also where the video cannot be played
  };

  put("verdict", headline(result));
  put("certainty", ...certaintyNodes(result));
  put("message", result.message);
  put("names", el("b", {}, video?.file_name ?? "The recording"));
  put("player", el("div", { class: "screen" }, element), playerControls(player, "stretch"));
  put("timeline", strip.element, legend(), el("p", { class: "keys muted" }, KEYS_HELP));
  put("recording", el("h2", { id: "recording-title" }, "About the recording"), noteList(warnings ?? []));
  find("[data-part=recording]", article).hidden = !warnings?.length;
  put("about", el("p", {}, `Model: ${modelName(result.model)}. `, el("a", { href: "/styles#models" }, "About the models")),
    ...(result.verdict === "style" ? [el("p", {}, el("a", { href: styleUrl(result.style) }, `All dances that look like ${styleName(result.style)}`))] : []),
    el("p", {}, el("a", { href: classifications.url(id, "result.json"), download: `${video?.file_name ?? id}.style.json` }, "Result"), " ", el("span", { class: "muted" }, "JSON")),
    el("p", {}, deleteButton({
      noun: "classification", url: classifications.url(id), recordingUrls: video ? [videoUrl(video.id)] : [], onDeleted: () => location.assign("/styles"),
    })));

  player.addEventListener("time", () => strip.setTime(player.time));
  element.addEventListener("click", () => player.toggle());
  /** @param {string} words */
  const showWithoutVideo = (words) => {
    find(".screen", article).replaceChildren(el("p", { class: "no-video", role: "note" }, words));
    find(".controls", article).hidden = true;
  };
  element.addEventListener("error", () => showWithoutVideo("The recording cannot be played here."));
  if (!shown) showWithoutVideo("Only the motion is kept; there is no video to show.");
  strip.setTime(0);
  listenForKeys(player);
  article.hidden = false;
  document.title = `${headline(result)}: ${video?.file_name ?? "Eightcount"}`;
}

/** @param {StyleResult} result */
function certaintyNodes(result) {
  const sure = certainty(result);
  if (!sure) return result.novelty !== null && result.verdict === "unknown" ? ["Unlike the training data of the model."] : [];
  return [el("b", {}, percent(sure.share)), ` · ${sure.words}`];
}

function legend() {
  return el("ul", { class: "legend", "aria-label": "Signs" }, ...[
    ["unknown", "unknown style"],
    ["not-a-dance", "not a dance"],
    ["not-seen", "dancer not visible"],
  ].map(([kind, words]) => el("li", {}, el("span", { class: `sign ${kind}`, "aria-hidden": "true" }), words)));
}
