/** A comparison that is not (or not yet) a report: its steps, and what can be done. */

import { cancelComparison, createComparison, linksOf } from "./api.js";
import { el } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";
import { stepList } from "./progress.js";

/** @typedef {import("./types.js").Comparison} Comparison */

/** @type {Record<string, string>} */
const TITLES = {
  queued: "Waiting to start",
  running: "Comparing the two dances",
  failed: "The comparison failed",
  cancelled: "The comparison was cancelled",
};

/** Shows a comparison that is waiting, running, failed or cancelled. */
export class RunningView {
  #title = el("h1");
  #steps = stepList();
  #notice = el("div", { class: "notice error", role: "alert", hidden: true });
  #announcement = el("p", { class: "hidden", role: "status" });
  #cancel = el("button", { type: "button", hidden: true, onclick: () => this.#askToStop() }, "Cancel");
  #again = el("button", { type: "button", class: "primary", hidden: true, onclick: () => this.#startAgain() }, "Try again");
  #home = el("a", { href: "/", hidden: true }, "Choose other videos");
  /** @type {Comparison | null} */
  #comparison = null;

  /**
   * @param {HTMLElement} root
   * @param {{ reference: string, take: string }} names of the two files
   */
  constructor(root, names) {
    this.root = root;
    root.replaceChildren(
      this.#title,
      el("p", { class: "names" }, el("b", {}, names.take), " against ", el("b", {}, names.reference)),
      this.#notice,
      this.#steps.element,
      this.#announcement,
      el("div", { class: "actions" }, this.#cancel, this.#again, this.#home));
  }

  /** @param {Comparison} comparison */
  show(comparison) {
    const over = comparison.status === "failed" || comparison.status === "cancelled";
    this.#comparison = comparison;
    this.root.hidden = false;
    this.#title.textContent = TITLES[comparison.status];
    document.title = `${TITLES[comparison.status]}: Eightcount`;
    this.#steps.show(comparison);
    this.#announce(comparison);
    this.#cancel.hidden = over;
    this.#again.hidden = this.#home.hidden = !over;
    if (comparison.error && comparison.status === "failed") this.#complain(comparison.error);
  }

  /** Speaks when another step begins, not on every frame. @param {Comparison} comparison */
  #announce({ steps, status }) {
    const now = steps.findIndex(({ state }) => state === "running");
    const words = now < 0 ? TITLES[status] : `Step ${now + 1} of ${steps.length}`;
    if (this.#announcement.textContent !== words) this.#announcement.textContent = words;
  }

  /** @param {import("./types.js").Reason} problem */
  #complain(problem) {
    this.#notice.replaceChildren(...problemNodes(problem));
    this.#notice.hidden = false;
  }

  async #askToStop() {
    this.#cancel.disabled = true;
    this.#cancel.textContent = "Stopping…";
    try {
      await cancelComparison(this.#comparison?.id ?? "");
    } catch (error) {
      this.#cancel.disabled = false;
      this.#cancel.textContent = "Cancel";
      this.#complain(reasonOf(error));
    }
  }

  /** The same two videos once more; what was extracted already is not extracted again. */
  async #startAgain() {
    const comparison = /** @type {Comparison} */ (this.#comparison);
    const { reference_video_id, take_video_id, model, mirrored, skeletons_only, align } = comparison;
    try {
      const wanted = { reference_video_id, take_video_id, model, mirrored, skeletons_only, align };
      location.assign(linksOf((await createComparison(wanted)).id).page);
    } catch (error) {
      this.#complain(reasonOf(error));
    }
  }
}
