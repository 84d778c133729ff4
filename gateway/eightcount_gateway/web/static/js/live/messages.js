/** The messages of live sessions (docs/live.md). */

/** @typedef {import("../api_types.js").TimelineEntry} TimelineEntry */
/** @typedef {import("../api_types.js").ComparisonReport} Report */
/** @typedef {import("../api_types.js").ClassificationResult} Classification */

/**
 * @typedef {{ type: "ready", session: string, resume_seconds: number, keypoints: string[], bones: [number, number][],
 *   joints: string[], counts: TimelineEntry[] }} Ready
 */
/** @typedef {{ type: "pose", seconds: number, keypoints: [number, number, number][] | null, several_people: boolean, dropped: number }} Pose */
/** @typedef {{ type: "states", seconds: number, reference_seconds: number, multiples: (number | null)[] }} States */
/** @typedef {{ type: "count", entry: TimelineEntry, final: boolean }} Count */
/** @typedef {{ type: "eight_count", eight_count: number, end_s: number, score: number | null, timing_ms: number, energy: number | null }} EightCount */
/** @typedef {{ type: "style", start_s: number, end_s: number, verdict: string, style: string, probabilities: Record<string, number> | null }} Style */
/** @typedef {{ type: "result", report: Report | null, style: Classification | null, poses: number, dropped: number }} Result */
/** @typedef {{ type: "error", reason: string, detail: string, fatal: boolean }} Problem */
/** @typedef {Ready | Pose | States | Count | EightCount | Style | Result | Problem} Message */

/**
 * What begins a session.
 * @typedef {{ reference_video_id: string, reference_model: string, mirrored: boolean, width: number, height: number }} Start
 */

const HEAD_BYTES = 32;
const FRAME = 1;

/**
 * A frame of the camera as a binary message.
 * @param {ArrayBuffer} image
 * @param {{ seconds: number, referenceSeconds: number, rate: number }} moment NaN while the reference does not play
 */
export function packFrame(image, { seconds, referenceSeconds, rate }) {
  const packet = new Uint8Array(HEAD_BYTES + image.byteLength);
  const view = new DataView(packet.buffer);
  view.setUint8(0, FRAME);
  view.setFloat64(8, seconds, true);
  view.setFloat64(16, referenceSeconds, true);
  view.setFloat64(24, rate, true);
  packet.set(new Uint8Array(image), HEAD_BYTES);
  return packet;
}
