/** The part of the HTTP API that is about style models, and styles of one's own. */

import { request } from "./api.js";

/** @typedef {import("./api_types.js").StyleModel} StyleModel */
/** @typedef {import("./api_types.js").StyleModelCard} StyleModelCard */

/** @returns {Promise<StyleModel[]>} */
export const listStyleModels = async () => (await request("/v1/style-models")).items;

/** A model with its card. @param {string} name @returns {Promise<StyleModelCard>} */
export const getStyleModel = (name) => request(`/v1/style-models/${encodeURIComponent(name)}`);

/** The model of the styles that were added on this server. */
export const OWN_STYLES = "few-shot";

/** Names of the styles that were added. @returns {Promise<string[]>} */
export const listAddedStyles = async () =>
  (await request("/v1/styles?limit=200")).items.map((/** @type {import("./api_types.js").AddedStyle} */ { name }) => name);

/** The address of a style that was added. @param {string} name */
export const addedStyleUrl = (name) => `/v1/styles/${encodeURIComponent(name)}`;
