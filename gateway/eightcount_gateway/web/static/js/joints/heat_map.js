/** Body part by count: how far off each joint was on each count. */

import { el, svg } from "../dom.js";
import { countText, jointName, sentence, shortClock } from "../text.js";

/** @typedef {import("../api_types.js").TimelineEntry} TimelineEntry */
/** @typedef {import("./frame_errors.js").FrameErrors} FrameErrors */

const [ROW_PX, MIN_COLUMN_PX] = [18, 9];
/** Errors, as multiples of a joint's limit, up to which a cell has a colour. @type {[number, string, string][]} */
const LEVELS = [[0.5, "good", "up to half its limit"], [1, "okay", "up to its limit"], [1.5, "fair", "over it"], [Infinity, "poor", "far over it"]];

/**
 * @param {FrameErrors} errors
 * @param {TimelineEntry[]} timeline
 * @param {(joint: string, entry: TimelineEntry) => void} onChoose
 */
export function heatMap(errors, timeline, onChoose) {
  const columns = timeline.map((entry) => errors.meansWithin(entry.start_s, entry.end_s));
  const [width, height] = [timeline.length * MIN_COLUMN_PX, errors.joints.length * ROW_PX];
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": summary(errors, columns) },
    ...columns.flatMap((means, column) => means.map((value, row) => cell(value, { column, row, words: words(errors.joints[row], timeline[column], value) }))));
  picture.style.minWidth = `${width}px`;
  picture.style.height = `${height}px`;
  picture.addEventListener("click", ({ target }) => {
    if (!(target instanceof SVGRectElement)) return;
    onChoose(errors.joints[Number(target.dataset.row)], timeline[Number(target.dataset.column)]);
  });
  return el("div", { class: "heat-map" },
    el("ul", { class: "heat-names", "aria-hidden": "true" }, ...errors.joints.map((joint) => el("li", {}, sentence(jointName(joint))))),
    el("div", { class: "heat-scroll", tabindex: 0, role: "group", "aria-label": "Body part by count" }, picture),
    el("p", { class: "heat-legend muted" }, ...LEVELS.map(([, level, meaning]) => el("span", {}, el("span", { class: `swatch ${level}`, "aria-hidden": "true" }), meaning))));
}

/** @param {number | null} value @param {{ column: number, row: number, words: string }} place */
function cell(value, { column, row, words }) {
  return svg("rect", {
    class: `cell ${levelOf(value)}`, x: column * MIN_COLUMN_PX + 0.5, y: row * ROW_PX + 1, width: MIN_COLUMN_PX - 1, height: ROW_PX - 2,
    "data-row": row, "data-column": column,
  }, svg("title", {}, words));
}

/** @param {number | null} value */
const levelOf = (value) => (value === null ? "none" : LEVELS.find(([limit]) => value < limit)?.[1] ?? "poor");

/** @param {string} joint @param {TimelineEntry} entry @param {number | null} value */
function words(joint, entry, value) {
  const place = countText(entry) || shortClock(entry.start_s);
  const amount = value === null ? "not compared" : `${Math.round(100 * value)} % of its limit`;
  return `${sentence(jointName(joint))}, ${place}: ${amount}`;
}

/** For those who do not see it: the joint that is most often over its limit. @param {FrameErrors} errors @param {(number | null)[][]} columns */
function summary({ joints }, columns) {
  const over = joints.map((_, row) => columns.filter((means) => (means[row] ?? 0) > 1).length);
  const worst = over.indexOf(Math.max(...over));
  if (!over[worst]) return "No joint is over its limit on any count";
  return `The ${jointName(joints[worst])} is most often over its limit: on ${over[worst]} of ${columns.length}`;
}
