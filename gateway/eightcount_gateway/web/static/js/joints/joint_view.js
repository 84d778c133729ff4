/** Score per joint: coloured dots on a body, and the same in a table. */

import { el, svg } from "../dom.js";
import { jointName, level, scoreText, sentence, spokenScore, timingText } from "../text.js";

/** @typedef {import("../api_types.js").JointReport} JointScore */

/** Places on the figure, which faces you as in the video: its right is on your left. @type {Record<string, [number, number]>} */
const PLACES = {
  head: [100, 34], nose: [100, 34], neck: [100, 68], chest: [100, 104], spine: [100, 128], torso: [100, 120], trunk: [100, 120],
  pelvis: [100, 176],
  right_shoulder: [70, 84], right_elbow: [50, 132], right_wrist: [36, 178], right_hand: [32, 194],
  right_hip: [82, 182], right_knee: [76, 252], right_ankle: [72, 318], right_foot: [62, 334],
  left_shoulder: [130, 84], left_elbow: [150, 132], left_wrist: [164, 178], left_hand: [168, 194],
  left_hip: [118, 182], left_knee: [124, 252], left_ankle: [128, 318], left_foot: [138, 334],
};

const LIMBS = ["shoulder", "elbow", "wrist", "hand", "hip", "knee", "ankle", "foot"];

/**
 * Figure and table, worst joint first.
 * @param {Record<string, JointScore>} joints
 * @param {number | null} [wholeTiming] milliseconds by which the whole take is late
 * @param {((joint: string) => void) | null} [onChoose] called with the joint that is to be looked at closely
 */
export function jointView(joints, wholeTiming, onChoose = null) {
  if (Object.keys(joints).length === 0) return el("p", { class: "muted" }, "No joint was compared.");
  const names = Object.keys(joints).sort((a, b) => (joints[a].score ?? 101) - (joints[b].score ?? 101));
  const relative = wholeTiming
    ? [el("p", { class: "muted" }, `The whole take is ${timingText(wholeTiming)}; the timing of joints is relative to that.`)]
    : [];
  if (names.every((name) => joints[name].score === null)) relative.push(el("p", { class: "muted" }, "No joint has a score."));
  const view = el("div", { class: "joint-view" }, figure(names, joints), el("div", {}, table(names, joints, onChoose), ...relative));
  linkHover(view);
  if (onChoose) letChoose(view, onChoose);
  return view;
}

/** @param {string[]} names @param {Record<string, JointScore>} joints */
function figure(names, joints) {
  const dots = names.filter((name) => PLACES[name]).map((name) => {
    const [x, y] = PLACES[name];
    const words = `${sentence(jointName(name))}: ${spokenScore(joints[name].score).toLowerCase()}`;
    return svg("circle", { class: `dot ${level(joints[name].score)}`, cx: x, cy: y, r: 8, "data-joint": name },
      svg("title", {}, words));
  });
  return svg("svg", { class: "figure", viewBox: "0 0 200 350", role: "img", "aria-label": "Body with each joint coloured by its score" },
    svg("circle", { class: "body", cx: 100, cy: 34, r: 20 }),
    svg("path", { class: "body", d: "M100 54V68M70 84Q100 66 130 84L118 182H82Z" }),
    ...["right", "left"].flatMap((side) => [
      svg("polyline", { class: "body", points: limb(side, 0, 4) }),
      svg("polyline", { class: "body", points: limb(side, 4, 8) }),
    ]),
    svg("text", { class: "side", x: 14, y: 86 }, "right"),
    svg("text", { class: "side", x: 186, y: 86, "text-anchor": "end" }, "left"),
    ...dots);
}

/** @param {string} side @param {number} from @param {number} to */
const limb = (side, from, to) => LIMBS.slice(from, to).map((part) => PLACES[`${side}_${part}`].join(",")).join(" ");

/** @param {string[]} names @param {Record<string, JointScore>} joints @param {((joint: string) => void) | null} onChoose */
function table(names, joints, onChoose) {
  const head = ["Joint", "Score", "Angle off", "Timing"].map((title) => el("th", { scope: "col" }, title));
  return el("table", { class: "joint-table" },
    el("caption", { class: "hidden" }, "Score, mean angle error and timing of every joint, lowest score first"),
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...names.map((name) => row(name, joints[name], onChoose))));
}

/** @param {string} name @param {JointScore} joint @param {((joint: string) => void) | null} onChoose */
function row(name, { score, mean_angle_error_deg: error, timing_ms: timing }, onChoose) {
  const words = sentence(jointName(name));
  return el("tr", { "data-joint": name },
    el("th", { scope: "row" }, onChoose ? el("button", { type: "button", class: "plain", onclick: () => onChoose(name) }, words) : words),
    el("td", {}, el("span", { class: "score-cell" }, scoreNumber(score), bar(score))),
    el("td", { class: "number" }, error === null || error === undefined ? "–" : `${Math.round(error)}°`),
    el("td", { class: "timing" }, timingText(timing)));
}

/** A dash is silent: it is said in words. @param {number | null} score */
function scoreNumber(score) {
  if (score !== null) return el("span", { class: "number" }, scoreText(score));
  return el("span", { class: "number" }, el("span", { "aria-hidden": "true" }, scoreText(score)), el("span", { class: "hidden" }, spokenScore(score)));
}

/** @param {number | null} score */
function bar(score) {
  const filled = el("span", { class: `bar-fill ${level(score)}` });
  filled.style.width = `${score ?? 0}%`;
  return el("span", { class: "bar-track", "aria-hidden": "true" }, filled);
}

/** The dots of the figure do what the buttons of the table do. @param {HTMLElement} view @param {(joint: string) => void} onChoose */
function letChoose(view, onChoose) {
  for (const dot of view.querySelectorAll(".dot")) {
    dot.classList.add("chosen-by-click");
    dot.addEventListener("click", () => onChoose(dot.getAttribute("data-joint") ?? ""));
  }
}

/** Pointing at a joint in one place marks it in the other. @param {HTMLElement} view */
function linkHover(view) {
  /** @param {Event} event */
  const mark = (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-joint]") : null;
    const name = event.type === "pointerover" ? target?.getAttribute("data-joint") : null;
    for (const one of view.querySelectorAll("[data-joint]")) {
      one.classList.toggle("marked", one.getAttribute("data-joint") === name);
    }
  };
  view.addEventListener("pointerover", mark);
  view.addEventListener("pointerleave", mark);
}
