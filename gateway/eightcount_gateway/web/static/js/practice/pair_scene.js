/** Reference and take in step: side by side, one over the other, or the take with the reference's ghost. */

import { VIEWS } from "./address.js";
import { Ghost } from "./ghost.js";
import { PairClock } from "./pair_clock.js";
import { drawSkeleton, REFERENCE_COLOUR, TAKE_COLOUR } from "./skeleton_pen.js";
import { TimeMap } from "./time_map.js";

/** @typedef {import("../joints/frame_errors.js").FrameErrors} FrameErrors */
/** @typedef {import("./address.js").View} View */
/** @typedef {import("./pane.js").Pane} Pane */
/** @typedef {import("./recordings.js").Recordings} Recordings */
/** @typedef {import("./scene.js").Look} Look */
/** @typedef {import("./scene.js").Scene} Scene */

/** @implements {Scene} */
export class PairScene {
  /** @type {Look} */
  look = { view: "side", hasSkeletons: true, ringed: null };
  views = VIEWS;
  #reference;
  #take;
  #map;
  #ghost;
  #errors;

  /**
   * @param {Recordings} recordings
   * @param {{ alignment: import("../api_types.js").Alignment, mirrored: boolean, span: { startS: number, durationS: number }, errors: FrameErrors | null }} about
   *   `errors`: null where joints are not judged
   */
  constructor({ reference, take }, { alignment, mirrored, span, errors }) {
    this.#reference = reference;
    this.#take = take;
    this.#map = new TimeMap(alignment);
    this.#ghost = new Ghost(reference.track, take.track, mirrored);
    this.#errors = errors;
    this.lead = reference;
    this.panes = [reference, take];
    this.media = new PairClock(reference, take, this.#map, span);
    reference.element.classList.add("of-reference");
    reference.ondraw = (context, seconds, pixel) => this.#drawReference(context, seconds, pixel);
    take.ondraw = (context, seconds, pixel) => this.#drawTake(context, seconds, pixel);
  }

  /** @param {View} view */
  shownIn(view) {
    return view === "side" ? this.panes : [this.#take];
  }

  /** Which of the two is heard. @param {boolean} isTake */
  setSound(isTake) {
    this.#reference.video.muted = isTake;
    this.#take.video.muted = !isTake;
  }

  /** @param {CanvasRenderingContext2D} context @param {number} seconds of the reference @param {number} pixel */
  #drawReference(context, seconds, pixel) {
    const { view, hasSkeletons, ringed } = this.look;
    if (!hasSkeletons || view === "ghost") return;
    const { track } = this.#reference;
    drawSkeleton(context, track, track.pointsAt(seconds), { colour: REFERENCE_COLOUR, height: track.height, ringed, pixel });
  }

  /** @param {CanvasRenderingContext2D} context @param {number} seconds of the take @param {number} pixel */
  #drawTake(context, seconds, pixel) {
    const { view, hasSkeletons, ringed } = this.look;
    const referenceS = this.#map.referenceSeconds(seconds);
    const { track } = this.#take;
    const points = track.pointsAt(seconds);
    if (view === "ghost" && referenceS !== null) this.#drawGhost(context, referenceS, points, pixel);
    if (!hasSkeletons) return;
    const wrong = referenceS === null ? [] : this.#errors?.overLimit(referenceS) ?? [];
    drawSkeleton(context, track, points, { colour: TAKE_COLOUR, height: track.height, wrong, ringed, pixel });
  }

  /** @param {CanvasRenderingContext2D} context @param {number} referenceS @param {import("./skeleton_track.js").Points} points of the take @param {number} pixel */
  #drawGhost(context, referenceS, points, pixel) {
    const { track } = this.#reference;
    const ghost = this.#ghost.place(track.pointsAt(referenceS), points);
    if (ghost) drawSkeleton(context, track, ghost, { colour: REFERENCE_COLOUR, height: this.#take.track.height, pixel });
  }
}
