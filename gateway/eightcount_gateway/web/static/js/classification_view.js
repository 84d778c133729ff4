/** A finished classification: the verdict, the video, and what it looks like along the time. */

import { classificationLinks, contentOf } from "./api_styles.js";
import { el, find } from "./dom.js";
import { listenForKeys } from "./keyboard.js";
import { Player, playerControls } from "./player.js";
import { certainty, headline, percent } from "./style_words.js";
import { StyleTimeline } from "./style_timeline.js";

/** @typedef {import("./types.js").StyleResult} StyleResult */
/** @typedef {import("./types.js").Video} Video */

const KEYS_HELP = "Space: play or pause · ← →: one stretch · Shift + ← →: eight stretches";

/** @param {HTMLElement} article @param {{ id: string, videoId: string, video: Video | null, result: StyleResult }} finished */
export function showClassification(article, { id, videoId, video, result }) {
  /** @param {string} part @param {...(Node | string)} nodes */
  const put = (part, ...nodes) => find(`[data-part=${part}]`, article).replaceChildren(...nodes);
  const durationS = Math.max(video?.media?.duration_seconds ?? 0, result.windows.at(-1)?.end_s ?? 0);
  const shown = videoId !== "" && !video?.content_deleted;
  const picture = el("video", { src: shown && contentOf(videoId), preload: "auto", playsinline: true, "aria-label": "The recording" });
  const strip = new StyleTimeline(result, { durationS, onSeek: (seconds) => seek(seconds) });
  const player = new Player(picture, { startS: 0, durationS, timeline: strip.places.map((start_s) => ({ start_s })) });
  /** @param {number} seconds */
  const seek = (seconds) => {
    player.seek(seconds);
    strip.setTime(seconds); // also where the video cannot be played
  };

  put("verdict", headline(result));
  put("certainty", ...certaintyNodes(result));
  put("message", result.message);
  put("names", el("b", {}, video?.file_name ?? "The recording"));
  put("player", el("div", { class: "screen" }, picture), playerControls(player, "stretch"));
  put("timeline", strip.element, legend(), el("p", { class: "keys muted" }, KEYS_HELP));
  put("about", el("p", {}, `Model ${result.model}. `, el("a", { href: "/styles#models" }, "What the models know")),
    el("p", {}, el("a", { href: classificationLinks(id).result, download: `${video?.file_name ?? id}.style.json` }, "Result"), " ", el("span", { class: "muted" }, "JSON")));

  player.addEventListener("time", () => strip.setTime(player.time));
  picture.addEventListener("click", () => player.toggle());
  /** @param {string} words */
  const withoutPicture = (words) => {
    find(".screen", article).replaceChildren(el("p", { class: "no-video", role: "note" }, words));
    find(".controls", article).hidden = true;
  };
  picture.addEventListener("error", () => withoutPicture("The recording cannot be played here."));
  if (!shown) withoutPicture("Only the motion is kept; there is no picture to show.");
  strip.setTime(0);
  listenForKeys(player);
  article.hidden = false;
  document.title = `${headline(result)}: ${video?.file_name ?? "Eightcount"}`;
}

/** @param {StyleResult} result */
function certaintyNodes(result) {
  const sure = certainty(result);
  if (!sure) return result.novelty !== null && result.verdict === "unknown" ? ["Unlike what the model was trained on."] : [];
  return [el("b", {}, percent(sure.share)), ` · ${sure.words}`];
}

function legend() {
  return el("ul", { class: "legend", "aria-label": "Signs" }, ...[
    ["unknown", "a dance, not known"],
    ["not-a-dance", "not a dance"],
    ["not-seen", "dancer not seen"],
  ].map(([kind, words]) => el("li", {}, el("span", { class: `sign ${kind}`, "aria-hidden": "true" }), words)));
}
