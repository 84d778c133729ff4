/** Makes of each frame of the camera what a session needs: an image for the server, or a pose that is found here. */

import { findFinder } from "./pose_finder.js";

/** @typedef {import("./camera.js").Camera} Camera */
/** @typedef {import("./pose_finder.js").PoseFinder} PoseFinder */
/** @typedef {"auto" | "device" | "server"} Place where poses are found */

/** Late frames help nobody: while one is being worked on, those that come are left out. */
export class PoseSource {
  /** @type {(image: ArrayBuffer, takenMs: number) => void} */
  onimage = () => {};
  /** @type {(values: Float32Array | null, takenMs: number) => void} */
  onpose = () => {};
  /** Called when poses are found elsewhere than before. */
  onmove = () => {};
  #camera;
  /** @type {PoseFinder | null} */
  #finder = null;
  #isBusy = false;
  #size = "";

  /** @param {Camera} camera */
  constructor(camera) {
    this.#camera = camera;
    camera.onframe = (takenMs) => this.#take(takenMs);
  }

  /** Whether images stay on this device. */
  get isLocal() {
    return this.#finder !== null;
  }

  /** Chooses where poses are found; the camera is on. @param {Place} place */
  async choose(place) {
    this.close();
    if (place !== "server") this.#finder = await findFinder(() => this.#camera.takeBitmap(), place === "device");
    this.#size = sizeText(this.#camera);
    this.onmove();
  }

  close() {
    this.#finder?.close();
    this.#finder = null;
  }

  /** @param {number} takenMs */
  async #take(takenMs) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (this.#finder && this.#size !== sizeText(this.#camera)) this.#leaveToServer();
      if (this.#finder) await this.#findHere(this.#finder, takenMs);
      else await this.#encode(takenMs);
    } catch {
      this.#leaveToServer();
    } finally {
      this.#isBusy = false;
    }
  }

  /** @param {PoseFinder} finder @param {number} takenMs */
  async #findHere(finder, takenMs) {
    if (finder.isBusy) return;
    const { values } = await finder.find(await this.#camera.takeBitmap(), takenMs);
    this.onpose(values, takenMs);
  }

  /** @param {number} takenMs */
  async #encode(takenMs) {
    const image = await this.#camera.takeJpeg();
    if (image && this.#camera.stream) this.onimage(image, takenMs);
  }

  /** The worker failed, or the phone was turned: only the server can go on within a session. */
  #leaveToServer() {
    if (!this.#finder) return;
    this.close();
    this.onmove();
  }
}

/** @param {Camera} camera */
const sizeText = ({ size: { width, height } }) => `${width}x${height}`;
