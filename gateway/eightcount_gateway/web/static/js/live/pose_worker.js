/**
 * A worker that finds a dancer in images. It is a classic one: the loader of MediaPipe's WebAssembly does not run in a module.
 *
 * In: `{ open: model }`, then `{ bitmap, atMs }`, one at a time. Out: `{ opened }`, then `{ atMs, values, workMs }`; `{ failed }`
 * with a reason ends it.
 */
"use strict";
{ // MediaPipe's script takes global names
  /** @typedef {{ x: number, y: number, z: number, visibility: number }} Landmark */
  /** @typedef {{ landmarks: Landmark[][], worldLandmarks: Landmark[][] }} Found */
  /** @typedef {{ detectForVideo: (image: ImageBitmap, atMs: number) => Found, close: () => void }} Landmarker */

  const FOLDER = "/static/vendor/pose";
  /** Numbers for each keypoint: x and y in pixels, x, y and z in metres, visibility. */
  const COLUMNS = 6;
  /** MediaPipe goes by whole milliseconds, and refuses, for good, one that it has seen. */
  const STEP_MS = 1;

  const worker = /** @type {any} */ (self);
  let model = "full";
  /** @type {Landmarker | null} */
  let landmarker = null;
  let lastMs = 0;

  worker.onmessage = async (/** @type {MessageEvent} */ { data }) => {
    try {
      if (data.open) await open(data.open);
      else await find(data.bitmap, data.atMs);
    } catch (error) {
      worker.postMessage({ failed: error instanceof Error ? error.message : String(error) });
    }
  };

  /** @param {string} name of the network */
  async function open(name) {
    model = name;
    worker.module = { exports: {} };
    worker.exports = worker.module.exports;
    worker.importScripts(`${FOLDER}/vision_bundle.cjs`);
    landmarker = await createLandmarker();
    worker.postMessage({ opened: true });
  }

  /** @returns {Promise<Landmarker>} */
  async function createLandmarker() {
    const { FilesetResolver, PoseLandmarker } = worker.module.exports;
    const files = await FilesetResolver.forVisionTasks(`${FOLDER}/wasm`);
    return PoseLandmarker.createFromOptions(files, {
      baseOptions: { modelAssetPath: `${FOLDER}/pose_landmarker_${model}.task`, delegate: "CPU" }, runningMode: "VIDEO", numPoses: 1,
    });
  }

  /** @param {ImageBitmap} bitmap @param {number} atMs */
  async function find(bitmap, atMs) {
    const start = performance.now();
    lastMs = Math.max(Math.round(atMs), lastMs + STEP_MS);
    /** @type {Float32Array | null} */
    let values = null;
    try {
      landmarker ??= await createLandmarker();
      values = valuesOf(landmarker.detectForVideo(bitmap, lastMs), bitmap);
    } catch {
      // It stays dead once it has failed: the next image gets a new one.
      landmarker?.close();
      landmarker = null;
    } finally {
      bitmap.close();
    }
    worker.postMessage({ atMs, values, workMs: performance.now() - start });
  }

  /** The keypoints of the one dancer; null when nobody was found. @param {Found} found @param {{ width: number, height: number }} size */
  function valuesOf({ landmarks: [image], worldLandmarks: [world] }, { width, height }) {
    if (!image || !world) return null;
    const values = new Float32Array(COLUMNS * image.length);
    image.forEach(({ x, y, visibility }, i) => values.set([x * width, y * height, world[i].x, world[i].y, world[i].z, visibility], COLUMNS * i));
    return values;
  }
}
