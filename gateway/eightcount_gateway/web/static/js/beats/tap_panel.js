/** Tap along: the big button, what was tapped, and the buttons that take it back. */

import { el } from "../dom.js";
import { clock } from "../text.js";
import { Announcer } from "./announcer.js";
import { nearestBeat } from "./beat_grid.js";
import { pressButton } from "./press_button.js";
import { MIN_TAPS, TapRun } from "./tap_run.js";

/** @typedef {import("./reference_player.js").ReferencePlayer} ReferencePlayer */

const FLASH_MS = 120;
const SAME_BEAT_S = 0.1;
const HELP = "Play the music and tap on every beat: with the mouse or a finger, or with the space bar or T while this button has the focus (there, key 1 says that this beat is count 1).";

/** Collects taps at the seconds of a player. */
export class TapPanel {
  /** Called when taps or the marked beat change. */
  onchange = () => {};
  run = new TapRun();
  #player;
  #said = "";
  /** @type {unknown[]} what the list shows */
  #drawn = [];
  #announcer = new Announcer();
  #readout = el("p", { class: "tap-readout" });
  #list = el("ol", { class: "taps" });
  #error;
  #tap;
  #one;
  #undo = el("button", { type: "button", onclick: () => this.#edit(() => this.run.undo(), "Undone.") }, "Undo");
  #clear = el("button", { type: "button", onclick: () => this.#edit(() => this.run.clear(), "Cleared.") }, "Clear");
  element;

  /** @param {string} id @param {ReferencePlayer} player */
  constructor(id, player) {
    this.#player = player;
    this.#error = el("p", { id: `${id}-error`, class: "field-error", hidden: true });
    this.#tap = pressButton({ class: "tap", keys: [" ", "t"], describedBy: `${id}-error ${id}-help` }, (ageS) => this.#addTap(ageS), "Tap");
    this.#one = pressButton({ class: "one", keys: [" "] }, (ageS) => this.#markOne(ageS), "This is count 1");
    this.#tap.addEventListener("keydown", (event) => {
      if (event.key === "1" && !event.repeat && !this.#one.disabled) this.#markOne(0);
    });
    this.element = el("div", { class: "tap-panel" },
      el("p", { id: `${id}-help`, class: "muted" }, HELP),
      this.#tap, this.#error,
      el("div", { class: "tap-buttons" }, this.#one, this.#undo, this.#clear),
      this.#readout, this.#list, this.#announcer.element);
    this.show();
  }

  focus() {
    this.#tap.focus();
  }

  /** @param {string | undefined} words undefined where nothing is wrong */
  showProblem(words) {
    this.#error.textContent = words ?? "";
    this.#error.hidden = !words;
  }

  show() {
    const { times, canUndo } = this.run;
    this.#tap.disabled = !this.#player.canPlay;
    this.#one.disabled = times.length === 0;
    this.#undo.disabled = !canUndo;
    this.#clear.disabled = times.length === 0;
    this.#readout.textContent = [this.#said, this.#words()].filter(Boolean).join(" ");
    this.#drawList();
  }

  #drawList() {
    const { times, mark } = this.run;
    if (this.#drawn[0] === times && this.#drawn[1] === mark) return;
    this.#drawn = [times, mark];
    this.#list.hidden = times.length === 0;
    const marked = nearestTap(times, mark?.seconds ?? times[0]);
    this.#list.replaceChildren(...times.map((time, i) => this.#chip(time, i, i === marked && (mark?.count ?? 1) === 1)));
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  /** @param {number} ageS */
  #addTap(ageS) {
    if (!this.#player.isPlaying) {
      this.#player.play();
      this.#tell("It plays now: tap on every beat.");
      return;
    }
    const outcome = this.run.add(this.#player.secondsAgo(ageS));
    this.#flash();
    if (outcome === "too soon") this.#tell("That was too soon after the tap before and does not count.");
    else this.#tell(outcome === "started over" ? "A new run of taps begins; Undo brings the one before back." : "");
  }

  /** Counts from the beat that is nearest to the press. @param {number} ageS */
  #markOne(ageS) {
    const { times } = this.run;
    const pressed = this.#player.isPlaying ? this.#player.secondsAgo(ageS) : times[times.length - 1];
    this.#mark(nearestBeat({ taps_s: [...times] }, pressed));
  }

  /** @param {number} seconds */
  #mark(seconds) {
    this.run.setMark({ seconds: Math.round(seconds * 1000) / 1000, count: 1 });
    this.#tell("");
  }

  /** @param {() => void} change @param {string} said */
  #edit(change, said) {
    change();
    this.#tell(said);
    if (document.activeElement === document.body || document.activeElement?.matches(":disabled")) this.focus();
  }

  /** @param {string} said before what is always said */
  #tell(said) {
    this.#said = said;
    this.show();
    this.#announcer.say(this.#readout.textContent ?? "");
    this.onchange();
  }

  #words() {
    const { times, bpm, mark, gapS } = this.run;
    if (bpm === null) return times.length ? "1 tap." : "No taps yet.";
    const enough = times.length >= MIN_TAPS ? "" : ` Tap at least ${MIN_TAPS}.`;
    const one = mark ? `Count ${mark.count} at ${clock(mark.seconds)}.` : `Count 1 is the first tap, at ${clock(times[0])}.`;
    const gap = gapS === null ? "" : ` A beat seems to be missing after ${clock(gapS)}.`;
    return `${times.length} taps, ${bpm.toFixed(1)} beats a minute.${enough} ${one}${gap}`;
  }

  /** @param {number} time @param {number} position @param {boolean} isMarked */
  #chip(time, position, isMarked) {
    return el("li", {}, el("button", {
      type: "button", class: "tap-time", "aria-pressed": String(isMarked), "aria-label": `Tap ${position + 1} at ${clock(time)} is count 1`,
      onclick: () => this.#markAgain(position),
    }, clock(time)));
  }

  /** The list is drawn again: the focus stays on the same tap. @param {number} position */
  #markAgain(position) {
    this.#mark(this.run.times[position]);
    this.#list.querySelectorAll("button")[position]?.focus();
  }

  #flash() {
    this.#tap.classList.add("hit");
    setTimeout(() => this.#tap.classList.remove("hit"), FLASH_MS);
  }
}

/** Position of the tap on a beat; -1 where none of them is. @param {readonly number[]} times @param {number} beatS */
function nearestTap(times, beatS) {
  const distances = times.map((time) => Math.abs(time - beatS));
  const least = Math.min(...distances);
  return least < SAME_BEAT_S ? distances.indexOf(least) : -1;
}
