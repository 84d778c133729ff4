/** One recording, alone. */

import { drawSkeleton, REFERENCE_COLOUR } from "./skeleton_pen.js";
import { SoloClock } from "./solo_clock.js";

/** @typedef {import("./pane.js").Pane} Pane */
/** @typedef {import("./scene.js").Look} Look */
/** @typedef {import("./scene.js").Scene} Scene */

/** @implements {Scene} */
export class SoloScene {
  /** @type {Look} */
  look = { view: "side", hasSkeletons: true, ringed: null };
  /** @type {import("./address.js").View[]} */
  views = ["side"];
  setSound = null;

  /** @param {Pane} pane */
  constructor(pane) {
    this.lead = pane;
    this.panes = [pane];
    this.media = new SoloClock(pane);
    pane.ondraw = (context, seconds, pixel) => this.#draw(context, seconds, pixel);
  }

  shownIn() {
    return this.panes;
  }

  /** @param {CanvasRenderingContext2D} context @param {number} seconds @param {number} pixel */
  #draw(context, seconds, pixel) {
    if (!this.look.hasSkeletons) return;
    const { track } = this.lead;
    drawSkeleton(context, track, track.pointsAt(seconds), { colour: REFERENCE_COLOUR, height: track.height, ringed: this.look.ringed, pixel });
  }
}
