/** The map between the clocks of the reference and the take, in one or more linear pieces. */

/** @typedef {import("../api_types.js").Alignment} Alignment */
/** @typedef {{ startS: number, endS: number, offsetS: number, ratio: number }} Piece seconds of the take; reference = offset + ratio * take */

export class TimeMap {
  /** @type {Piece[]} */
  #pieces;

  /** @param {Alignment} alignment */
  constructor({ segments, offset_seconds, speed_ratio, clock_ratio }) {
    const whole = { startS: -Infinity, endS: Infinity, offsetS: offset_seconds ?? 0, ratio: (speed_ratio ?? 1) * (clock_ratio ?? 1) };
    this.#pieces = segments.length === 0 ? [whole] : segments.map((one) => ({
      startS: one.take_start_s ?? -Infinity,
      endS: one.take_end_s ?? Infinity,
      offsetS: one.offset_seconds ?? whole.offsetS,
      ratio: one.ratio ?? whole.ratio,
    }));
  }

  /** The second of the take; null where nothing of the take matches. Where pieces overlap, the first one applies. @param {number} referenceS */
  takeSeconds(referenceS) {
    for (const { startS, endS, offsetS, ratio } of this.#pieces) {
      const takeS = (referenceS - offsetS) / ratio;
      if (takeS >= startS && takeS < endS) return takeS;
    }
    return null;
  }

  /** The second of the reference; null where the take shows what the reference lacks. @param {number} takeS */
  referenceSeconds(takeS) {
    const piece = this.#pieces.find(({ startS, endS }) => takeS >= startS && takeS < endS);
    return piece ? piece.offsetS + piece.ratio * takeS : null;
  }

  /** Seconds of the take that pass in one second of the reference. @param {number} referenceS */
  speedAt(referenceS) {
    const takeS = this.takeSeconds(referenceS);
    const piece = takeS === null ? null : this.#pieces.find(({ startS, endS }) => takeS >= startS && takeS < endS);
    return 1 / (piece?.ratio ?? 1);
  }
}
