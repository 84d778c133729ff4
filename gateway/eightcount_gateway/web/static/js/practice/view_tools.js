/** What one sees and hears: views, mirror, skeletons, frames, count-in, clicks, full screen. */

import { el } from "../dom.js";
import { toggle } from "../toggle.js";

/** @typedef {import("./practice_player.js").PracticePlayer} PracticePlayer */
/** @typedef {import("./practice_player.js").CountIn} CountIn */
/** @typedef {import("./address.js").View} View */

/** @type {[View, string][]} */
const VIEW_NAMES = [["side", "Side by side"], ["overlay", "Overlay"], ["ghost", "Ghost"]];
/** @type {[CountIn, string][]} */
const COUNT_INS = [["off", "No count-in"], ["beeps", "Count-in: beeps"], ["spoken", "Count-in: spoken"]];

/** @param {PracticePlayer} practice */
export function viewTools(practice) {
  const countIn = el("select", { "aria-label": "Count-in" }, ...COUNT_INS.map(([value, name]) => el("option", { value }, name)));
  countIn.addEventListener("change", () => practice.setCountIn(/** @type {CountIn} */ (countIn.value)));
  return el("div", { class: "tools", role: "group", "aria-label": "View" },
    practice.views.length > 1 && viewButtons(practice),
    mirrorButton(practice),
    toggle("Skeletons", practice.hasSkeletons, (on) => practice.setSkeletons(on)),
    el("div", { class: "group" },
      el("button", { type: "button", "aria-label": "Back one frame", onclick: () => practice.stepFrames(-1) }, "−1 frame"),
      el("button", { type: "button", "aria-label": "Forward one frame", onclick: () => practice.stepFrames(1) }, "+1 frame")),
    countIn,
    ...(practice.metronome.isUsable ? [toggle("Click", false, (on) => (practice.metronome.isOn = on))] : []),
    practice.hasTwoSounds && toggle("Sound of the take", false, (on) => practice.setSound(on)),
    el("button", { type: "button", onclick: () => practice.save() }, "Save image"),
    el("button", { type: "button", onclick: () => practice.toggleFullScreen() }, "Full screen"));
}

/** @param {PracticePlayer} practice */
function viewButtons(practice) {
  const buttons = VIEW_NAMES.map(([view, name]) => el("button", { type: "button", onclick: () => practice.setView(view) }, name));
  const show = () => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(practice.view === VIEW_NAMES[i][0])));
  practice.addEventListener("view", show);
  show();
  return el("div", { class: "group", role: "group", "aria-label": "How the two are shown" }, ...buttons);
}

/** @param {PracticePlayer} practice */
function mirrorButton(practice) {
  const button = toggle("Mirror", practice.isMirrored, (on) => practice.setMirrored(on));
  practice.addEventListener("view", () => button.setAttribute("aria-pressed", String(practice.isMirrored)));
  return button;
}
