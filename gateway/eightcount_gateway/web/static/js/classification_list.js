/** The list of classifications, and a row of tags that narrow it to some styles. The chosen ones are in the page's address. */

import { nameOfVideo, videoUrl } from "./api.js";
import { el, enableAfter, find } from "./dom.js";
import { classifications } from "./jobs_api.js";
import { problemNodes, reasonOf } from "./problem.js";
import { RECENT, recentRow } from "./recent_rows.js";
import { answerNode } from "./style_answer.js";
import { colourOf } from "./style_colour.js";
import { styleName } from "./style_text.js";
import { countedNoun } from "./text.js";
import { toggle } from "./toggle.js";

/** @typedef {import("./api_types.js").ClassificationBody} Classification */

const PARAMETER = "style";

/** The address of the list of the dances of one style. @param {string} style */
export const styleUrl = (style) => `/styles?${new URLSearchParams({ [PARAMETER]: style })}#recent`;

/** A video or a motion from a file. @param {Classification} classification */
export const recordingOf = ({ video_id, motion_id }) => video_id || motion_id || "";

export class ClassificationList {
  #rows;
  #tags = el("div", { class: "tags", role: "group", "aria-label": "Show only dances of these styles" });
  #count = el("p", { class: "muted", role: "status" });
  #more = el("button", { type: "button", hidden: true, onclick: () => enableAfter(this.#more, this.#load(this.#next)) }, "Show more");
  /** Styles that are listed, of which one can choose. @type {Set<string>} */
  #known;
  /** Where the next page begins. @type {string | null} */
  #next = null;
  /** Grows with each choice: what was asked for before it is not shown any more. */
  #choice = 0;

  /** @param {HTMLElement} root @param {Classification[]} newest from which the tags come */
  constructor(root, newest) {
    this.#rows = find("ul", root);
    this.#known = new Set(newest.flatMap(({ answer }) => answer?.style || []));
    this.#rows.before(this.#tags, this.#count);
    this.#rows.after(this.#more);
    root.hidden = newest.length === 0 && this.#chosen.length === 0;
    window.addEventListener("popstate", () => this.show());
  }

  /** The chosen styles, from the address of the page. */
  get #chosen() {
    return new URLSearchParams(location.search).getAll(PARAMETER);
  }

  /** Shows the tags, and the classifications of the chosen styles, or all of them. */
  show() {
    this.#choice += 1;
    this.#showTags();
    return this.#load(null);
  }

  #showTags() {
    const chosen = new Set(this.#chosen);
    const styles = [...new Set([...this.#known, ...chosen])].sort();
    const shown = [...this.#tags.querySelectorAll("button")].map(({ dataset }) => dataset.style);
    if (styles.join() !== shown.join()) this.#tags.replaceChildren(...styles.map((style) => this.#tag(style)));
    for (const tag of this.#tags.querySelectorAll("button")) tag.setAttribute("aria-pressed", String(chosen.has(tag.dataset.style ?? "")));
  }

  /** @param {string} style */
  #tag(style) {
    const button = toggle(styleName(style), false, (isOn) => this.#choose(style, isOn));
    button.dataset.style = style;
    button.classList.add("tag");
    button.prepend(el("span", { class: `swatch ${colourOf(style)}`, "aria-hidden": "true" }));
    return button;
  }

  /** @param {string} style @param {boolean} isOn */
  #choose(style, isOn) {
    const address = new URL(location.href);
    const others = this.#chosen.filter((one) => one !== style);
    address.searchParams.delete(PARAMETER);
    for (const one of isOn ? [...others, style] : others) address.searchParams.append(PARAMETER, one);
    history.pushState(null, "", address);
    this.show();
  }

  /** Adds a page of rows. @param {string | null} cursor */
  async #load(cursor) {
    const choice = this.#choice;
    try {
      const query = { limit: [String(RECENT)], [PARAMETER]: this.#chosen, ...(cursor && { cursor: [cursor] }) };
      const { items, next_cursor } = await classifications.list(query);
      const rows = await Promise.all(items.map(row));
      if (choice !== this.#choice) return;
      if (cursor === null) this.#rows.replaceChildren();
      this.#rows.append(...rows);
      this.#next = next_cursor;
      this.#more.hidden = next_cursor === null;
      this.#sayCount();
    } catch (error) {
      if (choice === this.#choice) this.#count.replaceChildren(...problemNodes(reasonOf(error)));
    }
  }

  /** Says how many are shown while some are chosen. */
  #sayCount() {
    const count = this.#rows.childElementCount;
    const words = count === 0 ? "No dance of these styles." : `${countedNoun(count, ["dance", "dances"])} of these styles${this.#next ? ", and more" : ""}.`;
    this.#count.textContent = this.#chosen.length ? words : "";
  }
}

/** @param {Classification} classification */
async function row(classification) {
  const recording = recordingOf(classification);
  return recentRow(classifications, classification, {
    noun: "classification",
    names: [el("b", {}, await nameOfVideo(recording, "A recording"))],
    recordingUrls: [videoUrl(recording)],
    ...(classification.answer && { result: answerNode(classification.answer) }),
  });
}
