/** The practice player: reference and take in step, with skeletons, loops, a count-in and a mirror. */

import { countIn, countSeconds } from "../count_in.js";
import { el } from "../dom.js";
import { Player, playerControls } from "../player.js";
import { keepPractice, readPractice } from "./address.js";
import { Ghost } from "./ghost.js";
import { loopTools } from "./loop_tools.js";
import { Metronome } from "./metronome.js";
import { PairClock } from "./pair_clock.js";
import { drawSkeleton, REFERENCE_COLOUR, TAKE_COLOUR } from "./skeleton_pen.js";
import { saveSnapshot } from "./snapshot.js";
import { TimeMap } from "./time_map.js";
import { viewTools } from "./view_tools.js";

/** @typedef {import("../api_types.js").ComparisonBody} Comparison */
/** @typedef {import("../api_types.js").ComparisonReport} Report */
/** @typedef {import("../joints/frame_errors.js").FrameErrors} FrameErrors */
/** @typedef {import("./address.js").View} View */
/** @typedef {import("./recordings.js").Recordings} Recordings */
/** @typedef {"off" | "beeps" | "spoken"} CountIn */

/** Widths of both images together, by their height, from which they are too small beside each other on a phone. */
const WIDE = 2.2;
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5];

/** Events: `view` when it is shown otherwise. */
export class PracticePlayer extends EventTarget {
  /** @type {View} */
  view = "side";
  isMirrored = false;
  hasSkeletons = true;
  #recordings;
  #map;
  #ghost;
  #timeline;
  #errors;
  /** @type {string | null} */
  #ringed = null;
  #count = el("p", { class: "count", "aria-hidden": "true" });
  #stage = el("div", { class: "stage-pair" });

  /**
   * @param {Recordings} recordings
   * @param {{ comparison: Comparison, report: Report, span: { startS: number, durationS: number }, errors: FrameErrors | null, unit: string }} about
   *   `errors`: null where joints are not judged; `unit`: what one step is
   */
  constructor(recordings, { comparison, report, span, errors, unit }) {
    super();
    const { reference, take } = recordings;
    this.#recordings = recordings;
    this.#map = new TimeMap(report.alignment);
    this.#ghost = new Ghost(reference.track, take.track, comparison.mirrored);
    this.#timeline = report.timeline;
    this.#errors = errors;
    this.player = new Player(new PairClock(reference, take, this.#map, span), { ...span, timeline: report.timeline });
    this.metronome = new Metronome(this.player, report.timeline);
    reference.element.classList.add("of-reference");
    reference.ondraw = (context, seconds, pixel) => this.#drawReference(context, seconds, pixel);
    take.ondraw = (context, seconds, pixel) => this.#drawTake(context, seconds, pixel);
    this.#stage.append(reference.element, take.element, this.#count);
    this.#stage.classList.toggle("without-images", comparison.skeletons_only);
    const shapes = reference.shape + take.shape;
    this.#stage.style.setProperty("--shapes", String(shapes));
    this.#stage.classList.toggle("wide", shapes > WIDE);
    this.#stage.addEventListener("click", () => this.player.toggle());
    this.element = el("div", { class: "practice" }, this.#stage, playerControls(this.player, unit, RATES));
    this.tools = el("div", { class: "practice-tools" },
      loopTools(this.player, { timeline: report.timeline, savedAs: comparison.id }), viewTools(this));
    this.player.addEventListener("time", () => this.#showCount());
    for (const name of ["loop", "time"]) this.player.addEventListener(name, () => this.#redrawAll());
    this.#takeUp();
  }

  /** Puts a ring around a joint of both dancers; null: around none. @param {string | null} joint */
  ring(joint) {
    this.#ringed = joint;
    this.#redrawAll();
  }

  /** @param {View} view */
  setView(view) {
    this.view = view;
    this.#apply();
  }

  /** @param {boolean} isMirrored */
  setMirrored(isMirrored) {
    this.isMirrored = isMirrored;
    this.#apply();
  }

  /** @param {boolean} hasSkeletons */
  setSkeletons(hasSkeletons) {
    this.hasSkeletons = hasSkeletons;
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
    this.#recordings.reference.video.muted = isTake;
    this.#recordings.take.video.muted = !isTake;
  }

  /** Moves by frames of the reference. @param {number} frames negative: back */
  stepFrames(frames) {
    const { track, shownS } = this.#recordings.reference;
    this.player.pause();
    const next = track.frameAt(shownS) + frames;
    if (next >= 0 && next < track.seconds.length) this.player.seek(track.seconds[next]);
  }

  /** Who is tapped next in one of the videos; null when something else is. @param {"reference" | "take"} role */
  point(role) {
    this.player.pause();
    this.setView("side");
    return this.#recordings[role].point();
  }

  /** Saves what is shown as an image. */
  save() {
    const { reference, take } = this.#recordings;
    saveSnapshot(this.view === "side" ? [reference, take] : [take], {
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
    this.view = view;
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
    this.#recordings.reference.redraw();
    this.#recordings.take.redraw();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} seconds of the reference @param {number} pixel */
  #drawReference(context, seconds, pixel) {
    if (!this.hasSkeletons || this.view === "ghost") return;
    const { track } = this.#recordings.reference;
    drawSkeleton(context, track, track.pointsAt(seconds), { colour: REFERENCE_COLOUR, height: track.height, ringed: this.#ringed, pixel });
  }

  /** @param {CanvasRenderingContext2D} context @param {number} seconds of the take @param {number} pixel */
  #drawTake(context, seconds, pixel) {
    const { reference, take } = this.#recordings;
    const referenceS = this.#map.referenceSeconds(seconds);
    const points = take.track.pointsAt(seconds);
    const { height } = take.track;
    if (this.view === "ghost" && referenceS !== null) {
      const ghost = this.#ghost.place(reference.track.pointsAt(referenceS), points);
      if (ghost) drawSkeleton(context, reference.track, ghost, { colour: REFERENCE_COLOUR, height, pixel });
    }
    if (!this.hasSkeletons) return;
    const wrong = referenceS === null ? [] : this.#errors?.overLimit(referenceS) ?? [];
    drawSkeleton(context, take.track, points, { colour: TAKE_COLOUR, height, wrong, ringed: this.#ringed, pixel });
  }

  #showCount() {
    const { time } = this.player;
    const entry = this.#timeline.findLast(({ start_s }) => start_s <= time + 1e-3);
    this.#count.textContent = entry?.count ? String(entry.count) : "";
    this.#count.classList.toggle("one", entry?.count === 1);
  }
}
