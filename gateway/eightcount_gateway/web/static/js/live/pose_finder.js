/** Finds poses on this device, in a worker, where it is fast enough for that. */

import { request } from "../api.js";
import { LIVE_MODEL } from "./messages.js";

/** @typedef {{ atMs: number, values: Float32Array | null, workMs: number }} FoundPose [33, 6] numbers, null when nobody was found */

const WORKER = "/static/js/live/pose_worker.js";
const STATE = "/static/vendor/pose.json";
/** The first images are slow: code is compiled, and the dancer is looked for. */
const [WARM_UP, MEASURED] = [3, 9];
/** A median below this gives 10 poses a second, and leaves time to draw. */
const FAST_ENOUGH_MS = 85;
/** Whoever needs longer to begin with does not keep up either. */
const PATIENCE_MS = 30_000;

export class PoseFinder {
  #worker = new Worker(WORKER);
  /** @type {{ resolve: (found: any) => void, reject: (error: Error) => void } | null} */
  #asked = null;

  constructor() {
    this.#worker.onmessage = ({ data }) => this.#answer(data);
    this.#worker.onerror = ({ message }) => this.#answer({ failed: message || "the worker cannot be started" });
  }

  /** Loads the networks. */
  async open() {
    await this.#ask({ open: LIVE_MODEL }, []);
  }

  /** Whether an image is being looked at; a further one has to be left out. */
  get isBusy() {
    return this.#asked !== null;
  }

  /** @param {ImageBitmap} bitmap closed afterwards @param {number} atMs @returns {Promise<FoundPose>} */
  find(bitmap, atMs) {
    return this.#ask({ bitmap, atMs }, [bitmap]);
  }

  close() {
    this.#worker.terminate();
    this.#asked?.reject(new Error("the worker was closed"));
    this.#asked = null;
  }

  /** @param {object} message @param {Transferable[]} given @returns {Promise<any>} */
  #ask(message, given) {
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#worker.postMessage(message, given);
    });
  }

  /** @param {any} data */
  #answer(data) {
    const asked = this.#asked;
    this.#asked = null;
    if (data.failed) asked?.reject(new Error(data.failed));
    else asked?.resolve(data);
  }
}

/**
 * A finder that keeps up with the camera on this device; null where there is none.
 * @param {() => Promise<ImageBitmap>} takeImage
 * @param {boolean} isSlowGood whether one that does not keep up will do
 * @returns {Promise<PoseFinder | null>}
 */
export async function findFinder(takeImage, isSlowGood) {
  const state = await request(STATE).catch(() => ({ is_there: false }));
  if (!state.is_there || !("Worker" in window) || !("createImageBitmap" in window)) return null;
  const finder = new PoseFinder();
  const late = setTimeout(() => finder.close(), PATIENCE_MS);
  try {
    await finder.open();
    if ((await keepsUp(finder, takeImage)) || isSlowGood) return finder;
  } catch {
    // It does not run here: the server finds the poses.
  } finally {
    clearTimeout(late);
  }
  finder.close();
  return null;
}

/** @param {PoseFinder} finder @param {() => Promise<ImageBitmap>} takeImage */
async function keepsUp(finder, takeImage) {
  const times = [];
  for (let i = 0; i < WARM_UP + MEASURED; i++) {
    const { workMs } = await finder.find(await takeImage(), performance.now());
    if (i >= WARM_UP) times.push(workMs);
  }
  return times.sort((a, b) => a - b)[times.length >> 1] <= FAST_ENOUGH_MS;
}
