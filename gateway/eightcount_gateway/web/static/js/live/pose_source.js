/** Makes of each frame of the camera what a session needs: an image for the server, or a pose that is found here. */

import { findFinder } from "./pose_finder.js";

/** @typedef {import("./camera.js").Camera} Camera */
/** @typedef {import("./pose_finder.js").PoseFinder} PoseFinder */
/** @typedef {"auto" | "device" | "server"} Place where poses are found */

const NOT_HERE = "Poses cannot be found on this device. No image was sent. Choose another place for them, or turn the camera on again.";

const TURNED = "The camera's image has another size than before. Turn the camera on again.";

/** Late frames help nobody: while one is being worked on, those that come are left out. */
export class PoseSource {
  /** @type {(image: ArrayBuffer, takenMs: number) => void} */
  onimage = () => {};
  /** @type {(values: Float32Array | null, takenMs: number) => void} */
  onpose = () => {};
  /** Called when poses are found elsewhere than before. */
  onmove = () => {};
  /** Called when poses cannot be found on this device any more, and images may not leave it. @type {(error: Error) => void} */
  onfail = () => {};
  /** @type {Place} */
  #place = "auto";
  #camera;
  /** @type {PoseFinder | null} */
  #finder = null;
  #isBusy = false;
  #isResting = false;
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

  /** Chooses where poses are found; the camera is on. @param {Place} place @throws the device was chosen, and cannot find them */
  async choose(place) {
    this.close();
    this.#isResting = false;
    this.#place = place;
    if (place !== "server") this.#finder = await findFinder(() => this.#camera.takeBitmap(), place === "device");
    this.#size = sizeText(this.#camera);
    this.onmove();
    if (place === "device" && !this.#finder) throw new Error(NOT_HERE);
  }

  /** Looks at no frame until a place is chosen. */
  rest() {
    this.close();
    this.#isResting = true;
  }

  close() {
    this.#finder?.close();
    this.#finder = null;
  }

  /** @param {number} takenMs */
  async #take(takenMs) {
    if (this.#isBusy || this.#isResting) return;
    this.#isBusy = true;
    try {
      if (this.#finder && this.#size !== sizeText(this.#camera)) this.#leaveToServer(TURNED);
      if (this.#finder) await this.#findHere(this.#finder, takenMs);
      else if (this.#place !== "device") await this.#encode(takenMs);
    } catch {
      this.#leaveToServer(NOT_HERE);
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

  /** The worker failed, or the phone was turned: only the server can go on within a session, if images may leave this device. @param {string} why */
  #leaveToServer(why) {
    if (!this.#finder) return;
    this.close();
    this.onmove();
    if (this.#place === "device") this.onfail(new Error(why));
  }
}

/** @param {Camera} camera */
const sizeText = ({ size: { width, height } }) => `${width}x${height}`;
