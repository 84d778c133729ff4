/** The button that makes a loop of one's own. */

import { el } from "./dom.js";
import { clock } from "./text.js";

/** @typedef {import("./player.js").Player} Player */

/**
 * A button that marks the start of a loop when pressed first and its end when pressed again.
 * @param {Player} player
 * @param {(seconds: number) => number} snap the moment to use for a moment, for example the nearest count
 */
export function loopButton(player, snap) {
  /** @type {number | null} */
  let fromS = null;
  const button = el("button", { type: "button", class: "loop-from" });
  const show = () => {
    button.hidden = player.loop !== null;
    button.textContent = fromS === null ? "Loop from here" : `Loop ${clock(fromS)} to here`;
  };
  button.addEventListener("click", () => {
    const hereS = snap(player.time);
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
