/** Offers to follow somebody else in a recording that shows several people. */

import { el } from "../dom.js";
import { problemNodes, reasonOf } from "../problem.js";
import { thumbnail } from "./thumbnail.js";

/** @typedef {import("../api_types.js").DancerBody} Dancer */
/** @typedef {import("../recording_notes.js").Note} Note */

const SEVERAL = "SEVERAL_PEOPLE";
/** A place as the command line writes it: "0.72,0.51@12.3". */
const PLACE = /(\d(?:\.\d+)?),(\d(?:\.\d+)?)@(\d+(?:\.\d+)?)/;

/** Whether a note says that there are several people. @param {Note} note */
export const isSeveral = ({ reason }) => reason === SEVERAL;

/** The other person whom a note names. @param {Note} note @returns {Dancer | null} */
export function otherDancer({ message }) {
  const found = message.match(PLACE);
  if (!found) return null;
  const [x, y, seconds] = found.slice(1).map(Number);
  return { x, y, at_seconds: seconds };
}

/**
 * Buttons: the other person as a thumbnail, and whoever is tapped in the video.
 * @param {Note} note
 * @param {{ source: () => Promise<string>, follow: (dancer: Dancer) => Promise<unknown>, point: (() => Promise<Dancer | null>) | null }} actions
 *   `source`: address of the recording; `follow` starts again; `point` lets somebody tap in the video
 */
export function dancerOffer(note, { source, follow, point }) {
  const problem = el("div", { class: "notice error", role: "alert", hidden: true });
  const buttons = el("p", { class: "dancers" });
  /** @param {() => Promise<Dancer | null>} choose */
  const start = async (choose) => {
    problem.hidden = true;
    try {
      const dancer = await choose();
      if (dancer) await follow(dancer);
    } catch (error) {
      problem.replaceChildren(...problemNodes(reasonOf(error)));
      problem.hidden = false;
    }
  };
  const other = otherDancer(note);
  if (other) buttons.append(el("button", { type: "button", class: "person", onclick: () => start(async () => other) }, thumbnail(source(), other), "Follow this person"));
  if (point) buttons.append(el("button", { type: "button", onclick: () => start(point) }, "Tap on somebody in the video"));
  return [buttons, problem];
}
