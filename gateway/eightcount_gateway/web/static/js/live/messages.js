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
 * @typedef {{ reference_video_id: string | null, reference_dancer: import("../api_types.js").DancerBody | null, model: string, mirrored: boolean,
 *   styles: boolean, width: number, height: number }} Start
 */

/** @typedef {{ seconds: number, referenceSeconds: number, rate: number }} Moment `referenceSeconds` is NaN while the reference does not play */

/** The network that looks at the camera, here and on the server. The reference is compared with what the same one finds: two differ by what looks like mistakes. */
export const LIVE_MODEL = "full";

const HEAD_BYTES = 32;
const [FRAME, KEYPOINTS] = [1, 2];
/** Numbers for each keypoint: x and y in pixels, x, y and z in metres, visibility. */
export const COLUMNS = 6;
const KEYPOINT_COUNT = 33;

/** A frame of the camera as a binary message. @param {ArrayBuffer} image @param {Moment} moment */
export const packFrame = (image, moment) => pack(FRAME, new Uint8Array(image), moment);

/** Keypoints as a binary message; null when nobody was found. @param {Float32Array | null} values @param {Moment} moment */
export function packKeypoints(values, moment) {
  const numbers = values ?? new Float32Array(KEYPOINT_COUNT * COLUMNS).fill(NaN);
  return pack(KEYPOINTS, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), moment);
}

/** @param {number} kind @param {Uint8Array} payload @param {Moment} moment */
function pack(kind, payload, { seconds, referenceSeconds, rate }) {
  const packet = new Uint8Array(HEAD_BYTES + payload.byteLength);
  const view = new DataView(packet.buffer);
  view.setUint8(0, kind);
  view.setFloat64(8, seconds, true);
  view.setFloat64(16, referenceSeconds, true);
  view.setFloat64(24, rate, true);
  packet.set(payload, HEAD_BYTES);
  return packet;
}
