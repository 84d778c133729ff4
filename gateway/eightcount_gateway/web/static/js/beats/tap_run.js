/** Taps along to the music: one run of times, each change of which can be taken back. */

/** @typedef {{ seconds: number, count: number }} Mark a beat whose count is known */
/** @typedef {{ times: readonly number[], mark: Mark | null }} State */
/** @typedef {"added" | "too soon" | "started over"} Outcome */

/** Fewest taps that make beats. */
export const MIN_TAPS = 4;
export const BPM_RANGE = [20, 400];
const [SLOWEST_BPM, FASTEST_BPM] = BPM_RANGE;
const SHORTEST_S = 60 / FASTEST_BPM;
const LONGEST_S = 60 / SLOWEST_BPM;
const UNEVEN_RATIO = 1.5;

/** Taps in seconds of the recording, ascending and as far apart as beats can be. */
export class TapRun {
  /** @type {State[]} */
  #past = [];
  /** @type {State} */
  #now = { times: [], mark: null };

  get times() {
    return this.#now.times;
  }

  /** The beat with a known count; the first tap is count 1 while none is marked. */
  get mark() {
    return this.#now.mark;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  /** Beats a minute by the median interval; null before the second tap. */
  get bpm() {
    return this.times.length < 2 ? null : 60 / median(intervals(this.times));
  }

  /** Where a beat seems to be missing, in seconds; null where the taps are even. */
  get gapS() {
    const between = intervals(this.times);
    if (between.length < MIN_TAPS - 1) return null;
    const limit = UNEVEN_RATIO * median(between);
    const at = between.findIndex((interval) => interval > limit);
    return at < 0 ? null : this.times[at];
  }

  /** Adds a tap. One before the last, or long after it, begins a new run. @param {number} seconds @returns {Outcome} */
  add(seconds) {
    const time = Math.round(Math.max(seconds, 0) * 1000) / 1000;
    const since = time - (this.times.at(-1) ?? -Infinity);
    if (since >= 0 && since < SHORTEST_S) return "too soon";
    const continues = this.times.length === 0 || (since >= 0 && since <= LONGEST_S);
    this.#change({ times: continues ? [...this.times, time] : [time], mark: continues ? this.mark : null });
    return continues ? "added" : "started over";
  }

  /** @param {Mark} mark */
  setMark(mark) {
    this.#change({ times: this.times, mark });
  }

  /** Takes the last change back. */
  undo() {
    this.#now = this.#past.pop() ?? this.#now;
  }

  clear() {
    if (this.times.length) this.#change({ times: [], mark: null });
  }

  /** Replaces everything, for good. @param {readonly number[]} times @param {Mark | null} mark */
  replace(times, mark) {
    this.#past = [];
    this.#now = { times, mark };
  }

  /** @param {State} next */
  #change(next) {
    this.#past.push(this.#now);
    this.#now = next;
  }
}

/** @param {readonly number[]} times */
export const intervals = (times) => times.slice(1).map((time, i) => time - times[i]);

/** @param {number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
