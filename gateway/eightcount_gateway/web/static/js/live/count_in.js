/** Counts in: four beeps on the last counts before the dance begins. */

const COUNTS = 4;
const BEEP_SECONDS = 0.08;
const [LOW_HERTZ, HIGH_HERTZ] = [880, 1320];
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
 */
export async function countIn(seconds, perPhrase, show, signal) {
  const sound = new AudioContext();
  await sound.resume();
  const start = sound.currentTime + LEAD_SECONDS;
  for (let i = 0; i < COUNTS; i++) beep(sound, start + i * seconds, i === 0 ? HIGH_HERTZ : LOW_HERTZ);
  for (let i = 0; i <= COUNTS; i++) {
    await wait(1000 * (start + i * seconds - sound.currentTime), signal);
    if (signal.aborted) break;
    if (i < COUNTS) show(String(perPhrase - COUNTS + 1 + i));
  }
  await sound.close();
}

/** @param {AudioContext} sound @param {number} at @param {number} hertz */
function beep(sound, at, hertz) {
  const tone = new OscillatorNode(sound, { frequency: hertz });
  const volume = new GainNode(sound, { gain: 0.3 });
  tone.connect(volume).connect(sound.destination);
  tone.start(at);
  tone.stop(at + BEEP_SECONDS);
}

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
const wait = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, Math.max(0, ms));
  signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
});
