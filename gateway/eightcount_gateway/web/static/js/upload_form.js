/** The form of a page that uploads one recording, starts a job with it, and moves on to the page of that job. */

import { uploadVideo } from "./api.js";
import { find } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";

/** @typedef {import("./drop_field.js").DropField} DropField */
/**
 * @typedef {Object} Work
 * @property {string} sending the status text during the upload
 * @property {() => boolean} ready whether the form is complete; shows an error where it is not
 * @property {(send: () => Promise<string>) => Promise<string>} ask starts the job and resolves to the address of its page;
 *   `send` uploads the file in the field and resolves to its id
 * @property {(locked: boolean) => void} [lock] locks what lies outside of `#options`
 */

/** Locks the page during the upload, shows errors, and can be cancelled. */
export class UploadForm {
  #field;
  #work;
  #controls = /** @type {HTMLFieldSetElement} */ (find("#options"));
  #start = /** @type {HTMLButtonElement} */ (find("#start"));
  #cancel = find("#cancel");
  #status = find("#status");
  #problem = find("#problem");
  /** Ids of files that were uploaded, so that after an error they are not sent again. @type {WeakMap<File, string>} */
  #uploadedIds = new WeakMap();

  /** @param {DropField} field @param {Work} work */
  constructor(field, work) {
    this.#field = field;
    this.#work = work;
    find("#ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // A file dropped beside the field would otherwise replace the page.
    for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
    // Back from the result the browser may show this page as it was left.
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.#lock(false);
      this.#status.textContent = "";
    });
  }

  /** @param {unknown} error */
  showProblem(error) {
    this.#problem.replaceChildren(...problemNodes(reasonOf(error)));
    this.#problem.hidden = false;
  }

  async #submit() {
    this.#problem.hidden = true;
    if (!this.#work.ready()) return;
    const stop = new AbortController();
    this.#cancel.onclick = () => stop.abort();
    this.#lock(true);
    try {
      location.assign(await this.#work.ask(() => this.#send(stop.signal)));
    } catch (error) {
      this.#lock(false);
      const cancelled = error instanceof DOMException && error.name === "AbortError";
      this.#status.textContent = cancelled ? "Upload cancelled." : "";
      if (!cancelled) this.showProblem(error);
    }
  }

  /** @param {AbortSignal} signal */
  async #send(signal) {
    if (this.#field.stored) return this.#field.stored.id;
    const file = /** @type {File} */ (this.#field.file);
    this.#status.textContent = this.#work.sending;
    const known = this.#uploadedIds.get(file);
    const id = known ?? (await uploadVideo(file, (done, total) => this.#field.showSent(done, total), signal)).id;
    this.#field.showSent(file.size, file.size);
    this.#uploadedIds.set(file, id);
    return id;
  }

  /** @param {boolean} locked */
  #lock(locked) {
    this.#field.locked = locked;
    if (!locked) this.#field.reset();
    this.#controls.disabled = this.#start.disabled = locked;
    this.#work.lock?.(locked);
    this.#cancel.hidden = !locked;
  }
}
