/** The request that changes a dance, and what the dance models support. */

/** @typedef {import("./api_types.js").DanceBody} Dance */
/** @typedef {import("./api_types.js").DanceModel} DanceModel */
/** @typedef {import("./api_types.js").DanceRequest} DanceOptions */
/** @typedef {import("./api_types.js").CountBody} DanceCount */
/** @typedef {"legs" | "upper_body"} BodyPart */
/** @typedef {{ seconds: number, atS: number }} Pose When in the new dance, and when in this one. */
/** @typedef {{ keep: BodyPart | "", startS: number, endS: number | null, poses: Pose[] }} Constraints `endS` null: to the end. */

/**
 * The options of a new dance like this one; an edit of it where parts are kept or a stretch is remade.
 * @param {Dance} dance
 * @param {{ model: string, style: string, seed: number, energy: number, constraints: Constraints | null }} changes
 * @returns {DanceOptions}
 */
export function changedOptions(dance, { constraints, ...changes }) {
  const options = { music_id: dance.music_id, mirrored: dance.mirrored, duration_seconds: dance.duration_seconds, formats: dance.formats, beats: dance.beats, skeleton_id: dance.skeleton_id, ...changes };
  if (!constraints) return options;
  const { keep, startS, endS, poses } = constraints;
  const isEdit = keep !== "" || startS > 0 || endS !== null;
  return {
    ...options,
    ...(isEdit && { duration_seconds: null, edit: { dance_id: dance.id, keep: keep ? [keep] : [], start_seconds: startS, end_seconds: endS } }),
    ...(poses.length > 0 && { key_poses: poses.map(({ seconds, atS }) => ({ seconds, dance_id: dance.id, at_seconds: atS })) }),
  };
}

/**
 * Whether the model of that name (any model, if empty) accepts constraints, and if not, why.
 * @param {DanceModel[]} models
 * @param {string} name
 */
export function constraintSupport(models, name) {
  const able = models.filter(({ supports_constraints: supports }) => supports).map((model) => model.name);
  const chosen = models.find((model) => model.name === name);
  if (chosen ? chosen.supports_constraints : able.length > 0) return { can: true, why: "" };
  const cannot = chosen ? `The model ${chosen.name} can neither keep parts of a dance nor pass through poses.` : "No model here can keep parts of a dance or pass through poses.";
  return { can: false, why: `${cannot} ${able.length ? `Choose ${able.join(" or ")} for that.` : "Models of the family diffusion can."}` };
}

/**
 * The eight-counts within the first `seconds` of the music.
 * @param {DanceCount[]} counts
 * @param {number} seconds
 */
export function eightCounts(counts, seconds) {
  /** @type {Map<number, { number: number, startS: number, endS: number }>} */
  const eights = new Map();
  for (const { eight_count: number, start_s: startS, end_s: endS } of counts) {
    if (!number || startS >= seconds) continue;
    const eight = eights.get(number);
    eights.set(number, { number, startS: eight?.startS ?? startS, endS: Math.min(endS, seconds) });
  }
  return [...eights.values()];
}
