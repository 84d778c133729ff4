/** A finished dance: the stage, the video, its files, and the recordings that its motion comes from. */

import { videoUrl } from "./api.js";
import { showChange } from "./dance_change.js";
import { deleteButton } from "./deletion.js";
import { el, find } from "./dom.js";
import { dances } from "./jobs_api.js";
import { showStage } from "./stage_loader.js";
import { countedNoun, durationText } from "./text.js";

/** @typedef {import("./api_types.js").DanceBody} Dance */
/** @typedef {import("./api_types.js").DanceResult} DanceResult */

/** @type {Record<string, [string, string]>} */
const FILES = {
  mp4: ["Video", "MP4, with the music"],
  bvh: ["Motion", "BVH, for Blender and others"],
  glb: ["Figure", "binary glTF, for Blender and game engines"],
  npz: ["Arrays", "NPZ, for NumPy"],
};

/** @param {HTMLElement} article @param {{ song: string, dance: Dance, result: DanceResult }} finished */
export function showDance(article, { song, dance, result }) {
  /** @param {string} part @param {...(Node | string)} nodes */
  const put = (part, ...nodes) => find(`[data-part=${part}]`, article).replaceChildren(...nodes);
  const stem = song.replace(/\.[^.]*$/, "") || dance.id;
  const title = `A dance of ${durationText(result.seconds)}`;

  put("names", el("b", {}, song));
  put("title", title);
  put("message", `Model ${result.model} · seed ${result.seed}${dance.style ? ` · ${dance.style}` : ""}`);
  if (dance.edited_from) find("[data-part=message]", article).append(" · ", el("a", { href: dances.page(dance.edited_from) }, "changed from another dance"));
  put("beats", el("a", { href: `/choreography?again=${encodeURIComponent(dance.id)}#beats` },
    dance.beats ? "Made to your own beats. Change them" : "The beats are wrong? Set them yourself"));
  const watch = watchViews({ dance, result });
  put("watch", ...watch.nodes);
  put("files", ...result.formats.map((format) => fileRow(dances.url(dance.id, `dance.${format}`), `${stem}.${format}`, format)),
    el("li", {}, el("a", { href: dances.url(dance.id, "result.json"), download: `${stem}.dance.json` }, "Result"), " ", el("span", { class: "muted" }, "JSON")));
  put("sources", ...sourceNodes(result));
  put("deletion", deleteButton({
    noun: "dance", url: dances.url(dance.id), recordingUrls: [videoUrl(dance.music_id)], onDeleted: () => location.assign("/choreography"),
  }));
  article.hidden = false;
  showChange(find("[data-part=change]", article), { dance, seconds: result.seconds, now: watch.now });
  document.title = `${title}: ${song}`;
}

/**
 * Builds the stage and the video, of which one is shown at a time; without a stage the video alone. `now` gives the second that is shown.
 * @param {{ dance: Dance, result: DanceResult }} finished
 */
function watchViews({ dance, result }) {
  const hasVideo = result.formats.includes("mp4");
  const video = el("div", { class: "whole-video" }, hasVideo ? screen(dances.url(dance.id, "dance.mp4")) : el("p", { class: "muted" }, "No video was requested."));
  const place = el("div", { class: "stage-place" });
  const choice = el("div", { class: "group choice", role: "group", "aria-label": "Watch", hidden: true });
  /** @type {import("./stage/stage.js").Stage | null} */
  let onStage = null;
  video.hidden = true;
  showStage(place, { dance, result }).then((stage) => {
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
    el("p", {}, `Joined from ${countedNoun(segments.length, ["segment", "segments"])} of ${countedNoun(names.length, ["recording", "recordings"])}:`),
    el("ul", {}, ...names.map((name) => el("li", {}, name))),
  ];
}
