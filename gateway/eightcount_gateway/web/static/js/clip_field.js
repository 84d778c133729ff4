/** Several clips: files, chosen by button or keyboard or dropped, and recordings that were uploaded before. */

import { uploadVideo } from "./api.js";
import { el } from "./dom.js";
import { RECORDINGS } from "./drop_field.js";
import { reasonOf } from "./problem.js";
import { bytesText, sentence } from "./text.js";

/** Some of the clips could not be sent; their rows say why. */
export class ClipsNotSent extends Error {}

/** A list of clips, each with its own progress and its own error. */
export class ClipField {
  /** @type {ClipRow[]} */
  #rows = [];
  #input = el("input", { type: "file", name: "clips", multiple: true, accept: RECORDINGS, "aria-describedby": "clips-error", onchange: () => this.#takeFiles(this.#input.files ?? []) });
  #drop = el("label", { class: "drop" },
    el("span", { class: "drop-title" }, "Clips"), this.#input,
    el("span", { class: "file-name" }, "Choose videos or drop them here"),
    el("span", { class: "muted" }, "Two or more, five are better; each at least four seconds long"));
  #list = el("ul", { class: "clips", "aria-label": "Chosen clips" });
  #known = el("select", { onchange: () => this.#takeKnown() }, el("option", { value: "" }, "Add…"));
  #knownLabel = el("label", { class: "known-clips", hidden: true }, el("span", {}, "Or recordings uploaded before"), this.#known);
  #error = el("p", { id: "clips-error", class: "field-error", role: "alert", hidden: true });

  /** @param {HTMLElement} root */
  constructor(root) {
    root.append(this.#drop, this.#knownLabel, this.#list, this.#error);
    this.#listenForDrops();
  }

  get count() {
    return this.#rows.length;
  }

  /** Offers recordings that were uploaded before. @param {Map<string, string>} names by id */
  offer(names) {
    const offered = new Set([...this.#known.options].map(({ value }) => value));
    const added = [...names].filter(([id]) => !offered.has(id));
    this.#known.append(...added.map(([id, name]) => el("option", { value: id }, name)));
    this.#knownLabel.hidden = this.#known.options.length < 2;
  }

  clear() {
    for (const row of [...this.#rows]) this.#remove(row);
  }

  /** @param {boolean} locked */
  set locked(locked) {
    this.#input.disabled = this.#known.disabled = locked;
    this.#drop.classList.toggle("locked", locked);
    for (const row of this.#rows) row.locked = locked;
  }

  /** @param {string} words "" clears the error */
  showError(words) {
    this.#error.textContent = words;
    this.#error.hidden = !words;
    this.#input.setAttribute("aria-invalid", String(words !== ""));
    if (words) this.#input.focus();
  }

  /**
   * Uploads what is not on the server yet, one clip after another. A clip that fails does not stop the others.
   * @param {AbortSignal} signal
   * @returns {Promise<string[]>} ids
   * @throws {ClipsNotSent}
   */
  async send(signal) {
    for (const row of this.#rows) await row.send(signal);
    if (this.#rows.some(({ id }) => !id)) throw new ClipsNotSent();
    return this.#rows.map(({ id }) => id);
  }

  /** @param {Iterable<File>} files */
  #takeFiles(files) {
    for (const file of files) this.#add(new ClipRow({ name: file.name, file, id: "" }));
    this.#input.value = "";
  }

  #takeKnown() {
    const chosen = this.#known.selectedOptions[0];
    if (chosen?.value) this.#add(new ClipRow({ name: chosen.text, file: null, id: chosen.value }));
    this.#known.value = "";
  }

  /** @param {ClipRow} row the same clip counts once */
  #add(row) {
    this.showError("");
    if (this.#rows.some((other) => other.key === row.key)) return;
    row.onremove = () => this.#remove(row);
    this.#rows.push(row);
    this.#list.append(row.element);
  }

  /** @param {ClipRow} row */
  #remove(row) {
    this.#rows.splice(this.#rows.indexOf(row), 1);
    row.element.remove();
    this.#input.focus();
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
      if (!this.#input.disabled) this.#takeFiles(event.dataTransfer?.files ?? []);
    });
  }
}

/** One clip: its name, what became of it, and a button that takes it out. */
class ClipRow {
  onremove = () => {};
  #file;
  #note = el("span", { class: "muted", role: "status" });
  #remove;

  /** @param {{ name: string, file: File | null, id: string }} clip `id` is empty until it is uploaded */
  constructor({ name, file, id }) {
    this.#file = file;
    this.id = id;
    this.key = file ? `${file.name} ${file.size} ${file.lastModified}` : id;
    this.#note.textContent = file ? bytesText(file.size) : "Uploaded before";
    this.#remove = el("button", { type: "button", class: "delete", "aria-label": `Take ${name} out`, onclick: () => this.onremove() }, "Take out");
    this.element = el("li", {}, el("span", { class: "clip-name" }, name), this.#note, this.#remove);
  }

  /** @param {boolean} locked */
  set locked(locked) {
    this.#remove.disabled = locked;
  }

  /** Uploads the file, unless it was; an error is shown here. @param {AbortSignal} signal */
  async send(signal) {
    if (this.id || !this.#file) return;
    this.element.classList.remove("failed");
    try {
      this.id = (await uploadVideo(this.#file, (done, total) => this.#showSent(done, total), signal)).id;
      this.#note.textContent = "Sent";
    } catch (error) {
      if (error instanceof DOMException) throw error;
      this.element.classList.add("failed");
      this.#note.textContent = sentence(reasonOf(error).message);
    }
  }

  /** @param {number} done @param {number} total */
  #showSent(done, total) {
    this.#note.textContent = `${Math.floor((100 * done) / Math.max(total, 1))} % sent`;
  }
}
