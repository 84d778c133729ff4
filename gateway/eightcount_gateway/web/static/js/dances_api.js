/** The parts of the HTTP API that are about dances beside their jobs: counts, models, skeletons. */

import { request } from "./api.js";
import { dances } from "./jobs_api.js";

/** @typedef {import("./api_types.js").MusicCounts} MusicCounts */
/** @typedef {import("./api_types.js").DanceModel} DanceModel */
/** @typedef {import("./api_types.js").SkeletonBody} Skeleton */

/** The counts of the music. @param {string} id @returns {Promise<MusicCounts>} */
export const getDanceCounts = (id) => request(dances.url(id, "counts.json"));

/** Uploads a BVH file with the skeleton of a character that dances are exported for. @param {File} file @returns {Promise<Skeleton>} */
export function uploadSkeleton(file) {
  const body = new FormData();
  body.append("file", file, file.name);
  return request("/v1/skeletons", { method: "POST", body });
}

/** @returns {Promise<DanceModel[]>} */
export const listDanceModels = async () => (await request("/v1/dance-models")).items;
