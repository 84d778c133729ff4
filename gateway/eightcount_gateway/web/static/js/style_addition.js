/** The form that adds a style of one's own: a name and a few clips. Whatever goes wrong, what was entered stays. */

import { request } from "./api.js";
import { ClipField, ClipsNotSent } from "./clip_field.js";
import { el, find } from "./dom.js";
import { styleAdditions } from "./jobs_api.js";
import { problemNodes, reasonOf } from "./problem.js";
import { follow, isOver, stepList } from "./progress.js";
import { listAddedStyles } from "./style_models_api.js";
import { nameOfStyle, styleName } from "./style_text.js";

/** @typedef {import("./jobs_api.js").StyleAddition} StyleAddition */
/** @typedef {import("./api_types.js").StyleAdditionResult} Result */

const LEAST_CLIPS = 2;
const RESERVED = new Set(["not_a_dance", "other_dance"]);

export class StyleAdditionForm {
  /** Called when a style was added. @type {() => void} */
  onadd = () => {};
  #root;
  #clips;
  #onStop = () => {};
  /** @type {HTMLInputElement} */
  #name;
  /** @type {HTMLInputElement} */
  #replace;
  /** @type {HTMLButtonElement} */
  #add;

  /** @param {HTMLFormElement} root */
  constructor(root) {
    this.#root = root;
    this.#name = /** @type {HTMLInputElement} */ (this.#part("name"));
    this.#replace = /** @type {HTMLInputElement} */ (this.#part("replace"));
    this.#add = /** @type {HTMLButtonElement} */ (this.#part("add"));
    this.#clips = new ClipField(this.#part("clips"));
    this.#name.addEventListener("input", () => this.#complainAboutName(""));
    this.#part("cancel").addEventListener("click", () => this.#onStop());
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Offers recordings that were uploaded before. @param {Map<string, string>} names by id */
  offer(names) {
    this.#clips.offer(names);
  }

  /** Shows an addition that is still running, as after a reload of the page. */
  async resume() {
    const [latest] = await styleAdditions.listRecent(1).catch(() => []);
    if (!latest || isOver(latest)) return;
    this.#root.closest("details")?.setAttribute("open", "");
    this.#name.value = styleName(latest.name);
    await this.#work(async () => latest);
  }

  /** @param {string} name of a part of the form */
  #part(name) {
    return find(`[data-part=${name}]`, this.#root);
  }

  async #submit() {
    this.#say("");
    const name = await this.#readName();
    if (this.#clips.count < LEAST_CLIPS) this.#clips.showError(`Choose at least ${LEAST_CLIPS} clips of the style; five are better.`);
    if (!name || this.#clips.count < LEAST_CLIPS) return;
    await this.#work(async (signal) => {
      this.#say("Sending the clips…");
      const video_ids = await this.#clips.send(signal);
      return styleAdditions.start({ name, video_ids, model: "heavy" });
    });
  }

  /** The name as the server takes it; "" where it cannot be taken, which the form then says. */
  async #readName() {
    const name = nameOfStyle(this.#name.value);
    const other = (await listAddedStyles().catch(() => [])).find((one) => one.toLowerCase() === name.toLowerCase());
    const words = !name ? "Give the style a name of letters or digits (A to Z, 0 to 9)."
      : RESERVED.has(name.toLowerCase()) ? "This name stands for movements that are no style. Choose another one."
      : other && !this.#replace.checked ? `There is a style “${styleName(other)}” already. Choose another name, or replace it.` : "";
    this.#complainAboutName(words, other);
    return words ? "" : other ?? name;
  }

  /** @param {string} words "" for no error @param {string} [other] the style that has the name already */
  #complainAboutName(words, other) {
    const error = this.#part("name-error");
    error.textContent = words;
    error.hidden = !words;
    this.#name.setAttribute("aria-invalid", String(words !== ""));
    this.#part("replace-label").hidden = !other;
    if (!other) this.#replace.checked = false;
    if (words) this.#name.focus();
  }

  /** Does the work with the form locked, and shows how it ends. @param {(signal: AbortSignal) => Promise<StyleAddition>} begin */
  async #work(begin) {
    const upload = new AbortController();
    this.#onStop = () => upload.abort();
    this.#lock(true);
    this.#part("problem").hidden = true;
    this.#part("steps").replaceChildren();
    try {
      const job = await begin(upload.signal);
      this.#onStop = () => styleAdditions.cancel(job.id).catch((error) => this.#complain(reasonOf(error)));
      await this.#showEnd(await this.#watch(job));
    } catch (error) {
      this.#showFailure(error);
    } finally {
      this.#lock(false);
    }
  }

  /** Shows the steps until the job is over. @param {StyleAddition} job @returns {Promise<StyleAddition>} */
  #watch(job) {
    const steps = stepList();
    this.#part("steps").replaceChildren(steps.element);
    this.#say("Adding the style…");
    return new Promise((resolve) => {
      /** @param {StyleAddition} latest */
      const show = (latest) => {
        steps.show(latest);
        if (isOver(latest)) resolve(latest);
      };
      show(job);
      if (!isOver(job)) follow({ events: styleAdditions.url(job.id, "events"), get: () => styleAdditions.get(job.id) }, show);
    });
  }

  /** @param {StyleAddition} job */
  async #showEnd({ id, name, status, error }) {
    if (status !== "succeeded") {
      this.#say(status === "cancelled" ? "Cancelled; nothing was added." : "");
      if (error && status === "failed") this.#complain(error);
      return;
    }
    /** @type {Result} */
    const { rejected } = await request(styleAdditions.url(id, "result.json"));
    this.#clips.clear();
    this.#name.value = "";
    this.#complainAboutName("");
    this.#say(`“${styleName(name)}” was added. “Your own styles” is now chosen as the model.`);
    this.#part("steps").replaceChildren(...leftOutNodes(rejected));
    this.onadd();
  }

  /** @param {unknown} error */
  #showFailure(error) {
    const cancelled = error instanceof DOMException && error.name === "AbortError";
    this.#say(cancelled ? "Upload cancelled." : "");
    if (error instanceof ClipsNotSent) this.#clips.showError("Some clips could not be sent, see there. Take them out or choose others, then add the style again.");
    else if (!cancelled) this.#complain(reasonOf(error));
  }

  /** @param {import("./api_types.js").ErrorBody} problem */
  #complain(problem) {
    const notice = this.#part("problem");
    notice.replaceChildren(...problemNodes(problem));
    notice.hidden = false;
  }

  /** @param {string} words */
  #say(words) {
    this.#part("status").textContent = words;
  }

  /** @param {boolean} locked */
  #lock(locked) {
    this.#name.disabled = this.#replace.disabled = this.#add.disabled = this.#clips.locked = locked;
    this.#part("cancel").hidden = !locked;
  }
}

/** @param {Result["rejected"]} rejected */
function leftOutNodes(rejected) {
  if (rejected.length === 0) return [];
  return [el("div", { class: "notice warning" },
    el("p", { class: "strong" }, "Left out, because they could not be used:"),
    el("ul", {}, ...rejected.map(({ label, message }) => el("li", {}, `${label}: ${message}`))))];
}
