/** The angle of one joint in both dances, around the moment that is shown. */

import { el, svg } from "../dom.js";
import { jointName, sentence } from "../text.js";

/** @typedef {import("../player.js").Player} Player */
/** @typedef {import("./frame_errors.js").AnglePair} AnglePair */
/** @typedef {import("./frame_errors.js").FrameErrors} FrameErrors */

const [WIDTH, HEIGHT, MARGIN] = [600, 150, 4];
const MAX_DEG = 180;
/** How much is shown before and after the moment, unless a loop says what is looked at. */
const AROUND_S = 4;
const HINGE = /elbow|knee|ankle/;

export class AngleCurves {
  element = el("figure", { class: "angle-curves", hidden: true });
  #errors;
  #player;
  #joint = "";
  #caption = el("figcaption", {});
  #drawing = el("div", {});

  /** @param {FrameErrors} errors @param {Player} player */
  constructor(errors, player) {
    this.#errors = errors;
    this.#player = player;
    this.element.append(this.#caption, this.#drawing);
    for (const name of ["time", "loop"]) player.addEventListener(name, () => this.#draw());
  }

  /** @param {string} joint */
  show(joint) {
    this.#joint = joint;
    const meaning = HINGE.test(joint) ? "180° is straight" : "0° hangs, 90° is level";
    this.#caption.replaceChildren(
      el("b", {}, sentence(jointName(joint))), ` in degrees; ${meaning}. `,
      el("span", { class: "of-reference" }, "Reference"), " ", el("span", { class: "of-take" }, "Take"));
    this.element.hidden = false;
    this.#draw();
  }

  #draw() {
    if (this.element.hidden) return;
    const { time, loop } = this.#player;
    const [startS, endS] = loop ? [loop.startS, loop.endS] : [time - AROUND_S, time + AROUND_S];
    const pairs = this.#errors.anglesWithin(this.#joint, startS, endS);
    /** @param {number} seconds */
    const x = (seconds) => ((seconds - startS) / (endS - startS)) * WIDTH;
    this.#drawing.replaceChildren(svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Angle of the ${jointName(this.#joint)} in both dances` },
      ...[0, 90, 180].map((degrees) => svg("line", { class: "level", x1: 0, x2: WIDTH, y1: y(degrees), y2: y(degrees) })),
      curve(pairs, "reference", x),
      curve(pairs, "take", x),
      svg("line", { class: "now", x1: x(time), x2: x(time), y1: 0, y2: HEIGHT })));
  }
}

/** @param {number} degrees */
const y = (degrees) => MARGIN + (1 - degrees / MAX_DEG) * (HEIGHT - 2 * MARGIN);

/** Interrupted where the joint was not seen. @param {AnglePair[]} pairs @param {"reference" | "take"} role @param {(seconds: number) => number} x */
function curve(pairs, role, x) {
  let isDown = false;
  const steps = pairs.map((pair) => {
    const degrees = pair[role];
    const step = degrees === null ? "" : `${isDown ? "L" : "M"}${x(pair.seconds).toFixed(1)} ${y(degrees).toFixed(1)}`;
    isDown = degrees !== null;
    return step;
  });
  return svg("path", { class: `curve of-${role}`, d: steps.join("") });
}
