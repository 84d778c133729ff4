/** Where a dancer's keypoints are in every frame of a video. */

/** @typedef {import("../api_types.js").SkeletonTrackBody} SkeletonTrackBody */
/** @typedef {Float32Array} Points x and y of every keypoint in pixels of the track; NaN where it was not found */

/** Parts of the face: drawn as bones they would be a blot. */
const FACE = /eye|ear|mouth|nose/;
/** Keypoints between which a scored joint lies that has none of its own. @type {Record<string, string[]>} */
const BETWEEN = { torso: ["left_shoulder", "right_shoulder", "left_hip", "right_hip"] };
/** A body is as large as these together. */
const LENGTHS = [["shoulder", "hip"], ["hip", "knee"], ["knee", "ankle"]];

export class SkeletonTrack {
  /** @param {SkeletonTrackBody} body */
  constructor({ keypoints, bones, width, height, seconds, points }) {
    this.keypoints = keypoints;
    this.width = width;
    this.height = height;
    this.seconds = seconds;
    /** @type {Points[]} */
    this.rows = points.map((row) => Float32Array.from(row, (value) => value ?? NaN));
    /** The bones of trunk and limbs. */
    this.bones = bones.filter((bone) => !bone.some((end) => FACE.test(keypoints[end])));
    this.hips = ["left_hip", "right_hip"].map((name) => keypoints.indexOf(name));
    this.bodySize = median(this.rows.map((row) => this.#sizeIn(row)).filter(Number.isFinite)) ?? NaN;
  }

  /** Index of the frame that is shown at a time; the first one before the start. @param {number} seconds */
  frameAt(seconds) {
    let [low, high] = [0, this.seconds.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.seconds[middle] <= seconds + ROUNDING_S) low = middle;
      else high = middle;
    }
    return low;
  }

  /** @param {number} seconds */
  pointsAt(seconds) {
    return this.rows[this.frameAt(seconds)];
  }

  /** Where a keypoint or a scored joint is; null where it was not found. @param {Points} points @param {string} joint @returns {[number, number] | null} */
  placeOf(points, joint) {
    return this.middleOf(points, (BETWEEN[joint] ?? [joint]).map((name) => this.keypoints.indexOf(name)));
  }

  /** The middle of some keypoints; null unless all were found. @param {Points} points @param {number[]} indices @returns {[number, number] | null} */
  middleOf(points, indices) {
    const x = mean(indices.map((i) => points[2 * i] ?? NaN));
    const y = mean(indices.map((i) => points[2 * i + 1] ?? NaN));
    return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null;
  }

  /** The two middles of ears and shoulders, between which neck and head are drawn. @param {Points} points */
  headOf(points) {
    const [head, chest] = ["ear", "shoulder"].map((part) =>
      this.middleOf(points, [`left_${part}`, `right_${part}`].map((name) => this.keypoints.indexOf(name))));
    return head && chest ? { head, chest } : null;
  }

  /** Length of trunk and legs in one frame. @param {Points} points */
  #sizeIn(points) {
    const parts = LENGTHS.flatMap((ends) => ["left", "right"].map((side) => {
      const [from, to] = ends.map((end) => 2 * this.keypoints.indexOf(`${side}_${end}`));
      return Math.hypot(points[from] - points[to], points[from + 1] - points[to + 1]);
    }));
    return mean(parts);
  }
}

/** Times are rounded, and those that a browser names are, too. */
const ROUNDING_S = 0.002;

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
