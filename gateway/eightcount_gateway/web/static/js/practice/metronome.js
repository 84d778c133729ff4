/** Clicks on every count while a player plays. */

import { beep } from "../beep.js";

/** @typedef {import("../player.js").Player} Player */
/** @typedef {import("./loop_tools.js").Entry} Entry */

/** How far ahead clicks are scheduled: drawing may stutter, sound must not. */
const AHEAD_S = 0.2;
const LATE_S = 0.02;

export class Metronome {
  #player;
  #counts;
  /** @type {AudioContext | null} */
  #sound = null;
  /** Start of the last count that was scheduled. */
  #last = -Infinity;
  #lastTime = -Infinity;

  /** @param {Player} player @param {Entry[]} timeline */
  constructor(player, timeline) {
    this.#player = player;
    this.#counts = timeline.filter(({ count }) => count);
    player.addEventListener("time", () => this.#schedule());
  }

  /** Whether the music has counts to click on. */
  get isUsable() {
    return this.#counts.length > 0;
  }

  /** @param {boolean} isOn */
  set isOn(isOn) {
    this.#sound?.close();
    this.#sound = isOn ? new AudioContext() : null;
    this.#last = -Infinity;
  }

  #schedule() {
    const { time, video } = this.#player;
    if (time < this.#lastTime) this.#last = -Infinity;
    this.#lastTime = time;
    if (!this.#sound || video.paused) return;
    for (const { start_s: start, count } of this.#counts) {
      const ahead = (start - time) / video.playbackRate;
      if (ahead < -LATE_S || ahead > AHEAD_S || start <= this.#last) continue;
      beep(this.#sound, this.#sound.currentTime + Math.max(0, ahead), count === 1);
      this.#last = start;
    }
  }
}
