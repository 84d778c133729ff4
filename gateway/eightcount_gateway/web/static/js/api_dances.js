/** The part of the HTTP API that is about dances made to music. */

import { post, request } from "./api.js";

/** @typedef {import("./types.js").Dance} Dance */
/** @typedef {import("./types.js").DanceCounts} DanceCounts */
/** @typedef {import("./types.js").DanceModel} DanceModel */
/** @typedef {import("./types.js").DanceResult} DanceResult */
/** @typedef {import("./types.js").DanceOptions} DanceOptions */

/** @param {string} id */
const pathOf = (id) => `/v1/dances/${encodeURIComponent(id)}`;

/** Addresses of what belongs to a dance. @param {string} id */
export const danceLinks = (id) => ({
  events: `${pathOf(id)}/events`,
  result: `${pathOf(id)}/result.json`,
  figure: `${pathOf(id)}/stage.glb`,
  page: `/dances/${encodeURIComponent(id)}`,
  /** @param {string} format */
  file: (format) => `${pathOf(id)}/dance.${encodeURIComponent(format)}`,
});

/** @param {string} id @returns {Promise<Dance>} */
export const getDance = (id) => request(pathOf(id));

/** @param {string} id @returns {Promise<DanceResult>} */
export const getDanceResult = (id) => request(danceLinks(id).result);

/** The counts of the music. @param {string} id @returns {Promise<DanceCounts>} */
export const getDanceCounts = (id) => request(`${pathOf(id)}/counts.json`);

/** Newest first. @returns {Promise<Dance[]>} */
export const listDances = async () => (await request("/v1/dances")).items;

/** @param {DanceOptions} options @returns {Promise<Dance>} */
export const createDance = (options) => post("/v1/dances", options);

/** Uploads a BVH file with the skeleton of a character that dances are exported for. @param {File} file @returns {Promise<{ id: string }>} */
export function uploadSkeleton(file) {
  const body = new FormData();
  body.append("file", file, file.name);
  return request("/v1/skeletons", { method: "POST", body });
}

/** Asks for the work to stop. @param {string} id */
export const cancelDance = (id) => request(`${pathOf(id)}/cancel`, { method: "POST" });

/** @returns {Promise<DanceModel[]>} */
export const listDanceModels = async () => (await request("/v1/dance-models?limit=200")).items;
