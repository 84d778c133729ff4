/** Keys of the practice player, beside those of every player. */

import { listenForActions } from "../keyboard.js";

/** @typedef {import("./practice_player.js").PracticePlayer} PracticePlayer */

export const PRACTICE_KEYS = ", . : one frame · M: mirror · V: next view · F: full screen";

/** @param {PracticePlayer} practice */
export const listenForPracticeKeys = (practice) => listenForActions((event) => actionOf(event, practice));

/** @param {KeyboardEvent} event @param {PracticePlayer} practice @returns {(() => void) | null} */
function actionOf({ key }, practice) {
  switch (key.toLowerCase()) {
    case ",":
      return () => practice.stepFrames(-1);
    case ".":
      return () => practice.stepFrames(1);
    case "m":
      return () => practice.setMirrored(!practice.isMirrored);
    case "v":
      return () => practice.setView(practice.views[(practice.views.indexOf(practice.view) + 1) % practice.views.length]);
    case "f":
      return () => practice.toggleFullScreen();
    default:
      return null;
  }
}
