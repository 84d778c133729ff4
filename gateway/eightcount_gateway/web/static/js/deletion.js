/** Deletes a job, and optionally its recordings, after a dialog that lists what goes and what stays. */

import { deleteResource, planDeletion } from "./deletion_api.js";
import { el } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";
import { countedNoun } from "./text.js";

/** @typedef {import("./api_types.js").DeletionBody} Deletion */
/** @typedef {import("./api_types.js").ResourceBody} Resource */

/**
 * What a button deletes.
 * @typedef {Object} Target
 * @property {string} noun in a sentence, for example "comparison"
 * @property {string} url of the resource
 * @property {string[]} recordingUrls of the recordings that it was made of, which can be deleted with it
 * @property {() => void} onDeleted
 */

/** Nouns of the types of resources whose name is not their noun; singular and plural. @type {Record<string, [string, string]>} */
const NOUNS = {
  dance_training: ["training", "trainings"],
  extracted_motion: ["extracted motion", "extracted motions"],
  music_analysis: ["music analysis", "music analyses"],
  style_addition: ["style addition", "style additions"],
  style_training: ["training", "trainings"],
  video: ["uploaded recording", "uploaded recordings"],
};

/** A button that asks before it deletes. @param {Target} target */
export function deleteButton(target) {
  return el("button", {
    type: "button", class: "delete", "aria-label": `Delete this ${target.noun}`, onclick: () => new DeletionDialog(target).open(),
  }, "Delete…");
}

class DeletionDialog {
  #target;
  #plan = el("div", { class: "plan", "aria-live": "polite" });
  #problem = el("div", { class: "notice error", role: "alert", hidden: true });
  #withRecordings = el("input", { type: "checkbox", onchange: () => this.#showPlan() });
  #confirm = el("button", { type: "button", class: "primary", disabled: true, onclick: () => this.#delete() }, "Delete");
  #dialog;

  /** @param {Target} target */
  constructor(target) {
    const { noun, recordingUrls } = target;
    this.#target = target;
    const words = recordingUrls.length > 1 ? "Delete its recordings, too" : "Delete its recording, too";
    this.#dialog = el("dialog", { class: "deletion", "aria-labelledby": "deletion-title", onclose: () => this.#dialog.remove() },
      el("h2", { id: "deletion-title" }, `Delete this ${noun}?`),
      this.#plan,
      recordingUrls.length > 0 && el("label", { class: "check" }, this.#withRecordings, el("span", {}, words)),
      this.#problem,
      el("div", { class: "actions" }, this.#confirm, el("button", { type: "button", onclick: () => this.#dialog.close() }, "Keep")));
  }

  open() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#showPlan();
  }

  /** The job comes first: then nothing that is deleted after it is needed by it any more. */
  get #urls() {
    return [this.#target.url, ...(this.#withRecordings.checked ? new Set(this.#target.recordingUrls) : [])];
  }

  async #showPlan() {
    this.#confirm.disabled = true;
    try {
      const { deleted, kept } = merged(await Promise.all(this.#urls.map(planDeletion)));
      this.#plan.replaceChildren(
        el("p", {}, `This deletes ${countsOf(deleted)}. It cannot be undone.`),
        ...(kept.length ? [el("p", { class: "muted" }, `${countsOf(kept)} will be kept, because other results need them.`)] : []));
      this.#confirm.disabled = false;
    } catch (error) {
      this.#complain(error);
    }
  }

  async #delete() {
    this.#confirm.disabled = true;
    try {
      for (const url of this.#urls) await deleteResource(url);
      this.#dialog.close();
      this.#target.onDeleted();
    } catch (error) {
      this.#complain(error);
    }
  }

  /** @param {unknown} error */
  #complain(error) {
    this.#problem.replaceChildren(...problemNodes(reasonOf(error)));
    this.#problem.hidden = false;
  }
}

/** Each resource once; what one deletion keeps may go with another. @param {Deletion[]} plans */
function merged(plans) {
  const key = (/** @type {Resource} */ { resource, id }) => `${resource} ${id}`;
  const deleted = new Map(plans.flatMap((plan) => plan.deleted).map((one) => [key(one), one]));
  const needed = plans.flatMap((plan) => plan.kept).filter((one) => !one.needed_by.every((by) => deleted.has(key(by))));
  const kept = new Map(needed.filter((one) => !deleted.has(key(one))).map((one) => [key(one), one]));
  return { deleted: [...deleted.values()], kept: [...kept.values()] };
}

/** "1 comparison and 2 extracted motions". @param {Resource[]} resources */
function countsOf(resources) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { resource } of resources) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return new Intl.ListFormat("en").format([...counts].map(([type, count]) => countedNoun(count, nounsOf(type))));
}

/** @param {string} type of a resource @returns {[string, string]} singular and plural */
function nounsOf(type) {
  const noun = type.replaceAll("_", " ");
  return NOUNS[type] ?? [noun, `${noun}s`];
}
