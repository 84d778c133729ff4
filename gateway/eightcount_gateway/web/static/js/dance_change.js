/** "Change this dance": a variant, with parts kept, a stretch remade, or poses to pass through. */

import { getDanceCounts, listDanceModels } from "./dances_api.js";
import { eightCounts, changedOptions, constraintSupport } from "./dance_options.js";
import { el, find } from "./dom.js";
import { dances } from "./jobs_api.js";
import { problemNodes, reasonOf } from "./problem.js";
import { styleName } from "./style_text.js";
import { clock } from "./text.js";

/** @typedef {import("./api_types.js").DanceBody} Dance */
/** @typedef {import("./api_types.js").DanceModel} DanceModel */
/** @typedef {import("./dance_options.js").Pose} Pose */
/** @typedef {{ dance: Dance, seconds: number, now: () => number }} Shown */

const FEWEST_BETWEEN_S = 0.05;

/** Fills the section and shows it. @param {HTMLElement} section @param {Shown} shown */
export function showChange(section, shown) {
  new ChangePanel(section, shown).open();
}

class ChangePanel {
  #shown;
  #section;
  /** @type {DanceModel[]} */
  #models = [];
  /** @type {Pose[]} */
  #poses = [];
  #form;
  #model;
  #style;
  #energy;
  #seed;
  #from;
  #to;
  #eights;
  #fieldset;
  #why;
  #list;
  #problem;
  #start;

  /** @param {HTMLElement} section @param {Shown} shown */
  constructor(section, shown) {
    this.#section = section;
    this.#shown = shown;
    const part = (/** @type {string} */ name) => find(`[data-change=${name}]`, section);
    this.#form = /** @type {HTMLFormElement} */ (part("form"));
    this.#model = /** @type {HTMLSelectElement} */ (part("model"));
    this.#style = /** @type {HTMLSelectElement} */ (part("style"));
    this.#energy = /** @type {HTMLSelectElement} */ (part("energy"));
    this.#seed = /** @type {HTMLInputElement} */ (part("seed"));
    this.#from = /** @type {HTMLInputElement} */ (part("from"));
    this.#to = /** @type {HTMLInputElement} */ (part("to"));
    this.#eights = /** @type {HTMLSelectElement} */ (part("eights"));
    this.#fieldset = /** @type {HTMLFieldSetElement} */ (part("constraints"));
    this.#why = part("why");
    this.#list = part("poses");
    this.#problem = part("problem");
    this.#start = /** @type {HTMLButtonElement} */ (part("start"));
  }

  async open() {
    const { dance, seconds } = this.#shown;
    this.#seed.value = String(dance.seed + 1);
    this.#energy.value = nearest(dance.energy, [...this.#energy.options].map(({ value }) => Number(value)));
    this.#from.max = this.#to.max = String(seconds);
    this.#to.placeholder = seconds.toFixed(1);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#model.addEventListener("change", () => this.#showModel());
    this.#eights.addEventListener("change", () => this.#applyEightCount());
    for (const field of [this.#from, this.#to]) field.addEventListener("input", () => (this.#eights.value = ""));
    find("[data-change=add-pose]", this.#section).addEventListener("click", () => this.#addPose());
    this.#section.hidden = false;
    await Promise.all([this.#loadModels(), this.#loadEights()]);
  }

  async #loadModels() {
    try {
      this.#models = await listDanceModels();
      this.#model.append(...this.#models.map(({ name, family }) => el("option", { value: name }, `${name} (${family})`)));
      if (this.#models.some(({ name }) => name === this.#shown.dance.model)) this.#model.value = this.#shown.dance.model;
    } catch (error) {
      this.#showProblem(error);
    }
    this.#showModel();
  }

  /** Offers the eight-counts of the music, where they are known. */
  async #loadEights() {
    const heard = await getDanceCounts(this.#shown.dance.id).catch(() => null);
    const eights = eightCounts(heard?.counts ?? [], this.#shown.seconds);
    this.#eights.append(...eights.map(({ number, startS, endS }) =>
      el("option", { value: `${startS} ${endS}` }, `${number} (${clock(startS)} to ${clock(endS)})`)));
    find("[data-change=eights-label]", this.#section).hidden = eights.length === 0;
  }

  /** Offers the styles of the chosen model, and the constraints where it supports them. */
  #showModel() {
    const chosen = this.#models.filter(({ name }) => !this.#model.value || name === this.#model.value);
    const names = [...new Set(chosen.flatMap(({ styles }) => styles))].sort();
    const [none] = this.#style.options;
    const before = this.#style.value || this.#shown.dance.style;
    this.#style.replaceChildren(...(none ? [none] : []), ...names.map((name) => el("option", { value: name }, styleName(name))));
    this.#style.value = names.includes(before) ? before : "";
    const { can, why } = constraintSupport(this.#models, this.#model.value);
    this.#fieldset.disabled = !can;
    this.#why.textContent = why;
    this.#why.hidden = can;
  }

  #applyEightCount() {
    const [startS = "", endS = ""] = this.#eights.value.split(" ");
    this.#from.value = startS;
    this.#to.value = endS;
  }

  /** Adds the pose that is shown now, at the same time in the new dance. */
  #addPose() {
    const atS = Math.round(Math.min(this.#shown.now(), this.#shown.seconds) * 100) / 100;
    if (this.#poses.some(({ seconds }) => Math.abs(seconds - atS) < FEWEST_BETWEEN_S)) return;
    this.#poses = [...this.#poses, { seconds: atS, atS }].sort((a, b) => a.seconds - b.seconds);
    this.#showPoses();
  }

  #showPoses() {
    this.#list.replaceChildren(...this.#poses.map((pose) => {
      const when = el("input", { type: "number", min: 0, max: this.#shown.seconds, step: "any", value: pose.seconds, "aria-label": "Seconds in the new dance" });
      when.addEventListener("change", () => (pose.seconds = Number(when.value)));
      const remove = el("button", {
        type: "button", "aria-label": `Remove the pose of ${clock(pose.atS)}`, onclick: () => {
          this.#poses = this.#poses.filter((one) => one !== pose);
          this.#showPoses();
        },
      }, "×");
      return el("li", {}, `Pose of ${clock(pose.atS)} at`, when, "s", remove);
    }));
  }

  async #submit() {
    this.#problem.hidden = true;
    if (!this.#form.reportValidity()) return;
    this.#start.disabled = true;
    try {
      location.assign(dances.page((await dances.start(this.#options())).id));
    } catch (error) {
      this.#start.disabled = false;
      this.#showProblem(error);
    }
  }

  #options() {
    const keep = /** @type {import("./dance_options.js").BodyPart | ""} */ (new FormData(this.#form).get("keep") ?? "");
    return changedOptions(this.#shown.dance, {
      model: this.#model.value,
      style: this.#style.value,
      seed: Number(this.#seed.value),
      energy: Number(this.#energy.value),
      constraints: this.#fieldset.disabled ? null : { keep, startS: Number(this.#from.value), endS: this.#to.value ? Number(this.#to.value) : null, poses: this.#poses },
    });
  }

  /** @param {unknown} error */
  #showProblem(error) {
    this.#problem.replaceChildren(...problemNodes(reasonOf(error)));
    this.#problem.hidden = false;
  }
}

/** @param {number} target @param {number[]} values */
function nearest(target, values) {
  return String(values.reduce((best, value) => (Math.abs(value - target) < Math.abs(best - target) ? value : best)));
}
