/** A finished dance: the stage, the film, its files, and the recordings it comes from. */

import { danceLinks } from "./api_dances.js";
import { showChange } from "./dance_change.js";
import { el, find } from "./dom.js";
import { showStage } from "./stage_place.js";
import { durationText } from "./words.js";

/** @typedef {import("./types.js").Dance} Dance */
/** @typedef {import("./types.js").DanceResult} DanceResult */

/** @type {Record<string, [string, string]>} */
const FILES = {
  mp4: ["Film", "MP4, with the music"],
  bvh: ["Motion", "BVH, for Blender and others"],
  glb: ["Figure", "binary glTF, for Blender and game engines"],
  npz: ["Numbers", "for numpy"],
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
  const watch = watchNodes({ id, dance, result });
  put("watch", ...watch.nodes);
  put("files", ...result.formats.map((format) => fileRow(links.file(format), `${stem}.${format}`, format)),
    el("li", {}, el("a", { href: links.result, download: `${stem}.dance.json` }, "Result"), " ", el("span", { class: "muted" }, "JSON")));
  put("borrowed", ...borrowedNodes(result));
  article.hidden = false;
  showChange(find("[data-part=change]", article), { id, dance, seconds: result.seconds, now: watch.now });
  document.title = `${title}: ${song}`;
}

/**
 * The stage and the film, one of them at a time; the film alone where there is no stage. And the second that is shown.
 * @param {{ id: string, dance: Dance, result: DanceResult }} finished
 */
function watchNodes({ id, dance, result }) {
  const hasFilm = result.formats.includes("mp4");
  const film = el("div", { class: "film" }, hasFilm ? screen(danceLinks(id).file("mp4")) : el("p", { class: "muted" }, "No film was asked for."));
  const place = el("div", { class: "stage-place" });
  const choice = el("div", { class: "group choice", role: "group", "aria-label": "Watch", hidden: true });
  /** @type {import("./stage/stage.js").Stage | null} */
  let onStage = null;
  film.hidden = true;
  showStage(place, { id, dance, result }).then((stage) => {
    onStage = stage;
    film.hidden = stage !== null;
    if (!stage || !hasFilm) return;
    choice.hidden = false;
    choice.append(...choiceButtons([
      { name: "3D stage", element: place, leave: () => stage.pause() },
      { name: "Film", element: film, leave: () => film.querySelector("video")?.pause() },
    ]));
  });
  const now = () => (onStage && !place.hidden ? onStage.time : film.querySelector("video")?.currentTime) ?? 0;
  return { nodes: [choice, place, film], now };
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
  const film = el("video", { src, controls: true, playsinline: true, preload: "metadata", "aria-label": "The dance" });
  const box = el("div", { class: "screen" }, film);
  film.addEventListener("error", () =>
    box.replaceChildren(el("p", { class: "no-video", role: "note" }, "The film cannot be played here. It can be downloaded below.")));
  return box;
}

/** @param {string} href @param {string} name @param {string} format */
function fileRow(href, name, format) {
  const [title, note] = FILES[format] ?? [format, ""];
  return el("li", {}, el("a", { href, download: name }, title), " ", el("span", { class: "muted" }, note));
}

/** @param {DanceResult} result */
function borrowedNodes({ borrowed }) {
  if (!borrowed.length) return [];
  const names = [...new Set(borrowed.map(({ recording }) => recording))];
  return [
    el("h2", {}, "Where it comes from"),
    el("p", {}, `Joined from ${borrowed.length} stretches of ${names.length} recordings:`),
    el("ul", {}, ...names.map((name) => el("li", {}, name))),
  ];
}
