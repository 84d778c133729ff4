/** A finished dance: the stage, the video, its files, and the recordings that its motion comes from. */

import { danceLinks } from "./api_dances.js";
import { showChange } from "./dance_change.js";
import { el, find } from "./dom.js";
import { showStage } from "./stage_loader.js";
import { durationText } from "./text.js";

/** @typedef {import("./types.js").Dance} Dance */
/** @typedef {import("./types.js").DanceResult} DanceResult */

/** @type {Record<string, [string, string]>} */
const FILES = {
  mp4: ["Video", "MP4, with the music"],
  bvh: ["Motion", "BVH, for Blender and others"],
  glb: ["Figure", "binary glTF, for Blender and game engines"],
  npz: ["Arrays", "NPZ, for NumPy"],
};

/** @param {HTMLElement} article @param {{ id: string, song: string, dance: Dance, result: DanceResult }} finished */
export function showDance(article, { id, song, dance, result }) {
  /** @param {string} part @param {...(Node | string)} nodes */
  const put = (part, ...nodes) => find(`[data-part=${part}]`, article).replaceChildren(...nodes);
  const links = danceLinks(id);
  const stem = song.replace(/\.[^.]*$/, "") || id;
  const title = `A dance of ${durationText(result.seconds)}`;

  put("names", el("b", {}, song));
  put("title", title);
  put("message", `Model ${result.model} · seed ${result.seed}${dance.style ? ` · ${dance.style}` : ""}`);
  if (dance.edited_from) find("[data-part=message]", article).append(" · ", el("a", { href: danceLinks(dance.edited_from).page }, "changed from another dance"));
  const watch = watchViews({ id, dance, result });
  put("watch", ...watch.nodes);
  put("files", ...result.formats.map((format) => fileRow(links.file(format), `${stem}.${format}`, format)),
    el("li", {}, el("a", { href: links.result, download: `${stem}.dance.json` }, "Result"), " ", el("span", { class: "muted" }, "JSON")));
  put("sources", ...sourceNodes(result));
  article.hidden = false;
  showChange(find("[data-part=change]", article), { id, dance, seconds: result.seconds, now: watch.now });
  document.title = `${title}: ${song}`;
}

/**
 * Builds the stage and the video, of which one is shown at a time; without a stage the video alone. `now` gives the second that is shown.
 * @param {{ id: string, dance: Dance, result: DanceResult }} finished
 */
function watchViews({ id, dance, result }) {
  const hasVideo = result.formats.includes("mp4");
  const video = el("div", { class: "whole-video" }, hasVideo ? screen(danceLinks(id).file("mp4")) : el("p", { class: "muted" }, "No video was requested."));
  const place = el("div", { class: "stage-place" });
  const choice = el("div", { class: "group choice", role: "group", "aria-label": "Watch", hidden: true });
  /** @type {import("./stage/stage.js").Stage | null} */
  let onStage = null;
  video.hidden = true;
  showStage(place, { id, dance, result }).then((stage) => {
    onStage = stage;
    video.hidden = stage !== null;
    if (!stage || !hasVideo) return;
    choice.hidden = false;
    choice.append(...choiceButtons([
      { name: "3D stage", element: place, leave: () => stage.pause() },
      { name: "Video", element: video, leave: () => video.querySelector("video")?.pause() },
    ]));
  });
  const now = () => (onStage && !place.hidden ? onStage.time : video.querySelector("video")?.currentTime) ?? 0;
  return { nodes: [choice, place, video], now };
}

/** @param {{ name: string, element: HTMLElement, leave: () => void }[]} views the first one is shown */
function choiceButtons(views) {
  const buttons = views.map(({ name }, chosen) => el("button", { type: "button", "aria-pressed": String(chosen === 0), onclick: () => show(chosen) }, name));
  /** @param {number} chosen */
  const show = (chosen) => views.forEach(({ element, leave }, i) => {
    if (i !== chosen) leave();
    element.hidden = i !== chosen;
    buttons[i].setAttribute("aria-pressed", String(i === chosen));
  });
  return buttons;
}

/** @param {string} src */
function screen(src) {
  const video = el("video", { src, controls: true, playsinline: true, preload: "metadata", "aria-label": "The dance" });
  const box = el("div", { class: "screen" }, video);
  video.addEventListener("error", () =>
    box.replaceChildren(el("p", { class: "no-video", role: "note" }, "The video cannot be played here. It can be downloaded below.")));
  return box;
}

/** @param {string} href @param {string} name @param {string} format */
function fileRow(href, name, format) {
  const [title, note] = FILES[format] ?? [format, ""];
  return el("li", {}, el("a", { href, download: name }, title), " ", el("span", { class: "muted" }, note));
}

/** @param {DanceResult} result */
function sourceNodes({ source_segments: segments }) {
  if (!segments.length) return [];
  const names = [...new Set(segments.map(({ recording }) => recording))];
  return [
    el("h2", {}, "Source recordings"),
    el("p", {}, `Joined from ${segments.length} segments of ${names.length} recordings:`),
    el("ul", {}, ...names.map((name) => el("li", {}, name))),
  ];
}
