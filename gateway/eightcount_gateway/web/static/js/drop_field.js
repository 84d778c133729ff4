/** One file to choose: by button, by keyboard, or dropped onto the field. */

import { el } from "./dom.js";
import { bytesText } from "./text.js";

/** Videos of cameras, phones, discs and screen recorders (systems do not know the type of each), and motion files. */
export const RECORDINGS =
  "video/*,.mkv,.avi,.mov,.webm,.mts,.m2ts,.m2t,.ts,.vob,.mpg,.mpeg,.m2v,.mod,.tod,.mxf,.dv,.wmv,.asf,.flv,.f4v,.3gp,.3g2," +
  ".ogv,.divx,.rm,.rmvb,.npz,.bvh,.gz,.glb,.pkl";

/** @typedef {{ id: string, name: string }} Stored a recording that was uploaded before */

/** A file field with its own progress and its own error. */
export class DropField {
  /** Called when another file is chosen, or none. */
  onchoose = () => {};
  /** @type {File | null} */
  #file = null;
  /** @type {Stored | null} */
  #stored = null;
  #input;
  #name = el("span", { class: "file-name" });
  #note = el("span", { class: "muted" });
  #bar = el("progress", { max: 1, hidden: true });
  #error;
  #drop;

  /**
   * @param {HTMLElement} root where the field goes; its id names the field
   * @param {{ title: string, hint: string, choose?: string, accept?: string }} words
   */
  constructor(root, { title, hint, choose = "Choose a video or drop it here", accept = RECORDINGS }) {
    const errorId = `${root.id}-error`;
    this.hint = hint;
    this.choose = choose;
    this.#input = el("input", {
      type: "file",
      name: root.id,
      accept,
      "aria-describedby": errorId,
      onchange: () => this.#choose(this.#input.files?.[0] ?? null),
    });
    this.#error = el("p", { id: errorId, class: "field-error", role: "alert", hidden: true });
    this.#bar.setAttribute("aria-label", `Upload of the ${title.toLowerCase()}`);
    this.#drop = el("label", { class: "drop" },
      el("span", { class: "drop-title" }, title), this.#input, this.#name, this.#note, this.#bar);
    this.#listenForDrops();
    root.append(this.#drop, this.#error);
    this.#choose(null);
  }

  get file() {
    return this.#file;
  }

  /** The recording that was uploaded before, while no other file is chosen. */
  get stored() {
    return this.#stored;
  }

  get isEmpty() {
    return this.#file === null && this.#stored === null;
  }

  /** Takes a recording that was uploaded before. @param {Stored} stored */
  takeStored(stored) {
    this.#input.value = "";
    this.#take(null, stored);
  }

  /** Takes a file as if it had been chosen. @param {File} file */
  takeFile(file) {
    this.#input.value = "";
    this.#take(file, null);
  }

  /** @param {boolean} locked */
  set locked(locked) {
    this.#input.disabled = locked;
    this.#drop.classList.toggle("locked", locked);
  }

  /** @param {number} sentBytes @param {number} totalBytes */
  showSent(sentBytes, totalBytes) {
    this.#bar.hidden = false;
    this.#bar.value = totalBytes ? sentBytes / totalBytes : 0;
    this.#note.textContent =
      sentBytes >= totalBytes ? `${bytesText(totalBytes)} sent` : `${bytesText(sentBytes)} of ${bytesText(totalBytes)} sent`;
  }

  /** Shows the chosen file without progress. */
  reset() {
    this.#bar.hidden = true;
    this.#name.textContent = this.#file?.name ?? this.#stored?.name ?? this.choose;
    this.#note.textContent = this.#file ? bytesText(this.#file.size) : this.#stored ? "Uploaded before" : this.hint;
    this.#drop.classList.toggle("chosen", !this.isEmpty);
  }

  /** @param {...(Node | string)} nodes nothing clears the error */
  showError(...nodes) {
    this.#error.replaceChildren(...nodes);
    this.#error.hidden = nodes.length === 0;
    this.#input.setAttribute("aria-invalid", String(nodes.length > 0));
    if (nodes.length) this.#input.focus();
  }

  /** @param {File | null} file */
  #choose(file) {
    this.#take(file, null);
  }

  /** @param {File | null} file @param {Stored | null} stored */
  #take(file, stored) {
    this.#file = file;
    this.#stored = stored;
    this.showError();
    this.reset();
    this.onchoose();
  }

  #listenForDrops() {
    /** @param {boolean} over */
    const mark = (over) => this.#drop.classList.toggle("over", over && !this.#input.disabled);
    this.#drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    this.#drop.addEventListener("dragleave", () => mark(false));
    this.#drop.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      const file = event.dataTransfer?.files[0];
      if (file && !this.#input.disabled) this.#choose(file);
    });
  }
}
