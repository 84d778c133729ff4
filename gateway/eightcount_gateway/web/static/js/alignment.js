/** Describes in words how the two recordings were aligned. */

import { clock as clockOf } from "./text.js";

/** @typedef {import("./api_types.js").Alignment} Alignment */

/** Clock differences below this shift a five-minute dance by less than a frame. */
const CLOCK_TOLERANCE = 1e-4;

/** Offsets in reports are rounded to a tenth of this. */
const ROUNDING_SECONDS = 1e-3;

/**
 * Sentences for a dancer.
 * @param {Alignment} alignment
 * @returns {string[]}
 */
export function alignmentSentences(alignment) {
  const sentences = [offsetSentence(alignment)];
  const speed = alignment.speed_ratio ?? 1;
  if (Math.abs(speed - 1) > 0.005) sentences.push(`The take is danced at ${Math.round(speed * 100)} % of the reference's speed.`);
  const clock = alignment.clock_ratio ?? 1;
  if (Math.abs(clock - 1) > CLOCK_TOLERANCE) {
    sentences.push(`The clocks of the two recordings differ by ${(Math.abs(clock - 1) * 100).toFixed(2)} %; this is corrected.`);
  }
  const pieces = alignment.segments ?? [];
  if (pieces.length > 1) {
    const breaks = pieces.slice(1).map((piece) => clockOf(piece.take_start_s ?? 0));
    sentences.push(`The take lost or gained time near ${breaks.join(", ")}; each part is lined up separately.`);
  } else if (pieces.length === 1) {
    const [{ take_start_s: start, take_end_s: end }] = pieces;
    sentences.push(`Only ${clockOf(start ?? 0)} to ${clockOf(end ?? 0)} of the take was found in the reference.`);
  }
  if (alignment.verdict !== "no_match") sentences.push(methodSentence(alignment));
  return sentences;
}

/** @param {Alignment} alignment */
function offsetSentence({ verdict, offset_seconds: offset, message }) {
  if (verdict === "no_match") return message || "The two recordings could not be lined up; they are compared from the start of each.";
  if (verdict === "ambiguous") return message || "More than one position fits equally well; the best one is used.";
  if (offset === null || offset === undefined) return message || "";
  const seconds = Math.abs(offset).toFixed(2);
  if (Math.abs(offset) < 0.005) return "Both recordings start at the same moment of the dance.";
  return `The take starts ${seconds} s ${offset > 0 ? "after" : "before"} the reference.`;
}

/** @param {Alignment} alignment */
function methodSentence({ method, confidence, offset_seconds: offset, sound_offset_seconds: bySound }) {
  const moved = offset == null || bySound == null ? 0 : Math.abs(offset - bySound);
  const corrected = moved > ROUNDING_SECONDS ? `, then moved by ${moved.toFixed(2)} s to where the movements fit` : "";
  const by = method === "motion" ? "Found by the movement, not by the music" : `Found by the music${corrected}`;
  return confidence === null || confidence === undefined ? `${by}.` : `${by}, with a confidence of ${Math.round(confidence * 100)} %.`;
}
