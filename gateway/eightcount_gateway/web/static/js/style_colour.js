/** The colour of a style. It follows from the name alone, so that a style has the same colour on every page and on every day. */

import { NOT_A_DANCE } from "./style_text.js";

const HUES = 12;
const TONES = 2;
const PRIME = 16777619;
/** With it the styles of AIST++ differ from each other, those of the pretrained model do, and those of a ballroom. */
const BASIS = 1478;

/** The classes that colour a style: one of twelve hues, in one of two tones. @param {string} style */
export function colourOf(style) {
  if (style === NOT_A_DANCE) return "hue-none";
  const number = hashOf(style.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")) % (HUES * TONES);
  return `hue-${number % HUES}${number < HUES ? "" : " deep"}`;
}

/** FNV-1a, its upper bits folded into the lower ones. @param {string} text */
function hashOf(text) {
  let hash = BASIS;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), PRIME);
  return (hash ^ (hash >>> 15)) >>> 0;
}
