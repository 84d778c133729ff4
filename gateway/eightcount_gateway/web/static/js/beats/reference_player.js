/** Plays the recording whose beats are set: the chosen file itself, or one uploaded before. */

import { el } from "../dom.js";

/** @typedef {{ src: string, isMotion: boolean }} Source `src` is empty where nothing is chosen */

/** Nothing is loaded before it is asked for. */
export class ReferencePlayer {
  /** Called on every frame while it plays, and after every jump. */
  onmove = () => {};
  /** Called when it can be played, or cannot. */
  onchange = () => {};
  #noun;
  /** @type {Source} */
  #source = { src: "", isMotion: false };
  #isBroken = false;
  #video;
  #note = el("p", { class: "muted", role: "status" });
  element;

  /** @param {string} noun the recording in a sentence, for example "reference" */
  constructor(noun) {
    this.#noun = noun;
    this.#video = el("video", { controls: true, playsinline: true, preload: "auto", "aria-label": `The ${noun}, to listen to` });
    this.element = el("div", { class: "listen" }, this.#video, this.#note);
    this.#video.addEventListener("error", () => this.#setBroken(true));
    this.#video.addEventListener("loadedmetadata", () => {
      this.#video.classList.toggle("sound-only", this.#video.videoHeight === 0);
      this.#setBroken(false);
    });
    this.#video.addEventListener("play", () => this.#run());
    for (const name of ["seeked", "pause"]) this.#video.addEventListener(name, () => this.onmove());
    this.#show();
  }

  get canPlay() {
    return this.#source.src !== "" && !this.#source.isMotion && !this.#isBroken;
  }

  get isPlaying() {
    return !this.#video.paused && !this.#video.ended;
  }

  /** Second of the recording, some time ago. @param {number} [ageS] */
  secondsAgo(ageS = 0) {
    return Math.max(0, this.#video.currentTime - (this.isPlaying ? ageS * this.#video.playbackRate : 0));
  }

  play() {
    this.#video.play().catch(() => undefined);
  }

  pause() {
    this.#video.pause();
  }

  /** @param {Source} source */
  use(source) {
    if (this.#source.src.startsWith("blob:")) URL.revokeObjectURL(this.#source.src);
    this.#source = source;
    this.#video.removeAttribute("src");
    this.#video.load();
    this.#setBroken(false);
  }

  /** Loads what is to be played, once. */
  load() {
    if (this.canPlay && !this.#video.hasAttribute("src")) this.#video.src = this.#source.src;
  }

  /** @param {boolean} isBroken */
  #setBroken(isBroken) {
    this.#isBroken = isBroken;
    this.#show();
    this.onchange();
  }

  #show() {
    const words = this.#words();
    this.#video.hidden = words !== "";
    this.#note.hidden = words === "";
    this.#note.textContent = words;
  }

  #words() {
    if (!this.#source.src) return `Choose the ${this.#noun} above; it is then played here.`;
    if (this.#source.isMotion) return "A motion file has no sound. Type the tempo instead.";
    return this.#isBroken ? `This browser cannot play the ${this.#noun}. Listen to it in another program, and type the tempo.` : "";
  }

  #run() {
    if (!this.isPlaying) return;
    this.onmove();
    requestAnimationFrame(() => this.#run());
  }
}
