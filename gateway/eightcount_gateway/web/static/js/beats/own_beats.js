/** The beats that a user gives, as the API takes them, or what is wrong with them. */

import { phraseOf } from "./beat_grid.js";
import { BPM_RANGE, MIN_TAPS } from "./tap_run.js";

/** @typedef {import("../api_types.js").BeatsBody} Beats */
/** @typedef {"found" | "tap" | "type" | "counts"} Way how the beats are given; "found": they are found in the music */
/** @typedef {"taps" | "shift" | "bpm" | "beat" | "count" | "metre"} FieldName */
/**
 * What the fields hold; NaN where a number is missing.
 * @typedef {Object} Values
 * @property {Way} way
 * @property {readonly number[]} taps seconds
 * @property {import("./tap_run.js").Mark | null} mark a beat among the taps whose count is known
 * @property {number} shiftMs what is added to every tap
 * @property {number} bpm
 * @property {number} beatS second of a beat
 * @property {number} count of that beat
 * @property {number | null} beatsPerBar
 */
/** @typedef {Partial<Record<FieldName, string>>} Problems by the field that they belong to */

const [SLOWEST_BPM, FASTEST_BPM] = BPM_RANGE;

/** The body, also of values that the API would refuse; null for beats that are found. @param {Values} values @returns {Beats | null} */
export function buildBeats({ way, taps, mark, shiftMs, bpm, beatS, count, beatsPerBar }) {
  const metre = beatsPerBar === null ? {} : { beats_per_bar: beatsPerBar };
  if (way === "found") return null;
  if (way === "tap") {
    const marked = mark ? { first_beat_s: shift(mark.seconds, shiftMs), first_count: mark.count } : {};
    return { taps_s: taps.map((time) => shift(time, shiftMs)), ...marked, ...metre };
  }
  const beat = Number.isNaN(beatS) ? {} : { first_beat_s: beatS, first_count: Number.isNaN(count) ? 1 : count };
  return { ...(way === "type" && !Number.isNaN(bpm) && { bpm }), ...beat, ...metre };
}

/** What is wrong, in words that say what to do. @param {Values} values @returns {Problems} */
export function findProblems(values) {
  if (values.way === "found") return {};
  return values.way === "tap" ? tapProblems(values) : typedProblems(values);
}

/** @param {Values} values @returns {Problems} */
function tapProblems({ taps, shiftMs }) {
  if (taps.length < MIN_TAPS) return { taps: taps.length ? `Tap at least ${MIN_TAPS} beats; so far there are ${taps.length}.` : `Play the music and tap at least ${MIN_TAPS} beats.` };
  if (Number.isNaN(shiftMs)) return { shift: "Enter a number of milliseconds, or 0." };
  if (shift(taps[0], shiftMs) < 0) return { shift: "With this the first tap lies before the start of the recording. Enter a smaller number." };
  return {};
}

/** @param {Values} values @returns {Problems} */
function typedProblems({ way, bpm, beatS, count, beatsPerBar }) {
  /** @type {Problems} */
  const problems = {};
  if (way === "type") {
    if (Number.isNaN(bpm)) problems.bpm = `Enter the tempo in beats a minute, ${SLOWEST_BPM} to ${FASTEST_BPM}.`;
    else if (bpm < SLOWEST_BPM || bpm > FASTEST_BPM) problems.bpm = `The tempo must be ${SLOWEST_BPM} to ${FASTEST_BPM} beats a minute.`;
  }
  if (Number.isNaN(beatS) && (way === "type" || beatsPerBar === null)) {
    problems.beat = way === "type" ? "Enter the second of a beat, for example 0.42." : "Enter the second of a beat, or choose the metre.";
  } else if (beatS < 0) problems.beat = "A beat cannot lie before the start: enter 0 or more.";
  const last = beatsPerBar === null ? 12 : phraseOf(beatsPerBar);
  if (!Number.isNaN(beatS) && !(Number.isInteger(count) && count >= 1 && count <= last)) problems.count = `Enter a whole number from 1 to ${last}.`;
  return problems;
}

/** @param {number} seconds @param {number} milliseconds */
const shift = (seconds, milliseconds) => Math.round(seconds * 1000 + (milliseconds || 0)) / 1000;

/** In a few words, for example "96.0 beats a minute, in sixes". @param {Beats} beats */
export function beatsText({ bpm, taps_s: taps, beats_per_bar: size }) {
  const counted = size ? ` counted to ${phraseOf(size)}` : "";
  if (taps) return `${taps.length} tapped beats${counted}`;
  return bpm ? `${bpm.toFixed(1)} beats a minute${counted}` : `the beats that were found,${counted || " counted from another place"}`;
}
