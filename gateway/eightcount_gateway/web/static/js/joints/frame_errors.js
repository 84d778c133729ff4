/** How far off every joint is in every frame, and the angles of both dancers. */

/** @typedef {import("../api_types.js").FrameErrorsBody} FrameErrorsBody */
/** @typedef {{ seconds: number, reference: number | null, take: number | null }} AnglePair degrees at a second of the reference */

/** Errors are multiples of the joint's limit. */
export const LIMIT = 1;
const ROUNDING_S = 1e-4;

export class FrameErrors {
  #body;
  /** @type {number[]} */
  #seconds;

  /** @param {FrameErrorsBody} body */
  constructor(body) {
    this.#body = body;
    this.#seconds = body.reference_seconds.map((value) => value ?? NaN);
  }

  /** Names of the joints. */
  get joints() {
    return this.#body.joints;
  }

  /** Whether there are angles; comparisons of earlier versions have none. */
  get hasAngles() {
    return this.#body.reference_angles.length > 0;
  }

  /** Names of the joints over their limits. @param {number} referenceS */
  overLimit(referenceS) {
    const row = this.#body.errors[Math.max(0, this.#firstFrom(referenceS + ROUNDING_S) - 1)] ?? [];
    return this.joints.filter((_, i) => (row[i] ?? 0) > LIMIT);
  }

  /** Mean error of every joint from one second until another; null where it could not be compared. @param {number} startS @param {number} endS */
  meansWithin(startS, endS) {
    const rows = this.#body.errors.slice(this.#firstFrom(startS), this.#firstFrom(endS));
    return this.joints.map((_, joint) => mean(rows.flatMap((row) => row[joint] ?? [])));
  }

  /** The angles of a joint from one second until another. @param {string} joint @param {number} startS @param {number} endS @returns {AnglePair[]} */
  anglesWithin(joint, startS, endS) {
    const [first, stop] = [this.#firstFrom(startS), this.#firstFrom(endS)];
    const index = this.joints.indexOf(joint);
    const { reference_angles, take_angles } = this.#body;
    return this.#seconds.slice(first, stop).map((seconds, i) => ({
      seconds, reference: reference_angles[first + i]?.[index] ?? null, take: take_angles[first + i]?.[index] ?? null,
    }));
  }

  /** Index of the first frame at or after a time. @param {number} seconds */
  #firstFrom(seconds) {
    let [low, high] = [0, this.#seconds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#seconds[middle] < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** @param {number[]} values */
const mean = (values) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);
