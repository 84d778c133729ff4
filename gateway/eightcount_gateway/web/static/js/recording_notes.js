/** What was noticed while a recording was read: frames left out, a turned image, other people. Notes, not alarms. */

import { el } from "./dom.js";
import { clock } from "./text.js";

/** @typedef {{ reason: string, message: string }} Note */

/** A place as the command line writes it: "0.72,0.51@12.3". */
const PLACE = /(\d(?:\.\d+)?),(\d(?:\.\d+)?)@(\d+(?:\.\d+)?)/;
const ROLE = /^(Reference|Take): /;

/** Whether a warning of a report is a note on one of its recordings. @param {Note} warning */
export const isNote = ({ message }) => ROLE.test(message);

/** The notes on one recording of a report. @param {Note[]} warnings @param {"Reference" | "Take"} role */
export const notesOn = (warnings, role) =>
  warnings.filter(({ message }) => message.startsWith(`${role}: `)).map(({ reason, message }) => ({ reason, message: message.replace(ROLE, "") }));

/** @param {Note[]} notes @param {(note: Note) => HTMLElement[]} [offer] what can be done about a note */
export const noteList = (notes, offer = () => []) =>
  el("ul", { class: "notes" }, ...notes.map((note) => el("li", { "data-reason": note.reason }, plainWords(note.message), ...offer(note))));

/** The message for somebody who sees a page, and no command line. @param {string} message */
const plainWords = (message) =>
  message.replace(PLACE, (_, x, y, seconds) => `${percent(x)} from the left and ${percent(y)} from the top, at ${clock(Number(seconds))},`);

/** @param {string} fraction */
const percent = (fraction) => `${Math.round(100 * Number(fraction))} %`;
