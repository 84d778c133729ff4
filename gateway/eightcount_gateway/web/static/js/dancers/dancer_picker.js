/** Chooses one of several people in a recording: by pointing at a frame, or by numbers. */

import { ApiError } from "../api.js";
import { el } from "../dom.js";

/** @typedef {import("../api_types.js").DancerBody} Dancer */
/** @typedef {import("../api_types.js").Media} Media */

/** A fold that shows a frame of the recording; nothing is loaded before it is opened. */
export class DancerPicker {
  #root;
  #source = "";
  #video;
  #mark = el("span", { class: "mark", hidden: true });
  #frame;
  #unseen = el("p", { class: "muted", hidden: true }, "This browser cannot show the recording: enter the position in numbers.");
  #left;
  #top;
  #seconds;
  /** Whether the position is a point in the frame that is drawn here, and not one that was typed. */
  #isPointed = false;

  /** @param {HTMLDetailsElement} root where it goes */
  constructor(root) {
    this.#root = root;
    this.#left = numberField("From the left, %", 100, () => this.#type());
    this.#top = numberField("From the top, %", 100, () => this.#type());
    this.#seconds = numberField("At second", null, () => this.#seek());
    this.#video = el("video", { muted: true, playsinline: true, preload: "auto", onerror: () => this.#showUnseen(true) });
    this.#frame = el("div", { class: "point", onclick: (/** @type {MouseEvent} */ event) => this.#point(event) },
      this.#video, this.#mark);
    root.addEventListener("toggle", () => this.#load());
    root.append(
      el("summary", {}, "Several people in the video?"),
      el("p", { class: "muted" }, "The largest and most central person is followed. To follow somebody else, go to a moment at which that person is clearly visible, and click on them. Nobody is followed before that moment."),
      this.#frame, this.#unseen,
      el("div", { class: "options" }, this.#seconds.label, this.#left.label, this.#top.label),
      el("button", { type: "button", onclick: () => this.#clear() }, "Follow the main dancer"));
  }

  /** @returns {Dancer | null} null for the main dancer */
  get value() {
    const [x, y] = [this.#left.input, this.#top.input].map((input) => input.valueAsNumber / 100);
    if (Number.isNaN(x) || Number.isNaN(y)) return null;
    return { x, y, at_seconds: this.#at };
  }

  /**
   * The dancer in the image that is meant to be seen. A browser draws the whole image where a container crops it, so that
   * a point in it is another one there; what was typed means the image as it is seen.
   * @param {Media | null} media what is known of the recording
   * @returns {Dancer | null} null for the main dancer
   */
  valueIn(media) {
    const { value } = this;
    const part = media?.shown_part;
    if (!value || !media || !part || !this.#isPointed || !this.#drawsWhole(media, part)) return value;
    const [x, y] = [(value.x - part.left) / part.width, (value.y - part.top) / part.height];
    if (x < 0 || x > 1 || y < 0 || y > 1) throw new ApiError("This file crops its image, and the chosen point lies in what is cut off.", "INVALID_DANCER", 0);
    return { x, y, at_seconds: value.at_seconds };
  }

  /** Whether the size that the browser draws is nearer to that of the whole image. @param {Media} media @param {{ width: number, height: number }} part */
  #drawsWhole({ width, height }, part) {
    const { videoWidth, videoHeight } = this.#video;
    /** @param {number} across @param {number} down */
    const distance = (across, down) => Math.abs(videoWidth - across) / across + Math.abs(videoHeight - down) / down;
    return distance(width / part.width, height / part.height) < distance(width, height);
  }

  /** The recording to point into; nobody is chosen in it yet. @param {string} source address; empty for none */
  show(source) {
    if (this.#source.startsWith("blob:")) URL.revokeObjectURL(this.#source);
    this.#source = source;
    this.#root.hidden = source === "";
    this.#video.removeAttribute("src");
    this.#clear();
    this.#load();
  }

  get #at() {
    return Math.max(this.#seconds.input.valueAsNumber || 0, 0);
  }

  #load() {
    if (!this.#root.open || !this.#source || this.#video.hasAttribute("src")) return;
    this.#showUnseen(false);
    this.#video.src = this.#source;
  }

  /** @param {boolean} unseen */
  #showUnseen(unseen) {
    this.#unseen.hidden = !unseen;
    this.#frame.hidden = unseen;
  }

  /** @param {MouseEvent} event */
  #point(event) {
    const box = this.#frame.getBoundingClientRect();
    this.#left.input.value = ((100 * (event.clientX - box.left)) / box.width).toFixed(1);
    this.#top.input.value = ((100 * (event.clientY - box.top)) / box.height).toFixed(1);
    this.#isPointed = true;
    this.#showMark();
  }

  #type() {
    this.#isPointed = false;
    this.#showMark();
  }

  #seek() {
    this.#video.currentTime = this.#at;
  }

  #showMark() {
    const place = this.value;
    this.#mark.hidden = place === null;
    if (place) [this.#mark.style.left, this.#mark.style.top] = [`${100 * place.x}%`, `${100 * place.y}%`];
  }

  #clear() {
    for (const { input } of [this.#left, this.#top, this.#seconds]) input.value = "";
    this.#isPointed = false;
    this.#seek();
    this.#showMark();
  }
}

/** @param {string} words @param {number | null} max @param {() => void} onchange */
function numberField(words, max, onchange) {
  const input = el("input", { type: "number", min: 0, max, step: "any", oninput: onchange });
  return { input, label: el("label", {}, el("span", {}, words), input) };
}
