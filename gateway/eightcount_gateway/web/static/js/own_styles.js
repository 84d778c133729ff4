/** The styles that were added on this server, each with a button that deletes it. */

import { deleteButton } from "./deletion.js";
import { el, find } from "./dom.js";
import { colourOf } from "./style_colour.js";
import { addedStyleUrl, listAddedStyles } from "./style_models_api.js";
import { styleName } from "./style_text.js";

/** Fills the list; one that cannot be loaded stays empty. @param {() => void} onDeleted */
export async function showOwnStyles(onDeleted) {
  const names = await listAddedStyles().catch(() => []);
  const list = find("#own-styles ul");
  list.hidden = names.length === 0;
  list.replaceChildren(...names.map((name) => row(name, onDeleted)));
}

/** @param {string} name @param {() => void} onDeleted */
function row(name, onDeleted) {
  const element = el("li", {},
    el("span", {}, el("span", { class: `swatch ${colourOf(name)}`, "aria-hidden": "true" }), el("b", {}, styleName(name))),
    deleteButton({
      noun: `style “${styleName(name)}”`,
      url: addedStyleUrl(name),
      recordingUrls: [],
      onDeleted: () => {
        element.remove();
        onDeleted();
      },
    }));
  return element;
}
