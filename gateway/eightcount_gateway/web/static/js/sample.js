/** A pair of videos to try, where this server has one. */

import { request } from "./api.js";
import { el } from "./dom.js";
import { problemNodes, reasonOf } from "./problem.js";

const FOLDER = "/static/vendor/sample";

/**
 * Offers the pair.
 * @param {HTMLElement} root
 * @param {(reference: File, take: File) => Promise<void>} onChoose
 */
export async function offerSample(root, onChoose) {
  const { is_there } = await request(`${FOLDER}.json`).catch(() => ({ is_there: false }));
  if (!is_there) return;
  const button = el("button", { type: "button", onclick: async () => {
    button.disabled = true;
    try {
      const [reference, take] = await Promise.all(["reference", "take"].map(fetchVideo));
      await onChoose(reference, take);
    } catch (error) {
      root.replaceChildren(...problemNodes(reasonOf(error)));
    } finally {
      button.disabled = false;
    }
  } }, "Compare a sample");
  root.replaceChildren(button, el("span", { class: "muted" }, "No videos at hand? A dancer, and a take of the same dance with mistakes in it."));
  root.hidden = false;
}

/** @param {string} name */
async function fetchVideo(name) {
  const response = await fetch(`${FOLDER}/${name}.mp4`);
  if (!response.ok) throw new Error("The sample is not there any more.");
  return new File([await response.blob()], `sample ${name}.mp4`, { type: "video/mp4" });
}
