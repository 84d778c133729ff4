/** The camera of the stage: turns, zooms and follows the dancer, by mouse, touch or keys. */

import { Vector3 } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";

const HEIGHT_M = 0.95;
const START_RISE_M = 0.5;
const SEEN_HEIGHT_M = 2.45;
const SEEN_WIDTH_M = 2.3;
const NEAREST_M = 1.2;
const FARTHEST_M = 12;
const LOWEST_RAD = Math.PI / 2 - 0.02;
const TURN_RAD = Math.PI / 18;
const ZOOM_STEP = 1.15;
const FOLLOW_PER_SECOND = 2.5;
const JUMP_S = 0.3;

/** Turns a camera around a dancer. Calls back when the view changed. */
export class CameraWork {
  #camera;
  #canvas;
  #controls;
  #locateDancer;
  #place = new Vector3();
  #timeS = 0;
  /** Whether nobody turned the camera since it was last reset. */
  #untouched = true;
  follows = true;

  /**
   * @param {import("three").PerspectiveCamera} camera
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} onChange
   * @param {() => Vector3} locateDancer
   */
  constructor(camera, canvas, onChange, locateDancer) {
    this.#camera = camera;
    this.#canvas = canvas;
    this.#locateDancer = locateDancer;
    this.#controls = new OrbitControls(camera, canvas);
    Object.assign(this.#controls, {
      enablePan: false, minDistance: NEAREST_M, maxDistance: FARTHEST_M, maxPolarAngle: LOWEST_RAD, rotateSpeed: 0.8, zoomSpeed: 0.8,
    });
    this.#controls.addEventListener("change", onChange);
    this.#controls.addEventListener("start", () => (this.#untouched = false));
    canvas.style.touchAction = "pan-y"; // a finger that moves up or down scrolls the page
    canvas.addEventListener("wheel", (event) => this.#keepWheelForPage(event), { capture: true });
    canvas.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Moves in front of the dancer, far enough away to show raised arms and a step to the side. */
  reset() {
    this.#untouched = true;
    this.#place = this.#locateDancer();
    this.#controls.target.copy(this.#place).setY(HEIGHT_M);
    const half = Math.tan((this.#camera.fov * Math.PI) / 360);
    const distance = Math.max(SEEN_HEIGHT_M, SEEN_WIDTH_M / this.#camera.aspect) / (2 * half);
    this.#camera.position.copy(this.#controls.target).add(new Vector3(0, START_RISE_M, distance));
    this.#controls.update();
  }

  /** Fits the view to a viewport of another shape, unless somebody turned the camera. */
  fit() {
    if (this.#untouched) this.reset();
  }

  /** Follows the dancer: smoothly while the dance plays, at once when the time jumps. @param {number} seconds of the dance */
  follow(seconds) {
    const passedS = seconds - this.#timeS;
    const share = passedS >= 0 && passedS < JUMP_S ? 1 - Math.exp(-passedS * FOLLOW_PER_SECOND) : 1;
    this.#timeS = seconds;
    if (!this.follows) return;
    const way = this.#locateDancer().sub(this.#place).multiplyScalar(share);
    this.#place.add(way);
    this.#controls.target.add(way);
    this.#camera.position.add(way);
    this.#controls.update();
  }

  /** Switches following on or off. @param {boolean} follows */
  setFollows(follows) {
    this.follows = follows;
    this.#timeS = Infinity;
    this.follow(0);
  }

  /** @param {number} steps positive: nearer */
  zoom(steps) {
    this.#orbit(0, 0, ZOOM_STEP ** -steps);
  }

  dispose() {
    this.#controls.dispose();
  }

  /** @param {number} turnRad @param {number} riseRad @param {number} [farther] times the distance */
  #orbit(turnRad, riseRad, farther = 1) {
    this.#untouched = false;
    const { target } = this.#controls;
    const arm = this.#camera.position.clone().sub(target);
    const polar = Math.acos(arm.y / arm.length());
    const rise = Math.min(Math.max(polar - riseRad, 0.05), LOWEST_RAD);
    const around = Math.atan2(arm.x, arm.z) + turnRad;
    const distance = Math.min(Math.max(arm.length() * farther, NEAREST_M), FARTHEST_M);
    this.#camera.position.copy(target).add(new Vector3().setFromSphericalCoords(distance, rise, around));
    this.#controls.update();
  }

  /** The wheel scrolls the page until the stage was clicked on. @param {WheelEvent} event */
  #keepWheelForPage(event) {
    if (document.activeElement !== this.#canvas && !event.ctrlKey) event.stopImmediatePropagation();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : this.#actions[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** @type {Record<string, () => void>} */
  #actions = {
    ArrowLeft: () => this.#orbit(-TURN_RAD, 0),
    ArrowRight: () => this.#orbit(TURN_RAD, 0),
    ArrowUp: () => this.#orbit(0, TURN_RAD),
    ArrowDown: () => this.#orbit(0, -TURN_RAD),
    "+": () => this.zoom(1),
    "=": () => this.zoom(1),
    "-": () => this.zoom(-1),
    0: () => this.reset(),
  };
}
