/** Prepares a result for drawing: stretches of time that do not overlap, and the styles that get a lane. */

import { NOT_A_DANCE } from "./style_text.js";

/** @typedef {import("./api_types.js").ClassificationResult} StyleResult */
/** @typedef {import("./api_types.js").WindowBody} StyleWindow */
/** @typedef {{ startS: number, endS: number, window: StyleWindow }} Stretch */

const MAX_LANES = 8;
const MIN_SHARE = 0.03;

/** One stretch per window; where windows overlap the border lies half-way. @param {StyleWindow[]} windows */
export function stretchesOf(windows) {
  /** @type {Stretch[]} */
  const stretches = [];
  windows.forEach((window, i) => {
    const next = windows[i + 1];
    const endS = next ? Math.min(window.end_s, (window.end_s + next.start_s) / 2) : window.end_s;
    stretches.push({ startS: Math.max(stretches.at(-1)?.endS ?? -Infinity, window.start_s), endS, window });
  });
  return stretches;
}

/** Neighbours of one verdict and style as one. @param {Stretch[]} stretches */
export function verdictsOf(stretches) {
  /** @type {Stretch[]} */
  const merged = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    const same = last && last.window.verdict === stretch.window.verdict && last.window.style === stretch.window.style;
    if (same && stretch.startS - last.endS < 1e-3) last.endS = stretch.endS;
    else merged.push({ ...stretch });
  }
  return merged;
}

/**
 * The styles that are drawn, the likeliest first and "not a dance" last, and how many are left out.
 * @param {StyleResult} result
 */
export function lanesOf({ styles, windows, probabilities }) {
  /** @param {string} style */
  const most = (style) => Math.max(0, ...windows.map((window) => window.probabilities?.[style] ?? 0));
  /** @param {string} style */
  const whole = (style) => probabilities?.[style] ?? most(style);
  const shown = styles.filter((style) => most(style) >= MIN_SHARE).sort((a, b) => whole(b) - whole(a)).slice(0, MAX_LANES);
  return { lanes: [...shown, NOT_A_DANCE], leftOut: styles.length - shown.length };
}
