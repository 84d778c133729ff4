/** Styles, certainties and verdicts as a dancer reads them. */

import { OWN_STYLES } from "./style_models_api.js";
import { clock, sentence } from "./text.js";

/** @typedef {import("./api_types.js").ClassificationResult} StyleResult */
/** @typedef {import("./api_types.js").StyleAnswer} StyleAnswer */
/** @typedef {import("./api_types.js").WindowBody} StyleWindow */
/** @typedef {StyleWindow["verdict"]} Verdict */

export const NOT_A_DANCE = "not_a_dance";
const NAMED_IN_WORDS = 3;
const MAX_NAME = 64;
/** What a dance or a stretch of it looks like where no style is named. */
const LOOKS = { unknown: "Unknown style", not_a_dance: "Not a dance", not_seen: "Dancer not visible" };

/** "hip_hop" -> "Hip hop". @param {string} style */
export const styleName = (style) => sentence(style.replaceAll("_", " "));

/** "Salón  cubano" -> "Salon_cubano", as the server takes names; "" if nothing is left. @param {string} text */
export const nameOfStyle = (text) =>
  text.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(/[^A-Za-z0-9._-]+/g, "_").slice(0, MAX_NAME).replaceAll(/^[_.-]+|[_.-]+$/g, "");

/** "few-shot" -> "Your own styles"; other models keep their names. @param {string} model a name, or name and version */
export const modelName = (model) => (model.split("/")[0] === OWN_STYLES ? "Your own styles" : model);

/** 0.914 -> "91 %". @param {number} share */
export const percent = (share) => `${Math.round(share * 100)} %`;

/** The style, or what is said where none can be named. @param {{ verdict: Verdict, style: string }} found */
export const looksLike = ({ verdict, style }) => (verdict === "style" ? styleName(style) : LOOKS[verdict]);

/** The heading: the verdict on the whole recording. @param {StyleResult} result */
export function headline({ verdict, style }) {
  if (verdict === "style") return styleName(style);
  return {
    unknown: "A dance of a style this model does not know",
    not_a_dance: "Not a dance",
    not_seen: "The dancer was not visible for long enough",
  }[verdict];
}

/** The certainty in words and as a share; null where no style is named. @param {StyleResult} result */
export function certainty({ verdict, style, probabilities }) {
  const share = probabilities?.[verdict === "style" ? style : verdict];
  if (share === undefined) return null;
  const words = share >= 0.9 ? "very sure" : share >= 0.75 ? "sure" : share >= 0.5 ? "fairly sure" : "not very sure";
  return { share, words };
}

/** A stretch in words: when, what it looks like, and the likeliest styles. @param {StyleWindow | undefined} window */
export function describeWindow(window) {
  if (!window) return "Not analysed";
  const ranked = Object.entries(window.probabilities ?? {}).sort((a, b) => b[1] - a[1]).slice(0, NAMED_IN_WORDS);
  const shares = ranked.map(([style, share]) => `${styleName(style).toLowerCase()} ${percent(share)}`).join(", ");
  return `${clock(window.start_s)} to ${clock(window.end_s)} · ${looksLike(window)}${shares ? ` · ${shares}` : ""}`;
}
