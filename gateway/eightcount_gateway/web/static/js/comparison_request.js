/** The request that a comparison was started with, to start it once more. */

/** @typedef {import("./jobs_api.js").Comparison} Comparison */
/** @typedef {import("./jobs_api.js").ComparisonRequest} ComparisonRequest */

/** @param {Comparison} comparison @returns {ComparisonRequest} */
export const requestOf = ({
  reference_video_id, take_video_id, reference_dancer, take_dancer, model, mirrored, skeletons_only, align, beats,
}) => ({
  reference_video_id, take_video_id, reference_dancer, take_dancer, model, mirrored, skeletons_only, align, beats,
});
