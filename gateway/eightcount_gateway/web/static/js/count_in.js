/** Counts in: a beep, and a word, on each of the last four counts before the dance begins. */

import { beep } from "./beep.js";

const COUNTS = 4;
const LEAD_SECONDS = 0.15;

/** Seconds between two counts of the music; half a second without a beat. @param {{ start_s: number }[]} counts */
export function countSeconds(counts) {
  const steps = counts.slice(1).map(({ start_s }, i) => start_s - counts[i].start_s).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] || 0.5;
}

/**
 * Beeps and shows the last counts; resolves when the next one is due.
 * @param {number} seconds between two counts
 * @param {number} perPhrase counts until 1 comes again
 * @param {(count: string) => void} show
 * @param {AbortSignal} signal
 * @param {boolean} [isSpoken] whether a voice says them, too
 */
export async function countIn(seconds, perPhrase, show, signal, isSpoken = false) {
  const sound = new AudioContext();
  await sound.resume();
  const start = sound.currentTime + LEAD_SECONDS;
  for (let i = 0; i < COUNTS; i++) beep(sound, start + i * seconds, i === 0);
  for (let i = 0; i <= COUNTS; i++) {
    await wait(1000 * (start + i * seconds - sound.currentTime), signal);
    if (signal.aborted) break;
    if (i === COUNTS) break;
    const count = String(perPhrase - COUNTS + 1 + i);
    show(count);
    if (isSpoken) say(count);
  }
  await sound.close();
}

/** A word that is still being said when the next one comes is cut off. @param {string} word */
function say(word) {
  if (!("speechSynthesis" in window)) return;
  speechSynthesis.cancel();
  speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(word), { lang: "en", rate: 1.4 }));
}

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
const wait = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, Math.max(0, ms));
  signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
});
