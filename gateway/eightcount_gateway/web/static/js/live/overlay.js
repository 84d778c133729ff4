/** Draws the dancer's skeleton over the camera; joints that are off are red. */

/** @typedef {import("./messages.js").Pose} Pose */
/** @typedef {import("./messages.js").Ready} Ready */

const MIN_VISIBILITY = 0.4;
const BONE = "#ffffff";
const WRONG = "#ff4d3d";
/** Points between which the torso's joint is drawn. */
const TORSO = ["left_shoulder", "right_shoulder", "left_hip", "right_hip"];

/** A canvas over the camera, in the pixels of the frames that are sent. */
export class Overlay {
  #canvas;
  /** @type {Ready | null} */
  #names = null;
  /** @type {(number | null)[]} */
  #multiples = [];

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** @param {Ready} names of keypoints, bones and joints @param {{ width: number, height: number }} size of the frames */
  begin(names, { width, height }) {
    this.#names = names;
    this.#multiples = [];
    Object.assign(this.#canvas, { width, height });
  }

  /** @param {(number | null)[]} multiples of the joints' limits */
  mark(multiples) {
    this.#multiples = multiples;
  }

  clear() {
    this.#canvas.getContext("2d")?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** @param {Pick<Pose, "keypoints">} pose */
  draw({ keypoints }) {
    const context = this.#canvas.getContext("2d");
    this.clear();
    if (!context || !keypoints || !this.#names) return;
    const unit = Math.max(this.#canvas.width, this.#canvas.height) / 160;
    context.lineWidth = unit;
    context.strokeStyle = BONE;
    context.lineCap = "round";
    for (const [start, end] of this.#names.bones) this.#line(context, keypoints[start], keypoints[end]);
    for (const place of this.#wrongPlaces(keypoints)) {
      context.strokeStyle = WRONG;
      context.lineWidth = 1.5 * unit;
      context.beginPath();
      context.arc(place[0], place[1], 4 * unit, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {[number, number, number]} start @param {[number, number, number]} end */
  #line(context, start, end) {
    if (start[2] < MIN_VISIBILITY || end[2] < MIN_VISIBILITY) return;
    context.beginPath();
    context.moveTo(start[0], start[1]);
    context.lineTo(end[0], end[1]);
    context.stroke();
  }

  /** @param {[number, number, number][]} keypoints */
  #wrongPlaces(keypoints) {
    const { joints, keypoints: names } = /** @type {Ready} */ (this.#names);
    const wrong = joints.filter((_, i) => (this.#multiples[i] ?? 0) > 1);
    return wrong.map((joint) => {
      const points = (joint === "torso" ? TORSO : [joint]).map((name) => keypoints[names.indexOf(name)]);
      return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
    });
  }
}
