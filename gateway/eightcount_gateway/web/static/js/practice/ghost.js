/** The reference's skeleton in the take's place and size. */

/** @typedef {import("./skeleton_track.js").SkeletonTrack} SkeletonTrack */
/** @typedef {import("./skeleton_track.js").Points} Points */

/** Puts the reference's hips on the take's, and makes both bodies equally large. */
export class Ghost {
  #reference;
  #take;
  #isFlipped;
  #scale;
  /** Where the take's hips were seen last. @type {[number, number] | null} */
  #hips = null;

  /** @param {SkeletonTrack} reference @param {SkeletonTrack} take @param {boolean} isFlipped whether the take is a mirror image */
  constructor(reference, take, isFlipped) {
    this.#reference = reference;
    this.#take = take;
    this.#isFlipped = isFlipped;
    const scale = take.bodySize / reference.bodySize;
    this.#scale = Number.isFinite(scale) ? scale : take.height / reference.height;
  }

  /** The reference's points in pixels of the take; null where the hips of one of them were not found. @param {Points} reference @param {Points} take @returns {Points | null} */
  place(reference, take) {
    this.#hips = this.#take.middleOf(take, this.#take.hips) ?? this.#hips;
    const from = this.#reference.middleOf(reference, this.#reference.hips);
    if (!from || !this.#hips) return null;
    const [fromX, fromY] = from;
    const [toX, toY] = this.#hips;
    const across = this.#isFlipped ? -this.#scale : this.#scale;
    return reference.map((value, i) => (i % 2 === 0 ? toX + across * (value - fromX) : toY + this.#scale * (value - fromY)));
  }
}
