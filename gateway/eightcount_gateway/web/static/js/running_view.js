/** A job without a result (yet): its steps, and the buttons to cancel it or to start it again. */

import { el } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";
import { stepList } from "./progress.js";

/** @typedef {import("./jobs_api.js").Job} Job */

/**
 * What is special about a kind of job.
 * @typedef {Object} Work
 * @property {Record<string, string>} titles by status
 * @property {(Node | string)[]} names of its files
 * @property {{ href: string, words: string }} home where others are started
 * @property {() => Promise<unknown>} cancel
 * @property {() => Promise<string>} again starts the same once more; what was extracted already is not extracted again.
 *   Gives the address of its page.
 */

/** Shows a job that is waiting, running, failed or cancelled. */
export class RunningView {
  #title = el("h1");
  #steps = stepList();
  #notice = el("div", { class: "notice error", role: "alert", hidden: true });
  #announcement = el("p", { class: "hidden", role: "status" });
  #cancel = el("button", { type: "button", hidden: true, onclick: () => this.#askToStop() }, "Cancel");
  #again = el("button", { type: "button", class: "primary", hidden: true, onclick: () => this.#startAgain() }, "Try again");
  #home;
  #work;

  /** @param {HTMLElement} root @param {Work} work */
  constructor(root, work) {
    this.root = root;
    this.#work = work;
    this.#home = el("a", { href: work.home.href, hidden: true }, work.home.words);
    root.replaceChildren(
      this.#title,
      el("p", { class: "names" }, ...work.names),
      this.#notice,
      this.#steps.element,
      this.#announcement,
      el("div", { class: "actions" }, this.#cancel, this.#again, this.#home));
  }

  /** @param {Job} job */
  show(job) {
    const over = job.status === "failed" || job.status === "cancelled";
    const title = this.#work.titles[job.status];
    this.root.hidden = false;
    this.#title.textContent = title;
    document.title = `${title}: Eightcount`;
    this.#steps.show(job);
    this.#announce(job);
    this.#cancel.hidden = over;
    this.#again.hidden = this.#home.hidden = !over;
    if (job.error && job.status === "failed") this.#complain(job.error);
  }

  /** Speaks when another step begins, not on every frame. @param {Job} job */
  #announce({ steps, status }) {
    const now = steps.findIndex(({ state }) => state === "running");
    const words = now < 0 ? this.#work.titles[status] : `Step ${now + 1} of ${steps.length}`;
    if (this.#announcement.textContent !== words) this.#announcement.textContent = words;
  }

  /** @param {import("./api_types.js").ErrorBody} problem */
  #complain(problem) {
    this.#notice.replaceChildren(...problemNodes(problem));
    this.#notice.hidden = false;
  }

  async #askToStop() {
    this.#cancel.disabled = true;
    this.#cancel.textContent = "Stopping…";
    try {
      await this.#work.cancel();
    } catch (error) {
      this.#cancel.disabled = false;
      this.#cancel.textContent = "Cancel";
      this.#complain(reasonOf(error));
    }
  }

  async #startAgain() {
    try {
      location.assign(await this.#work.again());
    } catch (error) {
      this.#complain(reasonOf(error));
    }
  }
}
