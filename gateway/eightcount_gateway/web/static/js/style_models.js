/** The list of models, each with its card to open. A card is Markdown and shown as it is written. */

import { getStyleModel, OWN_STYLES } from "./style_models_api.js";
import { el } from "./dom.js";
import { reasonOf } from "./problem.js";
import { modelName, percent, styleName } from "./style_text.js";

/** @typedef {import("./api_types.js").StyleModel} StyleModel */

/** @param {StyleModel[]} models */
export function modelList(models) {
  return el("ul", { class: "models" }, ...models.map(modelRow));
}

/** @param {StyleModel} model */
function modelRow(model) {
  const card = el("pre", { class: "card", tabindex: 0, "aria-label": `Card of ${modelName(model.name)}` }, "Loading…");
  const details = el("details", {}, el("summary", {}, "Model card"), card);
  details.addEventListener("toggle", () => fetchCard(model.name, card), { once: true });
  return el("li", {},
    el("div", { class: "model-head" },
      el("b", {}, modelName(model.name)),
      el("span", { class: "muted" }, originText(model)),
      el("span", { class: "accuracy" }, accuracyText(model))),
    el("p", { class: "model-styles" }, model.styles.length ? model.styles.map(styleName).join(", ") : "No styles yet"),
    details);
}

/** @param {StyleModel} model */
const originText = ({ name, origin, family }) =>
  name === OWN_STYLES ? "each added from a few clips" : `${origin === "pretrained" ? "pretrained" : "trained here"} · ${family}`;

/** @param {StyleModel} model */
const accuracyText = ({ balanced_accuracy: accuracy }) =>
  accuracy === null ? "accuracy not measured" : `${percent(accuracy)} balanced accuracy on held-out recordings, see its card`;

/** @param {string} name @param {HTMLElement} card */
async function fetchCard(name, card) {
  try {
    card.textContent = (await getStyleModel(name)).card?.trim() || "This model has no card.";
  } catch (error) {
    card.textContent = reasonOf(error).message;
  }
}
