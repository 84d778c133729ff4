/** Buttons for which the moment counts: they act when they are pressed, not when they are let go. */

import { el } from "../dom.js";

const LATE_CLICK_MS = 1000;
const LONGEST_AGE_S = 0.25;

/**
 * A button. `onPress` is given the time since the press, in seconds: the page may hear of it late.
 * @param {{ class: string, keys: string[], describedBy?: string }} options keys that press it while it has the focus, beside Enter
 * @param {(ageS: number) => void} onPress
 * @param {...(Node | string)} children
 */
export function pressButton({ class: name, keys, describedBy }, onPress, ...children) {
  const button = el("button", { type: "button", class: name, "aria-describedby": describedBy }, ...children);
  const pressing = ["Enter", ...keys];
  let pressedMs = -Infinity;
  /** @param {Event} event */
  const press = (event) => {
    const nowMs = performance.now();
    pressedMs = nowMs;
    onPress(Math.min(Math.max((nowMs - event.timeStamp) / 1000, 0), LONGEST_AGE_S));
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && !button.disabled) press(event);
  });
  button.addEventListener("keydown", (event) => {
    if (!pressing.includes(keyOf(event)) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) press(event);
  });
  button.addEventListener("keyup", (event) => {
    if (pressing.includes(keyOf(event))) event.preventDefault();
  });
  // Screen readers and switches send a click alone.
  button.addEventListener("click", (event) => {
    if (performance.now() - pressedMs > LATE_CLICK_MS) press(event);
  });
  return button;
}

/** @param {KeyboardEvent} event */
const keyOf = ({ key }) => (key.length === 1 ? key.toLowerCase() : key);
