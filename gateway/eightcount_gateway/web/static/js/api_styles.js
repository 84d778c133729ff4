/** The part of the HTTP API that is about styles. */

import { post, request } from "./api.js";

/** @typedef {import("./types.js").Classification} Classification */
/** @typedef {import("./types.js").Dancer} Dancer */
/** @typedef {import("./types.js").StyleModel} StyleModel */
/** @typedef {import("./types.js").StyleResult} StyleResult */

/** @param {string} id */
const pathOf = (id) => `/v1/classifications/${encodeURIComponent(id)}`;

/** Addresses of what belongs to a classification. @param {string} id */
export const classificationLinks = (id) => ({
  events: `${pathOf(id)}/events`,
  result: `${pathOf(id)}/result.json`,
  page: `/classifications/${encodeURIComponent(id)}`,
});

/** The recording itself. @param {string} videoId */
export const contentOf = (videoId) => `/v1/videos/${encodeURIComponent(videoId)}/content`;

/** @param {string} id @returns {Promise<Classification>} */
export const getClassification = (id) => request(pathOf(id));

/** @param {string} id @returns {Promise<StyleResult>} */
export const getResult = (id) => request(classificationLinks(id).result);

/** Newest first. @returns {Promise<Classification[]>} */
export const listClassifications = async () => (await request("/v1/classifications")).items;

/**
 * @param {{ video_id: string, motion_id?: string, model: string, style_model: string, dancer?: Dancer | null }} options
 * @returns {Promise<Classification>}
 */
export const createClassification = (options) => post("/v1/classifications", options);

/** Asks for the work to stop. @param {string} id */
export const cancelClassification = (id) => request(`${pathOf(id)}/cancel`, { method: "POST" });

/** @returns {Promise<StyleModel[]>} */
export const listStyleModels = async () => (await request("/v1/style-models?limit=200")).items;

/** With its card. @param {string} name @returns {Promise<StyleModel>} */
export const getStyleModel = (name) => request(`/v1/style-models/${encodeURIComponent(name)}`);
