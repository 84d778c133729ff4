/** Loops: of an eight-count, from here to there, and those that were given a name. */

import { el } from "../dom.js";
import { loopButton } from "../loop_button.js";
import { phraseName, sentence } from "../text.js";
import { SavedLoops } from "./saved_loops.js";

/** A count, with or without a score. @typedef {Pick<import("../api_types.js").TimelineEntry, "start_s" | "end_s" | "count" | "eight_count" | "counts_per_phrase">} Entry */
/** @typedef {import("../player.js").Loop} Loop */
/** @typedef {import("../player.js").Player} Player */

/** @param {Player} player @param {{ timeline: Entry[], savedAs: string }} about */
export function loopTools(player, { timeline, savedAs }) {
  const saved = new SavedLoops(savedAs);
  const list = el("ul", { class: "saved-loops", "aria-label": "Saved loops" });
  const show = () => list.replaceChildren(...saved.all.map((loop) => savedLoop(loop)));
  /** @param {Loop} loop */
  const savedLoop = (loop) => el("li", { class: "group" },
    el("button", { type: "button", onclick: () => (player.setLoop(loop), player.play()) }, loop.label),
    el("button", { type: "button", "aria-label": `Forget the loop ${loop.label}`, onclick: () => (saved.remove(loop.label), show()) }, "×"));
  show();
  return el("div", { class: "tools", role: "group", "aria-label": "Loops" },
    phraseButton(player, timeline),
    loopButton(player, (seconds) => seconds),
    saveForm(player, (loop) => (saved.add(loop), show())),
    list);
}

/** @param {Player} player @param {Entry[]} timeline */
function phraseButton(player, timeline) {
  const perPhrase = timeline.find((one) => one.counts_per_phrase)?.counts_per_phrase;
  const name = phraseName(perPhrase);
  if (!timeline.some((one) => one.eight_count)) return null;
  return el("button", { type: "button", onclick: () => {
    const loop = phraseAt(timeline, player.time, name);
    if (!loop) return;
    player.setLoop(loop);
    player.play();
  } }, `Loop this ${name}`);
}

/** The eight-count at a time, or the next one. @param {Entry[]} timeline @param {number} seconds @param {string} name @returns {Loop | null} */
function phraseAt(timeline, seconds, name) {
  const number = timeline.find((one) => one.eight_count && one.end_s > seconds + 1e-3)?.eight_count;
  const entries = timeline.filter((one) => one.eight_count === number);
  if (!number || entries.length === 0) return null;
  return { startS: entries[0].start_s, endS: entries[entries.length - 1].end_s, label: `${name} ${number}` };
}

/** Shown while a loop plays. @param {Player} player @param {(loop: Loop) => void} onSave */
function saveForm(player, onSave) {
  const name = el("input", { type: "text", name: "loop", maxlength: 40, "aria-label": "Name of the loop", placeholder: "Name of the loop" });
  const form = el("form", { class: "save-loop", hidden: player.loop === null }, name, el("button", { type: "submit" }, "Save"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!player.loop) return;
    onSave({ ...player.loop, label: name.value.trim() || sentence(player.loop.label) });
    name.value = "";
  });
  player.addEventListener("loop", () => (form.hidden = player.loop === null));
  return form;
}
