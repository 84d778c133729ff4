/** Delay of this device: sound that comes late to the ears, or frames that come late from the camera. Kept in the browser. */

const KEY = "eightcount.delay-ms";
const MAX_MS = 1000;

/** Milliseconds by which the dancer seems late because of the device. */
export function readDelay() {
  const stored = Number(localStorage.getItem(KEY));
  return Number.isFinite(stored) && Math.abs(stored) <= MAX_MS ? stored : 0;
}

/** @param {number} ms */
export function keepDelay(ms) {
  localStorage.setItem(KEY, String(Math.max(-MAX_MS, Math.min(MAX_MS, Math.round(ms)))));
}
