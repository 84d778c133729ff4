/** A short tone of the count-in and of the metronome. */

const SECONDS = 0.08;
const [LOW_HERTZ, HIGH_HERTZ] = [880, 1320];
const VOLUME = 0.3;

/** @param {AudioContext} sound @param {number} at seconds of its clock @param {boolean} isAccent a higher tone */
export function beep(sound, at, isAccent) {
  const tone = new OscillatorNode(sound, { frequency: isAccent ? HIGH_HERTZ : LOW_HERTZ });
  const volume = new GainNode(sound, { gain: VOLUME });
  tone.connect(volume).connect(sound.destination);
  tone.start(at);
  tone.stop(at + SECONDS);
}
