/** Buttons of the stage that keep a state. */

import { el } from "../dom.js";
import { clock } from "../text.js";

/** @typedef {import("../player.js").Player} Player */
/** @typedef {import("./strip.js").CountStrip} CountStrip */

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

/**
 * A button that marks the start of a loop when pressed first and its end when pressed again, on the nearest counts.
 * @param {Player} player
 * @param {CountStrip} strip
 */
export function loopButton(player, strip) {
  /** @type {number | null} */
  let fromS = null;
  const button = el("button", { type: "button", class: "loop-from" });
  const show = () => {
    button.hidden = player.loop !== null;
    button.textContent = fromS === null ? "Loop from here" : `Loop ${clock(fromS)} to here`;
  };
  button.addEventListener("click", () => {
    const hereS = strip.snapped(player.time);
    const startS = fromS;
    fromS = startS === null ? hereS : null;
    if (startS !== null && hereS > startS) player.setLoop({ startS, endS: hereS, label: `${clock(startS)} to ${clock(hereS)}` });
    show();
  });
  player.addEventListener("loop", () => {
    fromS = null;
    show();
  });
  show();
  return button;
}
