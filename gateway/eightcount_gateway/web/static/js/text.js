/** Numbers and machine-readable names as text for a dancer. */

/** @typedef {import("./api_types.js").TimelineEntry} TimelineEntry */

/** "left_elbow" -> "left elbow". @param {string} joint */
export const jointName = (joint) => plain(joint);

/** First letter in upper case. @param {string} text */
export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** 72.4 -> "72", unknown -> "–". @param {number | null | undefined} score */
export const scoreText = (score) => (score === null || score === undefined ? "–" : String(Math.round(score)));

/** The same for those who hear it. @param {number | null | undefined} score */
export const spokenScore = (score) => (score === null || score === undefined ? "No score" : `Score ${Math.round(score)}`);

/**
 * One of five classes that colour a score.
 * @param {number | null | undefined} score
 * @returns {"none" | "poor" | "fair" | "okay" | "good"}
 */
export function level(score) {
  if (score === null || score === undefined) return "none";
  if (score < 50) return "poor";
  if (score < 70) return "fair";
  return score < 85 ? "okay" : "good";
}

/** 72.46 -> "1:12.5". @param {number} seconds */
export function clock(seconds) {
  const tenths = Math.round(Math.abs(seconds) * 10);
  const rest = String(Math.floor((tenths % 600) / 10)).padStart(2, "0");
  return `${seconds < 0 && tenths > 0 ? "−" : ""}${Math.floor(tenths / 600)}:${rest}.${tenths % 10}`;
}

/** 72.46 -> "1:12". @param {number} seconds */
export const shortClock = (seconds) => clock(Math.floor(seconds)).split(".")[0];

/** @param {number} bytes */
export function bytesText(bytes) {
  if (bytes < 1e6) return `${Math.max(bytes > 0 ? 1 : 0, Math.round(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** @param {number} seconds */
export const durationText = (seconds) =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** @param {string} created ISO time */
export function dateText(created) {
  const date = new Date(created);
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(date);
}

/** Positive: late. @param {number | null} milliseconds */
export function timingText(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "–";
  const rounded = Math.round(milliseconds);
  if (Math.abs(rounded) < 10) return "on time";
  return `${Math.abs(rounded)} ms ${rounded > 0 ? "late" : "early"}`;
}

const NUMBERS = new Map([[2, "two"], [3, "three"], [4, "four"], [6, "six"], [8, "eight"], [12, "twelve"]]);

/** What dancers count through: "eight-count", or "six-count" in a waltz. @param {number | null | undefined} counts */
export const phraseName = (counts) => `${NUMBERS.get(counts || 8) ?? counts}-count`;

/** "eight-count 3, count 5", or "" without a beat. @param {TimelineEntry | undefined} entry */
export function countText(entry) {
  if (!entry?.count) return "";
  return entry.eight_count ? `${phraseName(entry.counts_per_phrase)} ${entry.eight_count}, count ${entry.count}` : `count ${entry.count}`;
}

/** 1 -> "1 dance", 2 -> "2 dances". @param {number} count @param {[string, string]} nouns singular and plural */
export const countedNoun = (count, [one, many]) => `${count} ${count === 1 ? one : many}`;

/** @param {string} name */
function plain(name) {
  return name.replaceAll("_", " ");
}
