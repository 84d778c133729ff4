/** Loops that a dancer has given names. They stay in this browser. */

/** @typedef {import("../player.js").Loop} Loop */

const MAX_LOOPS = 50;

export class SavedLoops {
  #key;

  /** @param {string} id of the comparison */
  constructor(id) {
    this.#key = `eightcount.loops.${id}`;
  }

  /** @returns {Loop[]} in their order in time */
  get all() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? "[]");
      return Array.isArray(kept) ? kept.filter((one) => one?.endS > one?.startS && typeof one.label === "string") : [];
    } catch {
      return [];
    }
  }

  /** Keeps a loop; one of the same name is replaced. @param {Loop} loop */
  add(loop) {
    const others = this.all.filter(({ label }) => label !== loop.label);
    this.#keep([...others, loop].sort((a, b) => a.startS - b.startS).slice(0, MAX_LOOPS));
  }

  /** @param {string} label */
  remove(label) {
    this.#keep(this.all.filter((one) => one.label !== label));
  }

  /** @param {Loop[]} loops */
  #keep(loops) {
    try {
      localStorage.setItem(this.#key, JSON.stringify(loops));
    } catch {
      // Storage is full or switched off: the loops last as long as the page.
    }
  }
}
