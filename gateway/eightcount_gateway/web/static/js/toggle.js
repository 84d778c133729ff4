/** A button that keeps a state. */

import { el } from "./dom.js";

/**
 * A button that is on or off.
 * @param {string} name
 * @param {boolean} isOn
 * @param {(on: boolean) => void} onChange
 */
export function toggle(name, isOn, onChange) {
  const button = el("button", { type: "button", class: "toggle", "aria-pressed": String(isOn) }, name);
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    onChange(on);
  });
  return button;
}
