/** The part of the HTTP API that is about style models. */

import { request } from "./api.js";

/** @typedef {import("./api_types.js").StyleModel} StyleModel */
/** @typedef {import("./api_types.js").StyleModelCard} StyleModelCard */

/** @returns {Promise<StyleModel[]>} */
export const listStyleModels = async () => (await request("/v1/style-models")).items;

/** A model with its card. @param {string} name @returns {Promise<StyleModelCard>} */
export const getStyleModel = (name) => request(`/v1/style-models/${encodeURIComponent(name)}`);
