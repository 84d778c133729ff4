/** The practice player: one recording, or reference and take in step, with skeletons, loops, a count-in and a mirror. */

import { countIn, countSeconds } from "../count_in.js";
import { el } from "../dom.js";
import { Player, playerControls } from "../player.js";
import { keepPractice, readPractice } from "./address.js";
import { loopTools } from "./loop_tools.js";
import { Metronome } from "./metronome.js";
import { saveSnapshot } from "./snapshot.js";
import { viewTools } from "./view_tools.js";

/** @typedef {import("./address.js").View} View */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./loop_tools.js").Entry} Entry */
/** @typedef {"off" | "beeps" | "spoken"} CountIn */

/** Widths of the images together, by their height, from which they are too small beside each other on a phone. */
const WIDE = 2.2;
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5];

/** Events: `view` when it is shown otherwise. */
export class PracticePlayer extends EventTarget {
  isMirrored = false;
  #scene;
  #timeline;
  #count = el("p", { class: "count", "aria-hidden": "true" });
  #stage = el("div", { class: "stage-pair" });

  /**
   * @param {Scene} scene
   * @param {{ timeline: Entry[], span: { startS: number, durationS: number }, savedAs: string, unit: string, skeletonsOnly: boolean }} about
   *   `timeline`: the counts; `savedAs`: under which name loops are kept; `unit`: what one step is
   */
  constructor(scene, { timeline, span, savedAs, unit, skeletonsOnly }) {
    super();
    this.#scene = scene;
    this.#timeline = timeline;
    this.player = new Player(scene.media, { ...span, timeline });
    this.metronome = new Metronome(this.player, timeline);
    this.#stage.append(...scene.panes.map((pane) => pane.element), this.#count);
    this.#stage.classList.toggle("without-images", skeletonsOnly);
    const shapes = scene.panes.reduce((sum, pane) => sum + pane.shape, 0);
    this.#stage.style.setProperty("--shapes", String(shapes));
    this.#stage.classList.toggle("wide", scene.panes.length > 1 && shapes > WIDE);
    this.#stage.addEventListener("click", () => this.player.toggle());
    this.element = el("div", { class: "practice" }, this.#stage, playerControls(this.player, unit, RATES));
    this.tools = el("div", { class: "practice-tools" }, loopTools(this.player, { timeline, savedAs }), viewTools(this));
    this.player.addEventListener("time", () => this.#showCount());
    for (const name of ["loop", "time"]) this.player.addEventListener(name, () => this.#redrawAll());
    this.#takeUp();
  }

  /** @returns {View} */
  get view() {
    return this.#scene.look.view;
  }

  /** How the recordings can be shown. */
  get views() {
    return this.#scene.views;
  }

  get hasSkeletons() {
    return this.#scene.look.hasSkeletons;
  }

  /** Whether there are two recordings to hear. */
  get hasTwoSounds() {
    return this.#scene.setSound !== null;
  }

  /** Puts a ring around a joint of both dancers; null: around none. @param {string | null} joint */
  ring(joint) {
    this.#scene.look.ringed = joint;
    this.#redrawAll();
  }

  /** @param {View} view */
  setView(view) {
    this.#scene.look.view = view;
    this.#apply();
  }

  /** @param {boolean} isMirrored */
  setMirrored(isMirrored) {
    this.isMirrored = isMirrored;
    this.#apply();
  }

  /** @param {boolean} hasSkeletons */
  setSkeletons(hasSkeletons) {
    this.#scene.look.hasSkeletons = hasSkeletons;
    this.#redrawAll();
  }

  /** @param {CountIn} choice */
  setCountIn(choice) {
    const seconds = countSeconds(this.#timeline);
    const perPhrase = this.#timeline.find((one) => one.counts_per_phrase)?.counts_per_phrase ?? 8;
    this.player.lead = choice === "off" ? null : (signal) =>
      countIn(seconds / this.player.video.playbackRate, perPhrase, (text) => (this.#count.textContent = text), signal, choice === "spoken");
  }

  /** Which of the two is heard. @param {boolean} isTake */
  setSound(isTake) {
    this.#scene.setSound?.(isTake);
  }

  /** Moves by frames of the recording that leads. @param {number} frames negative: back */
  stepFrames(frames) {
    const { track, shownS } = this.#scene.lead;
    this.player.pause();
    const next = track.frameAt(shownS) + frames;
    if (next >= 0 && next < track.seconds.length) this.player.seek(track.seconds[next]);
  }

  /** Who is tapped next in one of the videos; null when something else is. @param {import("./pane.js").Pane} pane */
  point(pane) {
    this.player.pause();
    this.setView("side");
    return pane.point();
  }

  /** Saves what is shown as an image. */
  save() {
    saveSnapshot(this.#scene.shownIn(this.view), {
      isMirrored: this.isMirrored, withImages: !this.#stage.classList.contains("without-images"), seconds: this.player.time,
    });
  }

  /** Fills the screen, or ends that. Where a browser allows it to videos only, the page is filled. */
  toggleFullScreen() {
    const screen = this.element.closest("section") ?? this.element;
    const fillPage = () => screen.classList.toggle("fills-page");
    if (document.fullscreenElement) document.exitFullscreen();
    else if (screen.requestFullscreen) screen.requestFullscreen().catch(fillPage);
    else fillPage();
  }

  #apply() {
    this.#stage.dataset.view = this.view;
    this.#stage.classList.toggle("mirrored", this.isMirrored);
    this.dispatchEvent(new Event("view"));
    this.#redrawAll();
    this.#keep();
  }

  /** Goes on with what the address says. */
  #takeUp() {
    const { view, isMirrored, rate, loop } = readPractice();
    if (this.views.includes(view)) this.#scene.look.view = view;
    this.isMirrored = isMirrored;
    if (RATES.includes(rate)) this.player.video.playbackRate = rate;
    const { startS, durationS } = this.player;
    if (loop && loop.startS < startS + durationS && loop.endS > startS) this.player.setLoop(loop);
    this.#apply();
    this.player.video.addEventListener("ratechange", () => this.#keep());
    this.player.addEventListener("loop", () => this.#keep());
  }

  #keep() {
    keepPractice({ view: this.view, isMirrored: this.isMirrored, rate: this.player.video.playbackRate, loop: this.player.loop });
  }

  #redrawAll() {
    for (const pane of this.#scene.panes) pane.redraw();
  }

  #showCount() {
    const { time } = this.player;
    const entry = this.#timeline.findLast(({ start_s }) => start_s <= time + 1e-3);
    this.#count.textContent = entry?.count ? String(entry.count) : "";
    this.#count.classList.toggle("one", entry?.count === 1);
  }
}
