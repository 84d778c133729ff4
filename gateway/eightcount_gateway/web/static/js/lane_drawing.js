/** The verdict of each stretch on top, below it a lane per style as high as its probability, and times at the foot. */

import { svg } from "./dom.js";
import { colourOf } from "./style_colour.js";
import { verdictsOf } from "./style_lanes.js";
import { tickSeconds, xOf } from "./timeline_bars.js";
import { shortClock } from "./text.js";

/** @typedef {import("./style_lanes.js").Stretch} Stretch */
/** @typedef {{ startS: number, endS: number, widthPx: number }} Span */

export const VERDICT_PX = 34;
export const LANE_PX = 32;
export const FOOT_PX = 20;
const GAP_PX = 6;
const MIN_PX = 1.5;
const SEAM_PX = 0.4; // neighbours of one colour show no line between them

/** @param {Stretch[]} stretches @param {string[]} lanes @param {Span} span */
export function drawLanes(stretches, lanes, span) {
  const height = VERDICT_PX + lanes.length * LANE_PX + FOOT_PX;
  const box = { width: span.widthPx, height, viewBox: `0 0 ${span.widthPx} ${height}`, "aria-hidden": "true" };
  return svg("svg", box,
    patterns(),
    ...lanes.map((_, i) => svg("line", { class: "floor", x1: 0, x2: span.widthPx, y1: floorOf(i), y2: floorOf(i) })),
    ...verdictsOf(stretches).map((stretch) => verdict(stretch, span)),
    ...stretches.flatMap((stretch) => shares(stretch, lanes, span)),
    ...tickSeconds(span).map((second) =>
      svg("text", { class: "tick", x: xOf(second, span) + 2, y: height - 5 }, shortClock(second))));
}

/** Patterns that distinguish without colours: an unknown style is hatched, no dance is dotted. */
function patterns() {
  return svg("defs", {},
    svg("pattern", { id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { class: "pattern-ground", width: 7, height: 7 }), svg("rect", { class: "pattern-ink", width: 2.5, height: 7 })),
    svg("pattern", { id: "dots", width: 7, height: 7, patternUnits: "userSpaceOnUse" },
      svg("rect", { class: "pattern-ground", width: 7, height: 7 }), svg("circle", { class: "pattern-ink", cx: 3.5, cy: 3.5, r: 1.5 })));
}

/** @param {number} lane */
const floorOf = (lane) => VERDICT_PX + (lane + 1) * LANE_PX - 0.5;

/** @param {Stretch} stretch @param {Span} span */
function verdict({ startS, endS, window }, span) {
  const x = xOf(startS, span);
  const named = window.verdict === "style";
  return svg("rect", {
    class: `verdict ${window.verdict.replaceAll("_", "-")} ${named ? colourOf(window.style) : ""}`, x, y: 1,
    width: Math.max(MIN_PX, xOf(endS, span) - x), height: VERDICT_PX - GAP_PX - 2,
  });
}

/** @param {Stretch} stretch @param {string[]} lanes @param {Span} span */
function shares({ startS, endS, window: { probabilities } }, lanes, span) {
  const x = xOf(startS, span);
  const width = Math.max(MIN_PX, xOf(endS, span) - x) + SEAM_PX;
  if (!probabilities) {
    return [svg("rect", { class: "unseen", x, width, y: VERDICT_PX, height: lanes.length * LANE_PX })];
  }
  return lanes.map((style, lane) => {
    const height = (probabilities[style] ?? 0) * (LANE_PX - GAP_PX);
    return svg("rect", { class: `share ${colourOf(style)}`, x, width, y: floorOf(lane) - height, height });
  });
}
