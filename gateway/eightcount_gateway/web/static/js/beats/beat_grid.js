/** The beats and counts that a user's beats stand for, as the server continues them to both ends of the recording. */

import { intervals, median } from "./tap_run.js";

/** @typedef {import("../api_types.js").BeatsBody} Beats */

const USUAL_BEATS_PER_BAR = 4;

/** Counts of a phrase: two bars, or one of six beats. @param {number | null | undefined} beatsPerBar */
export function phraseOf(beatsPerBar) {
  const size = beatsPerBar || USUAL_BEATS_PER_BAR;
  return size >= 6 ? size : 2 * size;
}

/** The second of the beat that is nearest; the second itself where there are no beats. @param {Beats} beats @param {number} seconds */
export function nearestBeat(beats, seconds) {
  const anchor = anchorOf(beats);
  if (!anchor) return seconds;
  const index = indexAt(anchor, seconds + anchor.interval / 2);
  return Math.max(0, timeOf(anchor, index));
}

/**
 * The count at a second, and how much of its beat has passed, in [0, 1); null where there are no beats.
 * @param {Beats} beats
 * @param {number} seconds
 */
export function countAt(beats, seconds) {
  const anchor = anchorOf(beats);
  if (!anchor) return null;
  const phrase = phraseOf(beats.beats_per_bar);
  const index = indexAt(anchor, seconds);
  const marked = beats.first_beat_s ?? anchor.times[0];
  const one = indexAt(anchor, marked + anchor.interval / 2) - ((beats.first_count ?? 1) - 1);
  const start = timeOf(anchor, index);
  const length = timeOf(anchor, index + 1) - start;
  return { count: modulo(index - one, phrase) + 1, passed: Math.min(Math.max((seconds - start) / length, 0), 1) };
}

/** Beats that are known, and the interval at which they continue. @param {Beats} beats */
function anchorOf({ bpm, first_beat_s: first, taps_s: taps }) {
  if (taps && taps.length > 1) return { times: taps, interval: median(intervals(taps)) };
  return bpm && first !== null && first !== undefined ? { times: [first], interval: 60 / bpm } : null;
}

/** @typedef {{ times: readonly number[], interval: number }} Anchor */

/** Number of the last beat that has begun; the first known beat is 0. @param {Anchor} anchor @param {number} seconds */
function indexAt({ times, interval }, seconds) {
  const [first, last] = [times[0], times[times.length - 1]];
  const slack = 1e-6;
  if (seconds + slack < first) return Math.floor((seconds + slack - first) / interval);
  if (seconds + slack >= last) return times.length - 1 + Math.floor((seconds + slack - last) / interval);
  return times.findLastIndex((time) => time <= seconds + slack);
}

/** @param {Anchor} anchor @param {number} index */
function timeOf({ times, interval }, index) {
  if (index < 0) return times[0] + index * interval;
  const beyond = index - (times.length - 1);
  return beyond > 0 ? times[times.length - 1] + beyond * interval : times[index];
}

/** @param {number} value @param {number} size */
const modulo = (value, size) => ((value % size) + size) % size;
